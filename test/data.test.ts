import { dev, prod, staging } from '../environments';
import {
  type CustomResource,
  Days,
  type EnvironmentFacts,
  type Ingress,
  Namespace,
  type PlatformApp,
  type Security,
  Workflow,
  WorkflowStack,
} from '../lib';
import type { Environment } from '../lib/core/environment';
import {
  Cache,
  type Kafka,
  KafkaTopic,
  KafkaUser,
  type Postgres,
  PostgresDatabase,
  PostgresPooler,
  type Redis,
} from '../lib/data';
import { type SynthesizedEnvironment, synthEnvironment } from '../lib/testing';
import { type DataProps, DataStack } from '../stacks/data';
import { FoundationStack } from '../stacks/foundation';
import { complaints, isBuiltIn } from './charts/custom-resource-validator';
import { hasRecordedCharts } from './charts/recorded';

const security: Security = {
  secretStore: 'openbao',
  vaultUrl: 'https://openbao.security:8200',
  generatedPassword: ({ namespace, secret, key }) => [
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: secret, namespace }, generated: key },
  ],
};

const ingress: Ingress = {
  issuer: 'letsencrypt-prod',
  internalIssuer: 'internal',
  gatewayNamespace: 'emissary',
  route: () => ({ host: '', url: '', resources: [] }),
  awaited: [],
};

/** A stack as a team writes it: everything it needs of the data services, in its own namespace. */
class OrdersStack extends WorkflowStack {
  static readonly workflow = Workflow.custom({
    id: 'orders',
    title: 'Orders',
    purpose: 'Takes orders',
    requires: new Map([
      [Workflow.FOUNDATION, 'runs on its cluster'],
      [Workflow.DATA, 'keeps its data there'],
    ]),
  });

  constructor(app: PlatformApp, environment: Environment, foundation: FoundationStack, data: DataStack) {
    super(app, OrdersStack.workflow, { environment, foundation, data } as { environment: Environment });
    const namespace = new Namespace(this, 'orders', { podSecurity: 'restricted' });
    const postgres = data.postgres as Postgres;
    const kafka = data.kafka as Kafka;
    new PostgresDatabase(this, 'order-book', { postgres, namespace, extensions: ['pgcrypto'] });
    new PostgresPooler(this, 'order-pool', { postgres });
    const placed = new KafkaTopic(this, 'order-events', { kafka, partitions: 12, keep: Days.of(30) });
    new KafkaUser(this, 'checkout', { kafka, namespace, produces: [placed], consumes: [{ name: 'payment-events' }] });
    new Cache(this, 'sessions', { redis: data.redis as Redis, namespace });
  }
}

type Changes = Partial<Omit<DataProps, 'environment' | 'foundation' | 'ingress' | 'security'>>;

function synthesized(facts: EnvironmentFacts, changes: Changes = {}): SynthesizedEnvironment {
  const build = (app: PlatformApp, environment: Environment) => {
    const foundation = new FoundationStack(app, { environment });
    const data = new DataStack(app, { environment, foundation, ingress, security, ...changes });
    if (Object.keys(changes).length === 0) new OrdersStack(app, environment, foundation, data);
  };
  return synthEnvironment(build, facts);
}

const environments = { dev: synthesized(dev), staging: synthesized(staging), prod: synthesized(prod) };

function resource<T = Record<string, unknown>>(
  environment: SynthesizedEnvironment,
  kind: string,
  name: string,
): CustomResource & { spec: T } {
  const found = environment.customResources.filter((one) => one.kind === kind && one.metadata.name === name);
  expect(found).toHaveLength(1);
  return found[0] as CustomResource & { spec: T };
}

const releaseAddress = (environment: SynthesizedEnvironment, name: string) => environment.release(name).address;

