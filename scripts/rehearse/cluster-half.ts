import type { TerraformDocument } from '../../lib/core/terraform-check';
import { CannotRun } from './failure';
import type { Processes } from './processes';

type Block = Record<string, unknown>;

/** Releases that cannot live outside AWS, each with the reason; everything that waits for them waits for less. */
const outsideAws: Readonly<Record<string, string>> = {
  'aws-load-balancer-controller':
    'it never gets ready without load balancers, and its webhook then refuses every Service of the cluster',
};

/** k3s per Kubernetes version of an environment. */
const k3sImages: Readonly<Record<string, string>> = {
  '1.34': 'rancher/k3s:v1.34.1-k3s1',
  '1.35': 'rancher/k3s:v1.35.0-k3s1',
};

/** Pauses between attempts to apply the charts of a stack. */
export const attempts = { count: 10, pauseMs: 30_000 } as const;

/** The image for the cluster of these stacks. */
export function k3sImageFor(stacks: ReadonlyMap<string, TerraformDocument>): string {
  const clusters = [...stacks.values()].flatMap(({ resource }) => Object.values(resource?.aws_eks_cluster ?? {}));
  const version = String(clusters[0]?.version ?? '');
  const image = k3sImages[version];
  if (image) return image;
  throw new CannotRun(
    clusters.length === 0
      ? '--cluster needs a stack that creates a cluster'
      : `no k3s is known for Kubernetes ${version}: name one by --k3s-image`,
  );
}

/**
 * Charts for a cluster without AWS around it: volumes, load balancers and identities never come, so Terraform does not
 * wait for pods. What is shown is that a real API server takes every object of every chart: kinds, schemas, webhooks. As
 * webhooks need time to answer, an apply is repeated, and a release that is there already is taken over.
 */
export function withoutWaiting(document: TerraformDocument): TerraformDocument {
  const copy = structuredClone(document) as Block;
  const resources = (copy.resource ?? {}) as Record<string, Record<string, Block>>;
  const releases = resources.helm_release ?? {};
  const left = Object.entries(releases).filter(([, { chart }]) => String(chart) in outsideAws);
  for (const [name] of left) delete releases[name];
  for (const release of Object.values(releases)) {
    Object.assign(release, { atomic: false, wait: false, wait_for_jobs: false, upgrade_install: true });
  }
  const gone = left.map(([name]) => `helm_release.${name}`);
  for (const body of Object.values(resources).flatMap((instances) => Object.values(instances))) {
    if (Array.isArray(body.depends_on)) body.depends_on = body.depends_on.filter((address) => !gone.includes(address));
  }
  return copy as TerraformDocument;
}

/** @throws CannotRun where Docker or the AWS CLI is missing */
export async function checkClusterTools(processes: Processes, log: string): Promise<void> {
  const works = (program: string, ...args: string[]) =>
    processes.run({ program, args, env: process.env, log, words: program }).then(
      ({ code }) => code === 0,
      () => false,
    );
  if (!(await works('docker', 'info'))) {
    throw new CannotRun('--cluster needs a running Docker, which this user may use: start it, or leave --cluster out');
  }
  if (!(await works('aws', '--version'))) {
    throw new CannotRun('--cluster needs the AWS CLI 2, which Terraform asks for tokens of the cluster: install it');
  }
}
