import { textsIn } from '../manifest';
import type { Check } from '../rendered';

const url = /\bs3:\/\/([a-z0-9][a-z0-9.-]+)/g;

/** Every bucket that a chart is told to use is one that the environment creates. */
export const bucketsExist: Check = ({ project, name, account, buckets, releases }) => {
  const ours = new RegExp(`\\b${project}-${name}-[a-z0-9-]+-${account}\\b`, 'g');
  return releases.flatMap((release) => {
    const named = [...textsIn(release.values)].flatMap(({ key, text }) => [
      ...(isBucketKey(key) && /^[a-z0-9][a-z0-9.-]+$/.test(text) ? [text] : []),
      ...[...text.matchAll(url)].map(([, bucket = '']) => bucket),
      ...[...text.matchAll(ours)].map(([bucket]) => bucket),
    ]);
    return [...new Set(named)]
      .filter((bucket) => !buckets.includes(bucket))
      .map((bucket) => ({ release: release.id, message: `names the bucket '${bucket}', which nothing creates` }));
  });
};

/** Loki names its buckets by what they hold. */
const lokiKeys = ['chunks', 'ruler', 'admin'];

function isBucketKey(key: string): boolean {
  return /^(bucket|bucket_?names?|s3bucket)$/i.test(key) || lokiKeys.includes(key);
}