describe.each(Object.entries(environments))('data services of %s', (_, environment) => {
  test.each([
    ['cloudnative-pg', 'postgres-cluster'],
    ['plugin-barman-cloud', 'postgres-cluster'],
    ['cloudnative-pg', 'plugin-barman-cloud'],
    ['redis-operator', 'redis-servers'],
    ['strimzi', 'kafka-cluster'],
    ['kafka-cluster', 'order-events-topic'],
    ['order-events-topic', 'checkout-user'],
    ['postgres-cluster', 'order-book-database'],
    ['redis-servers', 'sessions-cache'],
  ])('%s comes before %s, and goes after it', (first, second) => {
    const stackOf = (name: string) => releaseAddress(environment, name).split('/')[0];
    if (stackOf(first) === stackOf(second)) {
      expect(environment.graph.isBefore(releaseAddress(environment, first), releaseAddress(environment, second))).toBe(
        true,
      );
    } else {
      expect([stackOf(first), stackOf(second)]).toEqual([
        expect.stringMatching(/-data$/),
        expect.stringMatching(/-orders$/),
      ]);
    }
  });

  test('the identity of PostgreSQL is there before its pods', () => {
    const cluster = releaseAddress(environment, 'postgres-cluster');
    expect(environment.graph.reaches(cluster, 'aws_eks_pod_identity_association')).toBe(true);
    expect(environment.graph.reaches(cluster, 'aws_s3_bucket_policy')).toBe(true);
  });

  test('every container of the custom resources has requests and no CPU limit', () => {
    const { spec: redis } = resource<Record<string, never>>(environment, 'RedisReplication', 'redis');
    const { spec: sentinel } = resource<Record<string, never>>(environment, 'RedisSentinel', 'redis');
    const { spec: kafka } = resource<Record<string, never>>(environment, 'Kafka', 'kafka');
    const pools = environment.customResources.filter(({ kind }) => kind === 'KafkaNodePool');
    const all = [
      at(redis, 'kubernetesConfig.resources'),
      at(redis, 'redisExporter.resources'),
      at(sentinel, 'kubernetesConfig.resources'),
      at(sentinel, 'redisExporter.resources'),
      at(kafka, 'entityOperator.topicOperator.resources'),
      at(kafka, 'entityOperator.userOperator.resources'),
      at(kafka, 'kafkaExporter.resources'),
      at(resource(environment, 'Cluster', 'postgres').spec, 'resources'),
      at(resource(environment, 'ObjectStore', 'postgres').spec, 'instanceSidecarConfiguration.resources'),
      ...pools.map(({ spec }) => at(spec, 'resources')),
    ];
    for (const resources of all) {
      expect(resources).toEqual({
        requests: { cpu: expect.any(String), memory: expect.any(String) },
        limits: { memory: expect.any(String) },
      });
    }
  });
});

