import { dev, prod, staging } from '../environments';
import { Days, type EnvironmentFacts, type Foundation, type Observability } from '../lib';
import { noLatestTag, requiredLabels, requiredResources, requiredSecurityContext } from '../lib/security';
import { type SynthesizedEnvironment, synthEnvironment } from '../lib/testing';
import { FoundationStack } from '../stacks/foundation';
import { IngressStack } from '../stacks/ingress';
import { type SecurityProps, SecurityStack } from '../stacks/security';

const observability: Observability = {
  namespace: 'monitoring',
  metricsUrl: 'http://metrics.monitoring:9090',
  alertmanagerUrl: 'http://alertmanager.monitoring:9093',
  logsUrl: 'http://logs.monitoring',
  tracesUrl: 'http://traces.monitoring',
  otlpGrpc: 'collector.monitoring:4317',
  otlpHttp: 'http://collector.monitoring:4318',
  grafanaUrl: 'http://grafana.monitoring',
  grafanaPublicUrl: 'https://grafana.example.com',
};

type Changes = Partial<Omit<SecurityProps, 'environment' | 'foundation' | 'ingress'>>;

function synth(facts: EnvironmentFacts, changes: Changes = { observability }): SynthesizedEnvironment {
  return synthEnvironment((app, environment) => {
    const foundation: Foundation = new FoundationStack(app, { environment });
    const ingress = new IngressStack(app, { environment, foundation });
    new SecurityStack(app, { environment, foundation, ingress, ...changes });
  }, facts);
}

const environments = { dev: synth(dev), staging: synth(staging), prod: synth(prod) };
const { prod: production } = environments;

const furtherRule = {
  rule: 'x',
  desc: 'x',
  condition: 'never_true',
  output: 'x',
  priority: 'NOTICE',
  tags: [],
} as const;

/** Every part with other props; together, since each synthesis takes half a second. */
const changed = synth(dev, {
  openBao: { storage: '20Gi', auditStorage: '3Gi' },
  snapshots: { schedule: '0 3 * * 0', keep: Days.of(400) },
  externalSecrets: { secretsManagerPrefix: 'ecotrack/' },
  secretStore: { namespaces: ['legacy'] },
  falco: { rules: [furtherRule] },
  falcosidekick: { outputsSecret: 'falco-outputs' },
  gatekeeper: { failClosed: true, exemptNamespaces: ['kube-system', 'legacy'] },
  policies: { enforcement: 'dryrun', labels: ['team'], registries: ['quay.io/me'], injectedFrom: [] },
  vaultClients: ['checkout'],
});

/** Without observability and with as little as possible. */
const bare = synth(dev, { snapshots: false, policies: false });
const rulesAlone = synth(dev, { observability, falco: false, policies: { registries: [] } });
const watchersAlone = synth(dev, { gatekeeper: false });

// biome-ignore lint/suspicious/noExplicitAny: values and custom resources are maps of whatever charts and operators define
type Json = any;

const valuesOf = (environment: SynthesizedEnvironment, name: string): Json => environment.release(name).values;

function resourceOf(environment: SynthesizedEnvironment, kind: string, name: string): Json {
  return environment.customResources.find((item) => item.kind === kind && item.metadata.name === name);
}

function isBefore(environment: SynthesizedEnvironment, first: string, second: string): boolean {
  return environment.graph.isBefore(environment.release(first).address, environment.release(second).address);
}

function requestsOf(environment: SynthesizedEnvironment, only: (component: string) => boolean) {
  const rows = environment.capacity.rows.filter(
    ({ workflow, component }) => workflow === 'security' && only(component),
  );
  return {
    cpu: rows.reduce((sum, { cpu }) => sum + cpu, 0),
    memory: rows.reduce((sum, { memory }) => sum + memory, 0),
  };
}

describe('requests', () => {
  test.each([
    ['dev', 420, 1434, 100, 256],
    ['staging', 1300, 3584, 150, 384],
    ['prod', 2600, 7168, 150, 384],
  ] as const)('of %s stay within its budget', (name, cpu, memory, cpuPerNode, memoryPerNode) => {
    const environment = environments[name];
    const shared = requestsOf(environment, (component) => component !== 'falco');
    expect(shared.cpu).toBeLessThanOrEqual(cpu);
    expect(shared.memory).toBeLessThanOrEqual(memory);
    const perNode = requestsOf(environment, (component) => component === 'falco');
    expect(perNode.cpu / environment.capacity.nodes).toBeLessThanOrEqual(cpuPerNode);
    expect(perNode.memory / environment.capacity.nodes).toBeLessThanOrEqual(memoryPerNode);
  });
});

