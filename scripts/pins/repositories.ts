import { parse } from 'yaml';
import { newest } from './versions';

/** What `fetch` does, so that tests need no network. */
export type Get = (url: string, headers?: Readonly<Record<string, string>>) => Promise<Response>;

export interface Repository {
  readonly url: string;
  /** Highest version by chart name; empty when it could not be asked. */
  readonly newest: ReadonlyMap<string, string>;
  /** Why it could not be asked. */
  readonly failure?: string;
}

/** Asks over the network, and gives up soon. */
export function getWithin(seconds: number): Get {
  return (url, headers) => fetch(url, { headers, signal: AbortSignal.timeout(seconds * 1000) });
}

/** The highest version of each chart in its repository. A repository that does not answer is told once. */
export async function askRepository(url: string, names: readonly string[], get: Get): Promise<Repository> {
  try {
    const versions = url.startsWith('oci://')
      ? await Promise.all(names.map(async (name) => [name, await tagsOf(`${url}/${name}`, get)] as const))
      : await versionsIn(url, names, get);
    const entries = versions.flatMap(([name, tags]) => {
      const highest = newest(tags);
      return highest === undefined ? [] : [[name, highest] as const];
    });
    return { url, newest: new Map(entries) };
  } catch (error) {
    return { url, newest: new Map(), failure: reason(error) };
  }
}

async function versionsIn(url: string, names: readonly string[], get: Get) {
  const response = await expectOk(await get(`${url.replace(/\/$/, '')}/index.yaml`));
  const { entries } = parse(await response.text()) as { entries?: Record<string, { version: string }[]> };
  return names.map((name) => [name, (entries?.[name] ?? []).map(({ version }) => version)] as const);
}

/** Registries give tags in pages of their own size, and a pass to those who ask for one. */
async function tagsOf(reference: string, get: Get): Promise<string[]> {
  const { host, pathname } = new URL(reference.replace('oci://', 'https://'));
  const tags: string[] = [];
  let pass: string | undefined;
  let next: string | undefined = `https://${host}/v2${pathname}/tags/list?n=1000`;
  for (let page = 0; next !== undefined && page < 20; page++) {
    let response = await get(next, bearer(pass));
    if (response.status === 401) {
      pass = await askForPass(response.headers.get('www-authenticate') ?? '', get);
      response = await get(next, bearer(pass));
    }
    await expectOk(response);
    tags.push(...(((await response.json()) as { tags?: string[] }).tags ?? []));
    const link = /<([^>]+)>;\s*rel="?next/.exec(response.headers.get('link') ?? '')?.[1];
    next = link && new URL(link, next).href;
  }
  return tags;
}

function bearer(pass: string | undefined): Record<string, string> {
  return pass ? { authorization: `Bearer ${pass}` } : {};
}

/** @see https://distribution.github.io/distribution/spec/auth/token/ */
async function askForPass(challenge: string, get: Get): Promise<string> {
  const { realm, ...parameters } = challengeOf(challenge);
  if (!realm) throw new Error('asks for a password');
  const response = await expectOk(await get(`${realm}?${new URLSearchParams(parameters)}`));
  const { token, access_token } = (await response.json()) as { token?: string; access_token?: string };
  return token ?? access_token ?? '';
}

/** `Bearer realm="https://...",service="...",scope="..."` as a record. */
export function challengeOf(header: string): Record<string, string> {
  return Object.fromEntries([...header.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
}

async function expectOk(response: Response): Promise<Response> {
  if (!response.ok) throw new Error(`answers ${response.status}`);
  return response;
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'does not answer in time';
  const { code } = (error.cause ?? {}) as { code?: string };
  return code === undefined ? error.message : `cannot be reached (${code})`;
}
