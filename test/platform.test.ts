import { charts } from '../lib/providers/charts';
import { environmentOf, facts } from './support/platforms';

const names = Object.keys(facts);
const workflows = ['foundation', 'ingress', 'observability', 'gitops', 'security', 'mesh', 'data'];

/** Every string in a document, with the path to it. */
function* strings(value: unknown, path = ''): Generator<[string, string]> {
  if (typeof value === 'string') yield [path, value];
  else if (value !== null && typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) yield* strings(item, `${path}/${key}`);
  }
}

test('three environments make 21 stacks', () => {
  const ids = names.flatMap((name) => [...environmentOf(name).stacks.keys()]);
  expect(ids.toSorted()).toEqual(
    names.flatMap((name) => workflows.map((workflow) => `${name}-${workflow}`)).toSorted(),
  );
});

describe.each(names)('%s', (name) => {
  const environment = environmentOf(name);
  const documents = [...environment.stacks];

  test('has the addresses it had: a change here is a change that Terraform carries out', () => {
    expect(environment.addresses.join('\n')).toMatchSnapshot();
  });

  test('pins every release to the chart table', () => {
    const pins = Object.values(charts).map((chart) => `${chart.name} ${chart.version}`);
    const unpinned = environment.releases
      .filter(({ chart }) => !chart.startsWith('./charts/'))
      .filter(({ chart, version }) => !pins.includes(`${chart} ${version}`));
    expect(unpinned).toEqual([]);
  });

  test('gives every release the right to reach the cluster before it is installed', () => {
    const releases = environment.graph.ofType('helm_release');
    expect(releases.length).toBeGreaterThan(30);
    const lost = releases.filter((release) => !environment.graph.reaches(release, 'aws_eks_access_policy_association'));
    expect(lost).toEqual([]);
  });

  test('keeps Kubernetes and Helm out of the stack that makes the cluster', () => {
    const makers = documents.filter(([, { resource }]) => resource?.aws_eks_cluster);
    expect(makers.map(([id, { provider }]) => [id, Object.keys(provider ?? {})])).toEqual([
      [`${name}-foundation`, ['aws']],
    ]);
  });

  test('has no kubernetes_manifest', () => {
    expect(environment.resources('kubernetes_manifest')).toEqual([]);
  });

  test('lets no template of a chart reach Terraform', () => {
    const expressions = environment.graph
      .ofType('helm_release')
      .flatMap((address) =>
        (environment.body(address).values as string[]).flatMap((values) => [
          ...values.matchAll(/(?<!\$)\$\{([^}]*)\}/g),
        ]),
      )
      .map(([, inner]) => inner);
    expect(expressions.filter((inner) => !/^(aws_|data\.|terraform_data)/.test(inner ?? ''))).toEqual([]);
  });

  test('holds no secret', () => {
    const secret = /(password|passwd|secret_?key|access_?key|private_?key|api_?key|auth_?token)$/i;
    const held = environment.releases.flatMap(({ name: release, values }) =>
      [...strings(values)]
        .filter(([path, value]) => secret.test(path) && value !== '' && !isReference(path))
        .map(([path]) => `${release}${path}`),
    );
    expect(held).toEqual([]);
    const keys = documents
      .flatMap(([, document]) => [...strings(document)])
      .filter(([, value]) => /AKIA[0-9A-Z]{16}|-----BEGIN/.test(value));
    expect(keys).toEqual([]);
  });

  test('names the resources of every permission that can name them', () => {
    const wild = ['aws_iam_role_policy', 'aws_iam_policy']
      .flatMap((type) => environment.graph.ofType(type))
      .flatMap((address) => {
        const policy = JSON.parse(environment.body(address).policy as string) as {
          Statement: { Action: string[]; Resource: string | string[] }[];
        };
        return policy.Statement.filter(({ Resource }) => [Resource].flat().includes('*')).flatMap(({ Action }) =>
          [Action].flat().map((action) => `${address.split('.')[1]}: ${action}`),
        );
      });
    expect(wild.filter((entry) => !isUnboundAction(entry.split(': ')[1] ?? ''))).toEqual([]);
  });

  test('creates every service account permission before the pods that use it', () => {
    const associations = environment.graph.ofType('aws_eks_pod_identity_association');
    const late = associations.filter((association) => {
      const component = componentOf(environment.body(association));
      const releases = environment.graph
        .ofType('helm_release')
        .filter((release) => componentOf(environment.body(release)) === component);
      return !releases.some((release) => environment.graph.isBefore(association, release));
    });
    expect(late).toEqual([]);
  });

  test('fits on its nodes with room for applications', () => {
    expect(environment.capacity.fill).toBeLessThanOrEqual(0.8);
    expect(environment.warnings).toEqual([]);
  });

  test('asks for CPU and memory in every component that runs pods', () => {
    const silent = environment.components.filter(
      ({ releases, pods }) => releases.some(({ chart }) => chart) && pods.length === 0,
    );
    expect(silent.map(({ node }) => node.path)).toEqual(allowedWithoutPods(name));
  });

  test('introduces every component: purpose, checks and a way back', () => {
    const installed = environment.components.filter(({ releases }) => releases.length > 0);
    expect(installed.filter(({ checks }) => checks.length === 0).map(({ node }) => node.path)).toEqual([]);
    expect(
      environment.components.filter(({ purpose }) => !/^[a-z].{10,}/.test(purpose)).map(({ node }) => node.path),
    ).toEqual([]);
  });
});

/** Keys that name a Kubernetes secret or a key inside one. */
function isReference(path: string): boolean {
  return (
    /(secretName|existingSecret|passwordKey|userKey|SecretRef|KeyRef|secretKeyRef)/i.test(path) ||
    /\/resources\//.test(path)
  );
}

/** Actions that IAM cannot limit to a resource. */
function isUnboundAction(action: string): boolean {
  return /:(Describe|List|Get)[A-Za-z*]*$/.test(action) || unbound.includes(action);
}

const unbound = ['ecr:GetAuthorizationToken'];

function componentOf(body: Record<string, unknown>): string {
  const { path } = (body['//'] as { metadata: { path: string } }).metadata;
  return path.split('/').slice(0, 2).join('/');
}

/** Charts that bring definitions only. */
function allowedWithoutPods(name: string): string[] {
  return [`${name}-ingress/cluster-services/shared-crds`, `${name}-mesh/istio-base`];
}