function at(value: unknown, path: string): unknown {
  return path.split('.').reduce((inner: unknown, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
}

test.each([
  ['dev', 1250, 5.2],
  ['staging', 3600, 15],
  ['prod', 6500, 30],
] as const)('%s asks for no more than its share', (name, cpu, gib) => {
  const rows = environments[name].capacity.rows.filter(({ workflow }) => workflow === 'data');
  expect(rows.map(({ component }) => component)).toEqual([
    'cloudnative-pg',
    'plugin-barman-cloud',
    'postgres',
    'redis-operator',
    'redis',
    'strimzi',
    'kafka',
  ]);
  expect(rows.reduce((sum, row) => sum + row.cpu, 0)).toBeLessThanOrEqual(cpu);
  expect(rows.reduce((sum, row) => sum + row.memory, 0)).toBeLessThanOrEqual(gib * 1024);
});

describe('PostgreSQL', () => {
  test('is one instance in dev, and three on different nodes in prod', () => {
    expect(resource(environments.dev, 'Cluster', 'postgres').spec).toMatchObject({
      instances: 1,
      enablePDB: false,
      affinity: { enablePodAntiAffinity: false },
      storage: { size: '10Gi', storageClass: 'gp3' },
    });
    expect(resource(environments.prod, 'Cluster', 'postgres').spec).toMatchObject({
      instances: 3,
      enablePDB: true,
      enableSuperuserAccess: false,
      affinity: { enablePodAntiAffinity: true, podAntiAffinityType: 'required' },
      storage: { size: '100Gi', storageClass: 'gp3' },
      walStorage: { size: '20Gi', storageClass: 'gp3' },
      postgresql: {
        parameters: { max_connections: '200', shared_buffers: '512MB', password_encryption: 'scram-sha-256' },
        pg_hba: ['hostnossl all all all reject'],
        synchronous: { method: 'any', number: 1 },
      },
    });
  });

  test('archives into its bucket under the key of the bucket', () => {
    const { configuration, retentionPolicy } = resource<{ configuration: object; retentionPolicy: string }>(
      environments.prod,
      'ObjectStore',
      'postgres',
    ).spec;
    expect(configuration).toMatchObject({
      destinationPath: 's3://ecotrack-prod-postgres-333344445555/',
      s3Credentials: { inheritFromIAMRole: true },
    });
    expect(JSON.stringify(configuration)).not.toContain('encryption');
    expect(retentionPolicy).toBe('90d');
    const [lifecycle] = environments.prod
      .resources('aws_s3_bucket_lifecycle_configuration')
      .filter(({ rule }) => JSON.stringify(rule).includes('"days":97'));
    expect(lifecycle).toBeDefined();
    expect(at(resource(environments.prod, 'Cluster', 'postgres').spec, 'plugins.0')).toEqual({
      name: 'barman-cloud.cloudnative-pg.io',
      isWALArchiver: true,
      parameters: { barmanObjectName: 'postgres', serverName: 'postgres' },
    });
  });

  test('is backed up as often as the environment says', () => {
    expect(resource(environments.dev, 'ScheduledBackup', 'postgres').spec.schedule).toBe('0 0 2 * * *');
    expect(resource(environments.prod, 'ScheduledBackup', 'postgres').spec).toMatchObject({
      schedule: '0 0 */6 * * *',
      method: 'plugin',
      pluginConfiguration: { name: 'barman-cloud.cloudnative-pg.io' },
    });
  });

  test('gets its permissions under the name of the cluster', () => {
    const associations = environments.prod.resources('aws_eks_pod_identity_association');
    expect(associations).toContainEqual(expect.objectContaining({ namespace: 'data', service_account: 'postgres' }));
    const irsa = synthesized({ ...dev, cluster: { ...dev.cluster, identity: 'irsa' } }, { redis: false });
    expect(
      at(resource(irsa, 'Cluster', 'postgres').spec, 'serviceAccountTemplate.metadata.annotations'),
    ).toHaveProperty(['eks.amazonaws.com/role-arn']);
  });

  test('outlives its release where deletion is protected', () => {
    expect(resource(environments.prod, 'Cluster', 'postgres').metadata.annotations).toEqual({
      'helm.sh/resource-policy': 'keep',
    });
    expect(resource(environments.dev, 'Cluster', 'postgres').metadata.annotations).toBeUndefined();
    const lifecycles = (environment: SynthesizedEnvironment) =>
      environment
        .resources('kubernetes_namespace_v1')
        .filter(({ lifecycle }) => lifecycle)
        .map(({ metadata }) => (metadata as { name: string }).name);
    expect(lifecycles(environments.prod)).toEqual(['data']);
    expect(lifecycles(environments.dev)).toEqual([]);
  });

  test('is made from a backup on request', () => {
    const recovery = { from: 'postgres', until: '2026-05-01T10:00:00Z' };
    const restored = synthesized(dev, { postgres: { name: 'postgres-2', recovery } });
    const cluster = resource(restored, 'Cluster', 'postgres-2').spec;
    expect(at(cluster, 'bootstrap')).toEqual({
      recovery: { source: 'origin', recoveryTarget: { targetTime: '2026-05-01T10:00:00Z' } },
    });
    expect(at(cluster, 'externalClusters.0.plugin.parameters')).toEqual({
      barmanObjectName: 'postgres-2',
      serverName: 'postgres',
    });
    expect(at(cluster, 'plugins.0.parameters.serverName')).toBe('postgres-2');
    expect(() => synthesized(dev, { postgres: { recovery } })).toThrow(/GP208 .*set archive to another folder/);
  });

  test('takes settings, size and raw fields of the user', () => {
    const changed = synthesized(dev, {
      postgres: {
        image: 'ghcr.io/cloudnative-pg/postgresql:17.6-system-trixie',
        volumeGib: 77,
        parameters: { work_mem: '16MB' },
        archive: 'second',
        spec: { logLevel: 'debug' },
      },
    });
    expect(resource(changed, 'Cluster', 'postgres').spec).toMatchObject({
      imageName: 'ghcr.io/cloudnative-pg/postgresql:17.6-system-trixie',
      storage: { size: '77Gi' },
      logLevel: 'debug',
      plugins: [{ parameters: { serverName: 'second' } }],
      postgresql: { parameters: { work_mem: '16MB', max_connections: '200' } },
    });
  });
});

describe('Redis', () => {
  test('has a quorum of sentinels for its size', () => {
    expect(at(resource(environments.dev, 'RedisSentinel', 'redis').spec, 'redisSentinelConfig.quorum')).toBe('1');
    expect(resource(environments.prod, 'RedisSentinel', 'redis').spec).toMatchObject({
      clusterSize: 3,
      pdb: { enabled: true, maxUnavailable: 1 },
      redisSentinelConfig: { quorum: '2', masterGroupName: 'mymaster', redisReplicationName: 'redis' },
    });
  });

  test('asks for TLS and a generated password everywhere', () => {
    for (const kind of ['RedisReplication', 'RedisSentinel']) {
      expect(resource(environments.prod, kind, 'redis').spec).toMatchObject({
        TLS: { secret: { secretName: 'redis-tls' }, ca: 'ca.crt' },
        kubernetesConfig: { redisSecret: { name: 'redis-password', key: 'password' } },
        redisExporter: { enabled: true },
      });
    }
    const { dnsNames } = resource<{ dnsNames: string[] }>(environments.prod, 'Certificate', 'redis-tls').spec;
    expect(dnsNames).toEqual(
      expect.arrayContaining([
        'redis-master.data.svc.cluster.local',
        'redis-sentinel.data.svc.cluster.local',
        '*.redis-headless.data.svc.cluster.local',
      ]),
    );
    expect(resource(environments.prod, 'Secret', 'redis-password')).toMatchObject({ generated: 'password' });
  });

  test('drops the least recently used keys, or what the user says', () => {
    const settings = (environment: SynthesizedEnvironment) =>
      (resource(environment, 'ConfigMap', 'redis-settings') as unknown as { data: Record<string, string> }).data[
        'redis-additional.conf'
      ];
    expect(settings(environments.dev)).toContain('maxmemory 268435456\nmaxmemory-policy allkeys-lru\n');
    const changed = synthesized(dev, {
      redis: { eviction: 'noeviction', volumeGib: 3, settings: { 'slowlog-max-len': '256' } },
    });
    expect(settings(changed)).toContain('maxmemory-policy noeviction\n');
    expect(settings(changed)).toContain('slowlog-max-len 256\n');
    expect(
      at(resource(changed, 'RedisReplication', 'redis').spec, 'storage.volumeClaimTemplate.spec.resources.requests'),
    ).toEqual({ storage: '3Gi' });
  });

  test('keeps its volumes where deletion is protected', () => {
    expect(at(resource(environments.prod, 'RedisReplication', 'redis').spec, 'storage.keepAfterDelete')).toBe(true);
    expect(at(resource(environments.dev, 'RedisReplication', 'redis').spec, 'storage.keepAfterDelete')).toBe(false);
  });
});

describe('Kafka', () => {
  test('is one node in dev, three in staging, three brokers and three controllers in prod', () => {
    const pools = (environment: SynthesizedEnvironment) =>
      environment.customResources
        .filter(({ kind }) => kind === 'KafkaNodePool')
        .map(({ metadata, spec }) => [metadata.name, at(spec, 'replicas'), at(spec, 'roles')]);
    expect(pools(environments.dev)).toEqual([['combined', 1, ['controller', 'broker']]]);
    expect(pools(environments.staging)).toEqual([['combined', 3, ['controller', 'broker']]]);
    expect(pools(environments.prod)).toEqual([
      ['controller', 3, ['controller']],
      ['broker', 3, ['broker']],
    ]);
  });

  test('keeps the layout that it was made with', () => {
    const separate = synthesized(dev, { kafka: { layout: 'separate' } });
    expect(resource(separate, 'KafkaNodePool', 'broker').spec).toMatchObject({ replicas: 1, roles: ['broker'] });
    expect(separate.customResources.filter(({ metadata }) => metadata.name === 'combined')).toEqual([]);
  });

  test.each([
    ['dev', 1, 1, undefined],
    ['prod', 3, 2, { topologyKey: 'topology.kubernetes.io/zone' }],
  ] as const)('%s copies messages as its brokers allow', (name, replication, inSync, rack) => {
    const { kafka } = resource<{ kafka: { config: object; rack?: object } }>(environments[name], 'Kafka', 'kafka').spec;
    expect(kafka.config).toMatchObject({
      'default.replication.factor': replication,
      'min.insync.replicas': inSync,
      'log.retention.hours': 168,
      'auto.create.topics.enable': false,
    });
    expect(kafka.rack).toEqual(rack);
  });

  test('has one listener, with TLS and a password, and rights per user', () => {
    expect(at(resource(environments.prod, 'Kafka', 'kafka').spec, 'kafka')).toMatchObject({
      listeners: [{ port: 9093, tls: true, authentication: { type: 'scram-sha-512' } }],
      authorization: { type: 'simple' },
    });
  });

  test('keeps its volumes where deletion is protected', () => {
    const deleteClaims = (environment: SynthesizedEnvironment) =>
      environment.customResources
        .filter(({ kind }) => kind === 'KafkaNodePool')
        .map(({ spec }) => at(spec, 'storage.volumes.0.deleteClaim'));
    expect(deleteClaims(environments.prod)).toEqual([false, false]);
    expect(deleteClaims(environments.dev)).toEqual([true]);
  });

  test('takes retention, size and settings of the user', () => {
    const changed = synthesized(dev, {
      kafka: {
        keep: Days.of(2),
        volumeGib: 33,
        config: { 'num.partitions': 6 },
        spec: { kafkaExporter: { topicRegex: 'order-.*' } },
      },
    });
    const { spec } = resource(changed, 'Kafka', 'kafka');
    expect(at(spec, 'kafka.config')).toMatchObject({ 'log.retention.hours': 48, 'num.partitions': 6 });
    expect(at(spec, 'kafkaExporter')).toMatchObject({ topicRegex: 'order-.*', groupRegex: '.*' });
    expect(at(resource(changed, 'KafkaNodePool', 'combined').spec, 'storage.volumes.0.size')).toBe('33Gi');
  });
});

describe('what a team places in its own stack', () => {
  const { prod: environment } = environments;

  test('a database comes with an owner and all that a client needs', () => {
    expect(resource(environment, 'Database', 'orders-order-book')).toMatchObject({
      metadata: { namespace: 'data' },
      spec: {
        cluster: { name: 'postgres' },
        name: 'order_book',
        owner: 'order_book',
        databaseReclaimPolicy: 'retain',
        extensions: [{ name: 'pgcrypto' }],
      },
    });
    expect(resource(environment, 'DatabaseRole', 'orders-order-book').spec).toMatchObject({
      name: 'order_book',
      connectionLimit: 50,
      passwordSecret: { name: 'orders-order-book' },
    });
    const role = resource(environment, 'ExternalSecret', 'orders-order-book');
    expect(at(role.spec, 'target.template')).toMatchObject({
      type: 'kubernetes.io/basic-auth',
      metadata: { labels: { 'cnpg.io/reload': 'true' } },
      data: { username: 'order_book', password: '{{ .password }}' },
    });
    const connection = resource(environment, 'ExternalSecret', 'order-book-postgres');
    expect(connection.metadata.namespace).toBe('orders');
    expect(at(connection.spec, 'target.template.data')).toMatchObject({
      host: 'postgres-rw.data.svc.cluster.local',
      port: '5432',
      database: 'order_book',
      'ca.crt': '{{ .ca }}',
    });
  });

  test('a copy of a secret is read by an account that reads nothing else', () => {
    const role = resource(environment, 'Role', 'orders-order-book-postgres-reader');
    expect(role).toMatchObject({
      metadata: { namespace: 'data' },
      rules: [{ resourceNames: ['orders-order-book-password', 'postgres-ca-cert'], verbs: ['get'] }],
    });
    expect(resource(environment, 'RoleBinding', 'orders-order-book-postgres-reader')).toMatchObject({
      subjects: [{ kind: 'ServiceAccount', namespace: 'orders' }],
    });
    expect(at(resource(environment, 'SecretStore', 'order-book-postgres').spec, 'provider.kubernetes')).toMatchObject({
      remoteNamespace: 'data',
      auth: { serviceAccount: { name: 'orders-order-book-postgres-reader' } },
    });
  });

  (hasRecordedCharts ? test : test.skip)('every custom resource is what its definition allows', () => {
    const custom = environment.releases
      .filter(({ address, chart }) => address.startsWith('prod-orders/') && chart.startsWith('./'))
      .flatMap(({ values }) => values.resources as CustomResource[])
      .filter((one) => !isBuiltIn(one));
    expect(custom.length).toBeGreaterThan(10);
    expect(custom.flatMap((one) => complaints(one) ?? [`${one.kind} is not recorded`])).toEqual([]);
  });

  test('a topic has partitions, copies and an age', () => {
    expect(resource(environment, 'KafkaTopic', 'order-events').spec).toEqual({
      topicName: 'order-events',
      partitions: 12,
      replicas: 3,
      config: { 'min.insync.replicas': 2, 'cleanup.policy': 'delete', 'retention.ms': 2_592_000_000 },
    });
    expect(resource(environments.dev, 'KafkaTopic', 'order-events').spec).toMatchObject({ replicas: 1 });
  });

  test('a user of Kafka may do what its topics need', () => {
    const { acls } = resource<{ authorization: { acls: unknown[] } }>(environment, 'KafkaUser', 'orders-checkout').spec
      .authorization;
    expect(acls).toEqual([
      { resource: { type: 'topic', name: 'order-events', patternType: 'literal' }, operations: ['Write', 'Describe'] },
      { resource: { type: 'topic', name: 'payment-events', patternType: 'literal' }, operations: ['Read', 'Describe'] },
      { resource: { type: 'group', name: 'orders-checkout', patternType: 'literal' }, operations: ['Read'] },
    ]);
    expect(at(resource(environment, 'ExternalSecret', 'checkout-kafka').spec, 'target.template.data')).toMatchObject({
      bootstrap: 'kafka-kafka-bootstrap.data.svc.cluster.local:9093',
      'security-protocol': 'SASL_SSL',
      username: 'orders-checkout',
    });
  });

  test('a cache is reached through the sentinels or directly', () => {
    expect(at(resource(environment, 'ExternalSecret', 'sessions-redis').spec, 'target.template.data')).toMatchObject({
      host: 'redis-master.data.svc.cluster.local',
      'sentinel-host': 'redis-sentinel.data.svc.cluster.local',
      'master-name': 'mymaster',
      'key-prefix': 'orders:sessions:',
    });
  });

  test('a pooler shares connections', () => {
    expect(resource(environment, 'Pooler', 'order-pool').spec).toMatchObject({
      instances: 3,
      pgbouncer: { poolMode: 'transaction', parameters: { max_client_conn: '500', default_pool_size: '25' } },
    });
  });
});

describe('the stack', () => {
  test('leaves out what is not wanted, with its operator', () => {
    const small = synthesized(dev, { postgres: false, kafka: false });
    const names = small.releases.filter(({ address }) => address.startsWith('dev-data/')).map(({ name }) => name);
    expect(names.toSorted()).toEqual([
      'data-network-policies',
      'redis-operator',
      'redis-operator-monitors',
      'redis-servers',
      'redis-system-network-policies',
    ]);
  });

  test('takes a PostgreSQL of the user instead', () => {
    const external = {
      name: 'rds',
      namespace: Namespace.existing('legacy'),
      host: 'db.example.com',
      readHost: 'db.example.com',
      port: 5432,
      caSecret: 'rds-ca',
      newPassword: () => [],
    };
    const replaced = synthesized(dev, { postgres: () => external, redis: false, kafka: false });
    expect(replaced.customResources.filter(({ kind }) => kind === 'Cluster')).toEqual([]);
  });

  test('lays chart values of the user over those of an operator', () => {
    const changed = synthesized(dev, { operatorValues: { strimzi: { logLevel: 'DEBUG' } } });
    expect(changed.release('strimzi').values).toMatchObject({ logLevel: 'DEBUG', watchNamespaces: ['data'] });
  });

  test('admits clients on the ports of the services, and operators on all', () => {
    const [policy] = environments.prod.release('data-network-policies').values.resources as {
      spec: { ingress: { from: object[]; ports?: { port: number }[] }[] };
    }[];
    const ports = policy?.spec.ingress.flatMap((rule) => rule.ports ?? []).map(({ port }) => port);
    expect(ports).toEqual([5432, 6379, 26379, 9093]);
    for (const name of ['cnpg-system', 'redis-system', 'kafka-system', 'monitoring']) {
      expect(policy?.spec.ingress[0]?.from).toContainEqual({
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
      });
    }
  });

  test('watches all of it', () => {
    const kinds = (kind: string) =>
      environments.prod.customResources
        .filter((one) => one.kind === kind && ['postgres', 'redis', 'kafka'].includes(one.metadata.name))
        .map(({ metadata }) => metadata.name);
    expect(kinds('PodMonitor').toSorted()).toEqual(['kafka', 'postgres', 'redis']);
    expect(kinds('PrometheusRule').toSorted()).toEqual(['kafka', 'postgres', 'redis']);
    const alerts = environments.prod.customResources
      .filter(({ kind }) => kind === 'PrometheusRule')
      .flatMap(({ spec }) => at(spec, 'groups.0.rules') as { alert: string; labels: { severity: string } }[]);
    expect(alerts.map(({ alert }) => alert)).toEqual(
      expect.arrayContaining([
        'PostgresConnectionsNearLimit',
        'PostgresReplicationLag',
        'RedisSentinelsWithoutMaster',
        'KafkaUnderReplicatedPartitions',
        'PostgresVolumeFilling',
      ]),
    );
    expect(new Set(alerts.map(({ labels }) => labels.severity))).toEqual(new Set(['critical', 'warning']));
  });
});