describe('order', () => {
  test.each([
    ['openbao-prerequisites', 'openbao'],
    ['external-secrets', 'secret-store-stores'],
    ['openbao', 'secret-store-stores'],
    ['openbao', 'openbao-snapshots-job'],
    ['falcosidekick', 'falco'],
    ['secret-store-stores', 'gatekeeper'],
    ['falco', 'gatekeeper'],
    ['gatekeeper', 'policies-templates'],
    ['policies-templates', 'policies-constraints'],
  ])('%s comes before %s', (first, second) => {
    expect(isBefore(production, first, second)).toBe(true);
  });

  test('OpenBao comes after its right to use the key', () => {
    const { address } = production.release('openbao');
    expect(production.graph.reaches(address, 'aws_eks_pod_identity_association')).toBe(true);
  });
});

describe('OpenBao', () => {
  const values = valuesOf(production, 'openbao');
  const config: string = values.server.ha.raft.config;

  test('speaks TLS and keeps three members apart', () => {
    expect(values.global.tlsDisable).toBe(false);
    expect(values.server.ha).toMatchObject({ enabled: true, replicas: 3, disruptionBudget: { enabled: true } });
    expect(values.injector.enabled).toBe(false);
    expect(config).not.toContain('tls_disable     =');
    expect(config.match(/tls_cert_file/g)).toHaveLength(1);
    expect(config.match(/tls_disable/g)).toHaveLength(1);
    expect(config.match(/leader_ca_cert_file = "\/openbao\/tls\/ca.crt"/g)).toHaveLength(3);
  });

  test('serves metrics without a token on a port that serves nothing else', () => {
    expect(config).toMatch(/:9101"[^}]*metrics_only\s+= true/);
    expect(config).toMatch(/:8200"[^}]*disallow_metrics = true/);
  });

  test('unseals with the key of the platform and no other right', () => {
    expect(config).toMatch(/seal "awskms" \{\s+region\s+= "us-east-1"\s+kms_key_id = "\$\{/);
    const policy = production
      .resources('aws_iam_role_policy')
      .map(({ policy: text }) => JSON.parse(text as string).Statement)
      .find(([statement]: Json) => statement.Action.join() === 'kms:Encrypt,kms:Decrypt,kms:DescribeKey');
    expect(policy).toHaveLength(1);
    expect(policy[0].Resource).not.toContain('*');
  });

  test('records every request twice, so that a full volume does not stop it', () => {
    expect(config.match(/^audit "file"/gm)).toHaveLength(2);
    expect(values.server.auditStorage).toMatchObject({ enabled: true, storageClass: 'gp3' });
  });

  test('is ready only when it is unsealed, and Helm waits for that', () => {
    expect(values.server.updateStrategyType).toBe('RollingUpdate');
    expect(values.server.readinessProbe).toBeUndefined();
  });

  test('has one member in a small environment, without a budget that would keep nodes from draining', () => {
    const { server } = valuesOf(environments.dev, 'openbao');
    expect(server.ha).toMatchObject({ replicas: 1, disruptionBudget: { enabled: false } });
    expect(server.ha.raft.config.match(/retry_join/g)).toHaveLength(1);
  });

  test('takes other sizes for its volumes', () => {
    const { dataStorage, auditStorage } = valuesOf(changed, 'openbao').server;
    expect([dataStorage.size, auditStorage.size]).toEqual(['20Gi', '3Gi']);
  });

  test('keeps its volumes where deletion is refused', () => {
    expect(values.server.persistentVolumeClaimRetentionPolicy.whenDeleted).toBe('Retain');
    const inDev = valuesOf(environments.dev, 'openbao').server.persistentVolumeClaimRetentionPolicy;
    expect(inDev.whenDeleted).toBe('Delete');
    const namespace = production
      .resources('kubernetes_namespace_v1')
      .find(({ metadata }) => (metadata as Json).name === 'openbao');
    expect(namespace?.lifecycle).toEqual({ prevent_destroy: true });
  });

  test('has a certificate for every name under which it is called', () => {
    const { spec } = resourceOf(production, 'Certificate', 'openbao-tls');
    expect(spec.issuerRef).toMatchObject({ kind: 'ClusterIssuer', name: 'internal' });
    expect(spec.dnsNames).toEqual(
      expect.arrayContaining([
        'openbao-active.openbao.svc.cluster.local',
        '*.openbao-internal.openbao.svc.cluster.local',
        'localhost',
      ]),
    );
  });

  test('lets External Secrets in, and nobody else', () => {
    const { spec } = production.customResources.find(
      ({ kind, metadata }) =>
        kind === 'NetworkPolicy' && metadata.namespace === 'openbao' && metadata.name === 'incoming',
    ) as Json;
    const names = spec.ingress[0].from.map(
      ({ namespaceSelector }: Json) => namespaceSelector?.matchLabels['kubernetes.io/metadata.name'],
    );
    expect(names).toEqual([undefined, 'monitoring', 'external-secrets']);
    expect(spec.ingress.flatMap(({ ports = [] }: Json) => ports)).toEqual([]);
  });
});

describe('the first start of OpenBao', () => {
  const files = resourceOf(production, 'ConfigMap', 'openbao-startup').data;

  test('sets up logins, secrets, policies and roles in this order', () => {
    const stanzas = [...files['self-init.hcl'].matchAll(/^initialize "(\w+)"/gm)].map(([, name]) => name);
    expect(stanzas).toEqual(['login', 'secrets', 'policies', 'roles']);
  });

  test('ties every role to a service account and an audience', () => {
    const roles = [...files['self-init.hcl'].matchAll(/path = "auth\/kubernetes\/role\/.*\n\s+data = (.*)/g)];
    expect(roles).toHaveLength(4);
    for (const [, data] of roles) {
      expect(data).toMatch(/bound_service_account_names = \["[\w-]+"\]/);
      expect(data).toContain('audience = "openbao"');
      expect(data).toMatch(/token_max_ttl = "(1h|10m)"/);
    }
    expect(files['self-init.hcl'].match(/bound_service_account_namespaces = \["\*"\]/g)).toHaveLength(1);
  });

  test('happens in the first member of a new cluster alone', () => {
    expect(files['arguments.sh']).toContain('[ "$(hostname)" = "openbao-0" ] || exit 0');
    expect(files['arguments.sh']).toContain(
      'for member in openbao-1.openbao-internal.openbao.svc.cluster.local openbao-2.openbao-internal.openbao.svc.cluster.local; do',
    );
    expect(valuesOf(production, 'openbao').server.ha.raft.config).not.toContain('initialize');
    expect(valuesOf(production, 'openbao').server.extraArgs).toBe('$(sh /openbao/startup/arguments.sh)');
  });

  test('leaves nobody with a root token', () => {
    expect(JSON.stringify([files, valuesOf(production, 'openbao')])).not.toMatch(/root_token|generate-root|recovery/);
  });

  test('the audit log is rotated at a third of its volume', () => {
    expect(resourceOf(changed, 'ConfigMap', 'openbao-startup').data['keeper.sh']).toContain('-gt 1073741824 ]');
  });
});

describe('snapshots', () => {
  test.each([
    ['prod', '7 * * * *', 90],
    ['staging', '7 1 * * *', 30],
    ['dev', '7 1 * * *', 7],
  ] as const)('of %s follow the environment', (name, schedule, days) => {
    const environment = environments[name];
    expect(resourceOf(environment, 'CronJob', 'openbao-snapshots').spec.schedule).toBe(schedule);
    const lifecycles = environment.resources('aws_s3_bucket_lifecycle_configuration') as Json[];
    expect(lifecycles.map(({ rule }) => rule[0].expiration[0].days)).toContain(days);
  });

  test('are written by a job that can neither read nor delete them', () => {
    const actions = production
      .resources('aws_iam_role_policy')
      .map(({ policy }) => JSON.parse(policy as string).Statement as Json[])
      .find(([statement]) => statement.Action.includes('s3:PutObject'))
      ?.flatMap(({ Action }) => Action);
    expect(actions).not.toContain('s3:GetObject');
    expect(actions).not.toContain('s3:DeleteObject');
  });

  test('may be kept longer, taken at another time, or left out', () => {
    expect(resourceOf(changed, 'CronJob', 'openbao-snapshots').spec.schedule).toBe('0 3 * * 0');
    expect(JSON.stringify(changed.resources('aws_s3_bucket_lifecycle_configuration'))).toContain('"days":400');
    expect(bare.customResources.some(({ kind }) => kind === 'CronJob')).toBe(false);
  });
});

describe('External Secrets', () => {
  test('keeps its definitions, and answers twice outside small environments', () => {
    const values = valuesOf(production, 'external-secrets');
    expect(values.crds.annotations).toEqual({ 'helm.sh/resource-policy': 'keep' });
    expect([values.replicaCount, values.leaderElect, values.webhook.replicaCount]).toEqual([2, true, 2]);
    expect(valuesOf(environments.dev, 'external-secrets').podDisruptionBudget.enabled).toBe(false);
  });

  test('reads OpenBao over TLS with a token made for it', () => {
    const { spec } = resourceOf(production, 'ClusterSecretStore', 'openbao');
    expect(spec.provider.vault).toMatchObject({
      server: 'https://openbao-active.openbao.svc.cluster.local:8200',
      version: 'v2',
      caProvider: { type: 'Secret', name: 'openbao-tls', namespace: 'openbao', key: 'ca.crt' },
      auth: { kubernetes: { serviceAccountRef: { name: 'external-secrets', audiences: ['openbao'] } } },
    });
    expect(spec.conditions).toEqual([
      { namespaceSelector: { matchExpressions: [{ key: 'groundplan.dev/workflow', operator: 'Exists' }] } },
    ]);
  });

  test('has no permissions in AWS until a prefix is named', () => {
    const roles = (environment: SynthesizedEnvironment) =>
      environment.resources('aws_iam_role').filter(({ name }) => String(name).includes('external-secrets'));
    expect(roles(environments.dev)).toEqual([]);
    expect(roles(changed)).toHaveLength(1);
    expect(JSON.stringify(changed.resources('aws_iam_role_policy'))).toContain(
      'arn:aws:secretsmanager:us-east-1:111122223333:secret:ecotrack/*',
    );
    expect(resourceOf(changed, 'ClusterSecretStore', 'secrets-manager').spec.provider.aws).toEqual({
      service: 'SecretsManager',
      region: 'us-east-1',
      prefix: 'ecotrack/',
    });
  });

  test('further namespaces may read through the store', () => {
    expect(resourceOf(changed, 'ClusterSecretStore', 'openbao').spec.conditions[1]).toEqual({
      namespaces: ['legacy'],
    });
  });

  test('generates a password once and for all', () => {
    let resources: Json[] = [];
    synthEnvironment((app, environment) => {
      const foundation = new FoundationStack(app, { environment });
      const ingress = new IngressStack(app, { environment, foundation });
      const security = new SecurityStack(app, { environment, foundation, ingress });
      resources = [...security.generatedPassword({ namespace: 'shop', secret: 'shop-db', key: 'password' })];
    }, dev);
    const [password, secret] = resources;
    expect(password.spec).toMatchObject({ length: 40, symbols: 0, secretKeys: ['password'] });
    expect(secret.spec).toMatchObject({
      refreshPolicy: 'CreatedOnce',
      target: { name: 'shop-db', creationPolicy: 'Orphan', immutable: true },
      dataFrom: [{ sourceRef: { generatorRef: { kind: 'Password', name: 'shop-db' } } }],
    });
    expect(resources.map(({ metadata }) => metadata)).toEqual(Array(2).fill({ name: 'shop-db', namespace: 'shop' }));
  });
});

describe('Falco', () => {
  const values = valuesOf(production, 'falco');

  test('runs on every node without full privileges, and fetches nothing', () => {
    expect(values.driver).toEqual({ kind: 'modern_ebpf', modernEbpf: { leastPrivileged: true } });
    expect(values.tolerations).toEqual([{ operator: 'Exists' }]);
    expect(values.falcoctl.artifact).toEqual({ install: { enabled: false }, follow: { enabled: false } });
    expect(values.mounts.volumeMounts[0].mountPath).toBe('/etc/falco/config.d');
  });

  test('has rules that know what is inside', () => {
    const rules = JSON.parse(values.customRules['platform-rules.yaml']) as Json[];
    expect(rules.map(({ priority }) => priority)).toEqual(['WARNING', 'ERROR', 'ERROR', 'WARNING']);
    expect(rules.at(-1).condition).toContain('"10.2.0.0/16", "172.20.0.0/16"');
  });

  test('sends events to Falcosidekick, which tells Alertmanager of errors and Loki of everything', () => {
    expect(values.falco.http_output.url).toBe('http://falcosidekick.falco.svc.cluster.local:2801');
    expect(valuesOf(production, 'falcosidekick').config).toMatchObject({
      alertmanager: {
        hostport: 'http://alertmanager.monitoring:9093',
        endpoint: '/api/v2/alerts',
        minimumpriority: 'error',
      },
      loki: { hostport: 'http://logs.monitoring' },
    });
  });

  test('keeps events in its log where nobody takes them', () => {
    expect(bare.releases.some(({ name }) => name === 'falcosidekick')).toBe(false);
    expect(valuesOf(bare, 'falco').falco.http_output).toBeUndefined();
    expect(valuesOf(changed, 'falcosidekick').config).toEqual({ existingSecret: 'falco-outputs' });
  });

  test('takes further rules, or leaves', () => {
    expect(JSON.parse(valuesOf(changed, 'falco').customRules['platform-rules.yaml'])).toHaveLength(5);
    expect(rulesAlone.releases.filter(({ name }) => name.startsWith('falco'))).toEqual([]);
  });
});

describe('Gatekeeper', () => {
  test.each([
    ['dev', 'Ignore', 1],
    ['staging', 'Fail', 2],
    ['prod', 'Fail', 3],
  ] as const)('of %s answers failures with %s', (name, policy, replicas) => {
    expect(valuesOf(environments[name], 'gatekeeper')).toMatchObject({
      replicas,
      validatingWebhookFailurePolicy: policy,
      validatingWebhookCheckIgnoreFailurePolicy: policy,
      pdb: { controllerManager: { minAvailable: replicas > 1 ? 1 : 0 } },
    });
  });

  test('is never asked about the platform itself, nor about leases, nodes and volumes', () => {
    const values = valuesOf(production, 'gatekeeper');
    expect(values.validatingWebhookExemptNamespacesLabels).toEqual({
      'groundplan.dev/workflow': ['foundation', 'ingress', 'observability', 'gitops', 'security', 'mesh', 'data'],
      'kubernetes.io/metadata.name': ['kube-system', 'kube-public', 'kube-node-lease'],
    });
    expect(values.validatingWebhookMatchConditions.map(({ name }: Json) => name)).toEqual([
      'no-leases-nor-events',
      'in-a-namespace-or-of-gatekeeper',
    ]);
  });

  test('may fail closed everywhere, and exempt other namespaces', () => {
    const values = valuesOf(changed, 'gatekeeper');
    expect(values.validatingWebhookFailurePolicy).toBe('Fail');
    expect(values.validatingWebhookExemptNamespacesLabels['kubernetes.io/metadata.name']).toContain('legacy');
  });

  test('goes with its policies', () => {
    const kinds = watchersAlone.customResources.map(({ kind }) => kind);
    expect(kinds).not.toContain('ConstraintTemplate');
    expect(bare.releases.some(({ name }) => name === 'gatekeeper')).toBe(true);
    expect(bare.customResources.some(({ kind }) => kind === 'ConstraintTemplate')).toBe(false);
  });
});

describe('policies', () => {
  const templates = production.customResources.filter(({ kind }) => kind === 'ConstraintTemplate') as Json[];
  const constraints = production.release('policies-constraints').values.resources as Json[];

  test('every definition has one constraint, and every constraint a definition', () => {
    const kinds = templates.map(({ spec }) => spec.crd.spec.names.kind);
    expect(kinds).toHaveLength(5);
    expect(constraints.map(({ kind }) => kind)).toEqual(kinds);
  });

  test('Rego and definition have the same name, and negations cannot swallow missing fields', () => {
    for (const { metadata, spec } of templates) {
      const { engine, source } = spec.targets[0].code[0];
      expect([engine, source.version]).toEqual(['Rego', 'v1']);
      expect(source.rego.startsWith(`package ${metadata.name}\n`)).toBe(true);
      expect(source.libs[0].startsWith('package lib.pods\n')).toBe(true);
      // In `not x in a.b` a missing `a.b` ends the rule instead of making it true.
      expect(source.rego).not.toMatch(/not [^\n]* in [a-z]/);
      expect(source.rego).toContain('not pods.settled');
    }
  });

  test.each([
    ['dev', 'warn'],
    ['staging', 'deny'],
    ['prod', 'deny'],
  ] as const)('%s answers violations with %s', (name, action) => {
    const all = environments[name].release('policies-constraints').values.resources as Json[];
    expect(new Set(all.map(({ spec }) => spec.enforcementAction))).toEqual(new Set([action]));
  });

  test('leave the platform alone, and hold teams to them', () => {
    for (const { spec } of constraints) {
      expect(spec.match.excludedNamespaces).toEqual(['kube-*']);
      const [expression] = spec.match.namespaceSelector.matchExpressions;
      expect(expression).toMatchObject({ key: 'groundplan.dev/workflow', operator: 'NotIn' });
      expect(expression.values).toHaveLength(7);
    }
  });

  test('look into pods, jobs and rollouts as well as into deployments', () => {
    const kinds = constraints.map(({ spec }) => spec.match.kinds.flatMap((match: Json) => match.kinds).join());
    expect(new Set(kinds)).toEqual(
      new Set(['Deployment,StatefulSet,DaemonSet,Rollout', 'Pod,Job,CronJob,Deployment,StatefulSet,DaemonSet,Rollout']),
    );
  });

  test('allow the registries of the environment and what the platform injects', () => {
    const { spec } = resourceOf(production, 'K8sAllowedRegistries', 'must-come-from-allowed-registries');
    expect(spec.parameters.registries).toEqual([
      '333344445555.dkr.ecr.us-east-1.amazonaws.com/',
      'registry.istio.io/release/',
      'ghcr.io/open-telemetry/opentelemetry-operator/',
    ]);
    expect(resourceOf(rulesAlone, 'K8sAllowedRegistries', 'must-come-from-allowed-registries')).toBeUndefined();
  });

  test('can be stricter, looser and differently labelled', () => {
    expect(resourceOf(changed, 'K8sRequiredLabels', 'must-have-labels').spec).toMatchObject({
      enforcementAction: 'dryrun',
      parameters: { labels: ['team'] },
    });
    const { spec } = resourceOf(changed, 'K8sAllowedRegistries', 'must-come-from-allowed-registries');
    expect(spec.parameters.registries).toEqual(['quay.io/me']);
  });

  test('a hook waits for the kinds that Gatekeeper makes out of the definitions', () => {
    const job = resourceOf(production, 'Job', 'wait-for-constraint-kinds');
    expect(job.metadata.annotations['helm.sh/hook']).toBe('post-install,post-upgrade');
    const [{ args }] = job.spec.template.spec.containers;
    const names = [requiredLabels([]), requiredResources(), requiredSecurityContext(), noLatestTag()].map(({ kind }) =>
      kind.toLowerCase(),
    );
    for (const name of names) expect(args).toContain(`crd/${name}.constraints.gatekeeper.sh`);
  });
});

describe('the namespaces', () => {
  test.each([
    ['openbao', 'restricted'],
    ['external-secrets', 'restricted'],
    ['gatekeeper-system', 'restricted'],
    ['falco', 'privileged'],
  ])('%s is held to %s', (name, level) => {
    const [metadata] = production
      .resources('kubernetes_namespace_v1')
      .map((namespace) => namespace.metadata as Json)
      .filter((candidate) => candidate.name === name);
    expect(metadata.labels['pod-security.kubernetes.io/enforce']).toBe(level);
  });

  test('a client of OpenBao can be let in', () => {
    const policy = changed.customResources.find(
      ({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.namespace === 'openbao',
    );
    expect(JSON.stringify(policy)).toContain('"kubernetes.io/metadata.name":"checkout"');
  });
});
