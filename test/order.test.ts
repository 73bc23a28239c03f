import { dev } from '../environments';
import type { EnvironmentFacts } from '../lib';
import type { Chart } from '../lib/providers/chart';
import { charts } from '../lib/providers/charts';
import { mergeValues, type Values } from '../lib/providers/values';
import { type SynthesizedRelease, synthEnvironment } from '../lib/testing';
import { platform } from '../stacks/platform';
import { hasRecordedCharts, recordedValues } from './charts/recorded';
import {
  controllers,
  customOf,
  definersOf,
  isDefinition,
  pinOf,
  recordedKinds,
  resourcesOf,
} from './support/definitions';
import { environmentOf, facts } from './support/platforms';

const keep = 'helm.sh/resource-policy';

/** The other choices that change which releases there are. */
const alternatives: EnvironmentFacts = {
  ...dev,
  cluster: { ...dev.cluster, networking: 'cilium', identity: 'irsa' },
  nodes: { ...dev.nodes, autoscaler: 'cluster-autoscaler' },
  mesh: { ...dev.mesh, mode: 'ambient' },
};

const environments = [
  ...Object.keys(facts).map((name) => [name, environmentOf(name)] as const),
  ['dev with Cilium, cluster-autoscaler and ambient mesh', synthEnvironment(platform, alternatives)] as const,
];

/** Releases of components with an identity that run no pods. */
const withoutPods = ['openbao-prerequisites'];

/** Charts whose definitions go with the release, each with what that means. */
const withoutKeep: Readonly<Record<string, string>> = {
  'gateway-api-crds': 'its templates set fixed annotations; routes of the Gateway API go with the ingress stack',
  'emissary-crds-chart': 'its templates set no annotations; hosts and mappings go with the ingress stack',
  'tekton-operator': 'its definitions are switched off; those of lib/gitops/tekton-definitions.ts come in their place',
};

