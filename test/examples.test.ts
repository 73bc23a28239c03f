import { join } from 'node:path';
import { dev } from '../environments';
import type { Environment, EnvironmentFacts, PlatformApp, State } from '../lib';
import { type SynthesizedEnvironment, synthEnvironment } from '../lib/testing';
import { filesIn, root } from './support/sources';

interface Example {
  readonly build: (app: PlatformApp, environment: Environment) => void;
  readonly facts?: EnvironmentFacts;
  readonly state?: State;
}

function synthesized(name: string): SynthesizedEnvironment {
  const { build, facts = dev, state } = require(join(root, 'examples', name)) as Example;
  return synthEnvironment(build, facts, { state });
}

/** What each example is there to show. */
const shows: Readonly<Record<string, (environment: SynthesizedEnvironment) => void>> = {
  'chart-values': (environment) => {
    expect(environment.release('loki').values).toMatchObject({
      loki: { limits_config: { max_query_series: 1000, retention_period: '72h' } },
    });
    expect(environment.release('prometheus').values).toMatchObject({
      prometheus: { prometheusSpec: { retention: '72h', retentionSize: '32GiB' } },
    });
  },
  'existing-cluster': (environment) => {
    expect([...environment.stacks.keys()]).toEqual(['dev-ingress', 'dev-observability']);
    expect(environment.resources('aws_eks_cluster')).toEqual([]);
    expect(environment.stacks.get('dev-ingress')?.provider?.helm).toMatchObject([
      { kubernetes: { host: 'https://0123456789ABCDEF.gr7.us-east-1.eks.amazonaws.com' } },
    ]);
    expect(environment.releases.map(({ name }) => name)).not.toContain('karpenter');
  },
  'existing-network': (environment) => {
    expect(environment.resources('aws_vpc')).toEqual([]);
    expect(environment.resources('aws_eks_cluster')).toMatchObject([
      { vpc_config: { subnet_ids: expect.arrayContaining(['subnet-0aaaaaaaaaaaaaaaa']) } },
    ]);
  },
  'other-parts': (environment) => {
    const names = environment.releases.map(({ name }) => name);
    expect(names).not.toContain('external-dns');
    expect(names).not.toContain('falco');
    expect(environment.component('dns').workflow.id).toBe('ingress');
    expect(environment.release('loki').values).toMatchObject({
      loki: { limits_config: { retention_period: '1440h' } },
    });
  },
  'own-component': (environment) => {
    expect(environment.release('opencost')).toMatchObject({ namespace: 'monitoring', version: '2.5.17' });
    expect(environment.component('opencost').workflow.id).toBe('observability');
    expect(environment.capacity.rows).toContainEqual(expect.objectContaining({ component: 'opencost', cpu: 20 }));
  },
  'remote-state': (environment) => {
    expect(environment.stacks.get('dev-mesh')?.terraform).toMatchObject({
      backend: { s3: { bucket: 'ecotrack-dev-state-111122223333', key: 'dev-mesh/terraform.tfstate' } },
    });
    const { bootstrap } = require(join(root, 'examples/remote-state')) as { bootstrap: Example['build'] };
    expect(synthEnvironment(bootstrap, dev).resources('aws_s3_bucket')).toMatchObject([
      { bucket: 'ecotrack-dev-state-111122223333' },
    ]);
  },
  'team-stack': (environment) => {
    expect([...environment.stacks.keys()]).toContain('dev-checkout');
    expect(environment.graph.isStackBefore('dev-data', 'dev-checkout')).toBe(true);
    expect(environment.customResources.filter(({ kind }) => kind === 'KafkaTopic')).toHaveLength(1);
  },
  'without-mesh': (environment) => {
    const workflows = ['data', 'foundation', 'gitops', 'ingress', 'observability', 'security'];
    expect([...environment.stacks.keys()].toSorted()).toEqual(workflows.map((workflow) => `lab-${workflow}`));
  },
};

test.each(filesIn('examples', '.ts').map((file) => file.replace(/^examples\/(.*)\.ts$/, '$1')))('%s', (name) => {
  const check = shows[name];
  if (!check) throw new Error(`examples/${name}.ts has no check of what it shows`);
  check(synthesized(name));
});