describe.each(environments)('%s', (_, environment) => {
  const { graph, releases } = environment;
  const chartReleases = releases.filter(({ chart }) => !chart.startsWith('./'));
  const named = (name: string) => releases.find((release) => release.name === name);
  const precedes = (first: SynthesizedRelease | undefined, second: SynthesizedRelease) =>
    first !== undefined && graph.isBefore(first.address, second.address);

  test('custom resources come after the release that defines their kind, and go before it', () => {
    const custom = releases.flatMap((release) => customOf(release).map((resource) => ({ release, resource })));
    expect(custom.length).toBeGreaterThan(50);
    const lost = custom.filter(({ release, resource }) => {
      const definers = definersOf(environment, resource);
      const earlier = definers.filter((definer) => precedes(definer, release));
      // Without the records it is unknown which of two charts that share a group defines the kind.
      return earlier.length === 0 || (hasRecordedCharts && earlier.length < definers.length);
    });
    expect(lost.map(({ release, resource }) => `${release.name}: ${resource.apiVersion}/${resource.kind}`)).toEqual([]);
  });

  test('a controller stands between its definitions and the resources that only it can finish', () => {
    const pairs = Object.entries(controllers).filter(([definitions]) => named(definitions));
    expect(pairs.length).toBeGreaterThan(2);
    for (const [definitions, controller] of pairs) {
      const definer = named(definitions) as SynthesizedRelease;
      expect([controller, precedes(definer, named(controller) as SynthesizedRelease)]).toEqual([controller, true]);
      const late = releases
        .filter((release) => customOf(release).some((resource) => definersOf(environment, resource).includes(definer)))
        .filter((release) => !precedes(named(controller), release));
      expect(late.map(({ name }) => name)).toEqual([]);
    }
  });

  test('nothing that may make a load balancer is there without the controller, which outlives it', () => {
    const makers = releases.filter((release) => makesLoadBalancer(release));
    expect(makers.map(({ name }) => name)).toContain('emissary');
    const controller = named('load-balancer-controller');
    expect(makers.filter((release) => !precedes(controller, release)).map(({ name }) => name)).toEqual([]);
  });

  test('every other chart waits for the webhooks of the load-balancer controller, unless the controller waits for it', () => {
    const controller = named('load-balancer-controller') as SynthesizedRelease;
    const beside = chartReleases.filter(
      (release) => release !== controller && !precedes(controller, release) && !precedes(release, controller),
    );
    expect(beside.map(({ name }) => name)).toEqual([]);
  });

  test('nodes of Karpenter go after all that runs on them, then Karpenter, then the cluster', () => {
    const nodes = named('karpenter-nodes');
    if (!nodes) {
      expect(named('cluster-autoscaler')).toBeDefined();
      return;
    }
    expect(precedes(named('karpenter'), nodes)).toBe(true);
    const beside = chartReleases.filter((release) => !precedes(nodes, release) && !precedes(release, nodes));
    expect(beside.map(({ name }) => name)).toEqual([]);
    const [queue = '', cluster = '', group = ''] = ['aws_sqs_queue', 'aws_eks_cluster', 'aws_eks_node_group'].map(
      (type) => graph.ofType(type)[0],
    );
    for (const earlier of [queue, cluster, group])
      expect([earlier, graph.isBefore(earlier, named('karpenter')?.address ?? '')]).toEqual([earlier, true]);
  });

  test('credentials are there before the pods: the agent before the nodes, each identity before its releases', () => {
    const addon = (name: string) => graph.ofType('aws_eks_addon').find((address) => address.includes(name)) ?? '';
    const [group = ''] = graph.ofType('aws_eks_node_group');
    expect(graph.isBefore(addon('eks-pod-identity-agent'), group)).toBe(true);
    const identities = ['aws_eks_pod_identity_association', 'aws_iam_role_policy', 'aws_iam_role_policy_attachment']
      .flatMap((type) => graph.ofType(type))
      .filter((address) => pathOf(address).includes('/identity/'));
    expect(identities.length).toBeGreaterThan(5);
    const late = identities.flatMap((identity) => {
      const component = pathOf(identity).split('/identity/')[0] ?? '';
      return releases
        .filter(({ address }) => pathOf(address).startsWith(`${component}/`))
        .filter(({ name }) => !withoutPods.includes(name))
        .filter(({ address }) => !graph.isBefore(identity, address))
        .map(({ name }) => `${name}: ${identity}`);
    });
    expect(late).toEqual([]);
  });

  test('permissions of an add-on outlive it', () => {
    const roles = graph.ofType('aws_iam_role').filter((address) => address.includes('addons_'));
    const permissions = ['aws_iam_role_policy', 'aws_iam_role_policy_attachment']
      .flatMap((type) => graph.ofType(type))
      .filter((address) => address.includes('addons_'));
    expect(permissions.length).toBeGreaterThanOrEqual(roles.length);
    const addons = graph.ofType('aws_eks_addon');
    expect(permissions.filter((each) => !addons.some((addon) => graph.isBefore(each, addon)))).toEqual([]);
  });

  test('namespaces with their network policies outlive what is installed into them', () => {
    const namespaces = graph.ofType('kubernetes_namespace_v1');
    const lost = releases.flatMap((release) => {
      const own = namespaces.find((address) => nameOf(environment.body(address)) === release.namespace);
      const policies = named(`${release.namespace}-network-policies`);
      if (!own) return release.namespace === 'kube-system' ? [] : [`${release.name}: nobody owns its namespace`];
      if (!graph.isBefore(own, release.address)) return [`${release.name}: its namespace`];
      return policies === release || precedes(policies, release) ? [] : [`${release.name}: network policies`];
    });
    expect(lost).toEqual([]);
  });

  test('the gate of a stack outlives everything that it makes in the cluster', () => {
    const inCluster = ['helm_release', 'kubernetes_namespace_v1'].flatMap((type) => graph.ofType(type));
    const late = inCluster.filter(
      (address) => !graph.isBefore(`${address.split('/')[0]}/terraform_data.ready`, address),
    );
    expect(late).toEqual([]);
  });

  test('a stack goes before every stack whose state it reads', () => {
    const readers = graph.ofType('data.terraform_remote_state').map((address) => {
      const [reader = '', path = ''] = address.split('/');
      return [path.split('cross-stack-reference-input-')[1] ?? '', reader] as const;
    });
    expect(readers.length).toBeGreaterThanOrEqual(6);
    expect(readers.filter(([source, reader]) => !graph.isStackBefore(source, reader))).toEqual([]);
  });

  test('Helm waits for a release to be gone, for as long as its finalizers may take', () => {
    const hasty = releases.filter(({ address }) => {
      const { wait, timeout, timeouts } = environment.body(address) as {
        wait: boolean;
        timeout: number;
        timeouts: { delete: string };
      };
      return !wait || Number.parseInt(timeouts.delete, 10) <= timeout;
    });
    expect(hasty.map(({ name }) => name)).toEqual([]);
  });

  test('definitions outlive their release, or a reason says why they cannot', () => {
    const lost = chartReleases
      .filter((release) => pinOf(release)?.crds === 'deleted' && !(release.chart in withoutKeep))
      .filter(({ values }) => !JSON.stringify(values).includes(`"${keep}":"keep"`));
    expect(lost.map(({ name }) => name)).toEqual([]);
    const own = releases.flatMap(resourcesOf).filter(isDefinition);
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter(({ metadata }) => metadata.annotations?.[keep] !== 'keep')).toEqual([]);
    const undone = chartReleases
      .filter((release) => pinOf(release)?.crds === 'kept')
      .filter(({ values }) => /"(keep|keepCRDs)":false/.test(JSON.stringify(values)));
    expect(undone.map(({ name }) => name)).toEqual([]);
  });

  test('what is said about a destroy is a sentence with commands that name what there is', () => {
    const told = environment.components.flatMap(({ drains, leftovers }) => [...drains, ...leftovers]);
    expect(told.length).toBeGreaterThan(15);
    expect(told.map(({ what }) => what).filter((what) => !/^[A-Z].{15,}\.$/.test(what))).toEqual([]);
    const commands = told.flatMap((each) => each.commands);
    expect(commands.filter((command) => !/^(kubectl|aws|[A-Z_]+=\$\((kubectl|aws)) /.test(command))).toEqual([]);
    const known = [...releases.map(({ namespace }) => namespace), 'kube-system'];
    const namespaces = commands.flatMap((command) => [...command.matchAll(/ -n (\S+)/g)].map(([, name = '']) => name));
    expect(namespaces.filter((name) => !known.includes(name))).toEqual([]);
  });

  function pathOf(address: string): string {
    return (environment.body(address)['//'] as { metadata: { path: string } }).metadata.path;
  }
});

test('every exception is a chart that would delete its definitions', () => {
  const deleting = Object.values<Chart>(charts).filter(({ crds }) => crds === 'deleted');
  expect(Object.keys(withoutKeep).filter((name) => !deleting.some((pin) => pin.name === name))).toEqual([]);
});

(hasRecordedCharts ? test : test.skip)('groups of the chart table are those of the recorded definitions', () => {
  const broughtByOthers = ['karpenter', 'kube-prometheus-stack', 'alloy', 'mimir-distributed', 'tekton-operator'];
  const wrong = Object.values<Chart>(charts)
    .map((pin) => ({
      name: pin.name,
      groups: [...(pin.groups ?? [])].toSorted(),
      recorded: [...new Set(recordedKinds(pin).map((kind) => kind.split('/')[0] ?? ''))].toSorted(),
    }))
    .filter(({ name, recorded }) => recorded.length > 0 && !broughtByOthers.includes(name))
    .filter(({ groups, recorded }) => groups.join() !== recorded.join());
  expect(wrong).toEqual([]);
});

function nameOf(body: Record<string, unknown>): string {
  return (body.metadata as { name: string }).name;
}

/** True where the values, laid over the recorded ones, ask for a Service of type LoadBalancer or an Ingress. */
function makesLoadBalancer(release: SynthesizedRelease): boolean {
  const pin = pinOf(release);
  const defaults = hasRecordedCharts && pin ? recordedValues(pin.recordedAs ?? pin.name) : undefined;
  const objects = resourcesOf(release).filter(({ kind }) => kind === 'Ingress' || kind === 'Service');
  return objects.length > 0 || asksForBalancer(mergeValues(defaults ?? {}, release.values));
}

function asksForBalancer(values: Values): boolean {
  if (values.enabled === false) return false;
  return Object.entries(values).some(([key, value]) => {
    if (key === 'type' && value === 'LoadBalancer') return true;
    if (value === null || typeof value !== 'object') return false;
    if (key === 'ingress' && (value as { enabled?: unknown }).enabled === true) return true;
    return asksForBalancer(value as Values);
  });
}
