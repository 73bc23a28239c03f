import { dev, prod, staging } from '../environments';
import { type CustomResource, Days, type EnvironmentFacts, ModelError, Percent } from '../lib';
import { collectorConfig } from '../lib/observability/collector-config';
import { sourceIds } from '../lib/observability/data-sources';
import { Tempo } from '../lib/observability/tempo';
import { type SynthesizedEnvironment, synthEnvironment } from '../lib/testing';
import { FoundationStack } from '../stacks/foundation';
import { type ObservabilityProps, ObservabilityStack } from '../stacks/observability';
import { ingress } from './support/handles';

// biome-ignore lint/suspicious/noExplicitAny: values of charts have no type.
type Json = any;

function observability(
  facts: EnvironmentFacts,
  props: Partial<ObservabilityProps> = {},
  inspect: (stack: ObservabilityStack) => void = () => undefined,
): SynthesizedEnvironment {
  return synthEnvironment((app, environment) => {
    const foundation = new FoundationStack(app, { environment });
    inspect(new ObservabilityStack(app, { environment, foundation, ingress, ...props }));
  }, facts);
}

const small = observability(dev);
const medium = observability(staging);
const large = observability(prod);
const sizes = [
  ['small', small, dev],
  ['medium', medium, staging],
  ['large', large, prod],
] as const;

const values = (environment: SynthesizedEnvironment, name: string): Json => environment.release(name).values;

function resource(environment: SynthesizedEnvironment, kind: string, name: string): CustomResource & Json {
  return environment.customResources.find((one) => one.kind === kind && one.metadata.name === name);
}

function policy(environment: SynthesizedEnvironment, namespace: string): Json {
  return environment.customResources.find(
    ({ kind, metadata }) =>
      kind === 'NetworkPolicy' && metadata.namespace === namespace && metadata.name === 'incoming',
  )?.spec;
}

describe('what is installed', () => {
  test('a small environment has every part but Mimir', () => {
    const charts = small.releases.map(({ name }) => name).filter((name) => !/network-policies|-/.test(name));
    expect(charts.toSorted()).toEqual(['alloy', 'grafana', 'loki', 'opentelemetry', 'prometheus', 'tempo']);
    expect(large.releases.map(({ name }) => name)).toContain('mimir');
    expect(medium.releases.map(({ name }) => name)).toContain('mimir');
  });

  test('only agents may look into nodes', () => {
    const levels = small
      .resources('kubernetes_namespace_v1')
      .map(({ metadata }: Json) => [metadata.name, metadata.labels['pod-security.kubernetes.io/enforce']]);
    expect(Object.fromEntries(levels)).toEqual({ monitoring: 'restricted', 'monitoring-agents': 'privileged' });
    expect(small.release('alloy').namespace).toContain('monitoring-agents');
    expect(values(small, 'prometheus')['prometheus-node-exporter'].namespaceOverride).toBe('monitoring-agents');
  });

  test.each(sizes)('%s stays within its share of the cluster', (size, environment) => {
    const pods = environment.components
      .filter(({ workflow }) => workflow.id === 'observability')
      .flatMap((c) => c.pods);
    const sum = (perNode: boolean, of: 'cpu' | 'memory') =>
      pods
        .filter((group) => group.perNode === perNode)
        .reduce((total, group) => total + group[of] * (perNode ? 1 : group.replicas), 0);
    const limits = {
      small: { cpu: 900, memory: 3.9 * 1024, nodeCpu: 70, nodeMemory: 200 },
      medium: { cpu: 3200, memory: 13 * 1024, nodeCpu: 120, nodeMemory: 320 },
      large: { cpu: 6500, memory: 26 * 1024, nodeCpu: 120, nodeMemory: 320 },
    }[size];
    expect(sum(false, 'cpu')).toBeLessThanOrEqual(limits.cpu);
    expect(sum(false, 'memory')).toBeLessThanOrEqual(limits.memory);
    expect(sum(true, 'cpu')).toBeLessThanOrEqual(limits.nodeCpu);
    expect(sum(true, 'memory')).toBeLessThanOrEqual(limits.nodeMemory);
  });

  test.each(sizes)('%s: what charts ask for is what the capacity table counts', (_, environment) => {
    const asked = (found: unknown): string[] => {
      if (Array.isArray(found)) return found.flatMap(asked);
      if (found === null || typeof found !== 'object') return [];
      const { requests, ...rest } = found as { requests?: { cpu?: string; memory?: string } };
      const own = requests?.cpu ? [`${requests.cpu} ${requests.memory}`] : [];
      return [...own, ...Object.values(rest).flatMap(asked)];
    };
    const counted = environment.components
      .flatMap((component) => component.pods)
      .flatMap((pods: Json) => [pods.size, ...Object.values(pods.size.sidecars ?? {})])
      .map(({ cpu, memory }: Json) => `${cpu} ${memory}`);
    const charts = environment.releases.filter(({ name }) => /^(alloy|grafana|loki|mimir|prometheus|tempo)/.test(name));
    expect(asked(charts.map((release) => release.values)).filter((figures) => !counted.includes(figures))).toEqual([]);
  });
});

describe('order', () => {
  const comesBefore = (first: string, second: string) =>
    large.graph.isBefore(large.release(first).address, large.release(second).address);

  test.each([
    ['mimir', 'prometheus', 'remote write has a target'],
    ['prometheus', 'tempo', 'span metrics have a target'],
    ['loki', 'alloy', 'logs have a target'],
    ['opentelemetry', 'collector-otel', 'the operator knows the resource'],
    ['tempo', 'collector-otel', 'spans have a target'],
    ['collector-otel', 'instrumentation-java', 'agents have a target'],
    ['tempo', 'grafana', 'every source is there'],
    ['loki', 'grafana', 'every source is there'],
    ['grafana-dashboards', 'grafana', 'the sidecar may read dashboards'],
    ['grafana', 'grafana-route', 'the route leads somewhere'],
    ['prometheus', 'alert-rules-rules', 'the webhook judges the rules'],
  ])('%s is there before %s: %s', (first, second) => {
    expect(comesBefore(first, second)).toBe(true);
  });

  test('heavy charts that do not need each other install side by side', () => {
    expect(comesBefore('loki', 'prometheus') || comesBefore('prometheus', 'loki')).toBe(false);
  });

  test('pods get credentials: buckets and identities come before the charts', () => {
    for (const name of ['loki', 'mimir', 'tempo']) {
      const { address } = large.release(name);
      expect(large.graph.reaches(address, 'aws_eks_pod_identity_association')).toBe(true);
      expect(large.graph.reaches(address, 'aws_s3_bucket')).toBe(true);
    }
  });

  test('the node exporter finds its namespace', () => {
    const agents = large.graph.ofType('kubernetes_namespace_v1').find((address) => address.includes('agents')) ?? '';
    expect(large.graph.isBefore(agents, large.release('prometheus').address)).toBe(true);
  });
});

describe('stores', () => {
  test.each(sizes)('%s keeps data as long as the environment says', (_, environment, facts) => {
    const { metrics, logs, traces } = facts.retention;
    expect(values(environment, 'loki').loki.limits_config.retention_period).toBe(logs.hours);
    expect(values(environment, 'tempo').tempo.retention).toBe(traces.hours);
    const { retention } = values(environment, 'prometheus').prometheus.prometheusSpec;
    if (facts === dev) expect(retention).toBe(metrics.hours);
    else {
      expect(retention).toBe('48h');
      expect(values(environment, 'mimir').mimir.structuredConfig.limits.compactor_blocks_retention_period).toBe(
        metrics.hours,
      );
    }
  });

  test('buckets are emptied at the same age', () => {
    const days = large
      .resources('aws_s3_bucket_lifecycle_configuration')
      .map(({ rule }: Json) => rule[0].expiration[0].days)
      .toSorted((a: number, b: number) => a - b);
    expect(days).toEqual([14, 30, 90]);
  });

  test('each store reaches its own bucket and nothing else', () => {
    const grants = large
      .resources('aws_iam_role_policy')
      .map(({ policy: text }) => text as string)
      .filter((text) => text.includes(':s3:::'));
    expect(grants).toHaveLength(3);
    for (const name of ['loki', 'mimir', 'tempo']) {
      const own = grants.filter((text) => text.includes(`ecotrack-prod-${name}-333344445555`));
      expect(own).toHaveLength(1);
    }
    const resources = grants.flatMap((text) => JSON.parse(text).Statement.flatMap(({ Resource }: Json) => Resource));
    expect(resources).not.toContain('*');
    const accounts = large.resources('aws_eks_pod_identity_association').map((one) => one.service_account);
    expect(accounts).toEqual(expect.arrayContaining(['loki', 'mimir', 'tempo']));
    for (const name of ['loki', 'mimir', 'tempo']) expect(values(large, name).serviceAccount.name).toBe(name);
  });

  test('an IRSA platform annotates the service accounts', () => {
    const irsa = observability({ ...prod, cluster: { ...prod.cluster, identity: 'irsa' } });
    for (const name of ['loki', 'mimir', 'tempo'])
      expect(values(irsa, name).serviceAccount.annotations['eks.amazonaws.com/role-arn']).toMatch(/aws_iam_role/);
  });

  test('Loki replicates only where there is something to replicate to', () => {
    expect(values(small, 'loki').loki.commonConfig.replication_factor).toBe(1);
    expect(values(large, 'loki').loki.commonConfig.replication_factor).toBe(3);
    expect(values(large, 'loki').loki.schemaConfig.configs[0]).toMatchObject({ store: 'tsdb', schema: 'v13' });
  });

  test('Loki reads no secrets of the cluster and runs no containers besides its own', () => {
    const { sidecar, gateway, lokiCanary } = values(large, 'loki');
    expect([sidecar.rules.enabled, gateway.metrics.enabled, lokiCanary.enabled]).toEqual([false, false, false]);
  });

  test('Mimir needs no Kafka, no MinIO and no rollout operator', () => {
    const { kafka, minio, rollout_operator, ingester, store_gateway, mimir } = values(large, 'mimir');
    expect([kafka, minio, rollout_operator]).toEqual([{ enabled: false }, { enabled: false }, { enabled: false }]);
    expect(ingester.zoneAwareReplication.enabled || store_gateway.zoneAwareReplication.enabled).toBe(false);
    expect(mimir.structuredConfig).toMatchObject({
      ingest_storage: {
        enabled: false,
        kafka: { address: null, topic: null, auto_create_topic_default_partitions: null },
      },
      distributor: { remote_timeout: null },
      ingester: { push_grpc_method_enabled: null },
    });
  });

  test('Mimir keeps the samples of one replica of Prometheus', () => {
    const { distributor, limits } = values(large, 'mimir').mimir.structuredConfig;
    expect(distributor.ha_tracker).toEqual({ enable_ha_tracker: true, kvstore: { store: 'memberlist' } });
    expect(limits.accept_ha_samples).toBe(true);
    const { prometheusSpec } = values(large, 'prometheus').prometheus;
    expect(prometheusSpec.replicas).toBe(2);
    expect(prometheusSpec.replicaExternalLabelName).toBe('__replica__');
    expect(prometheusSpec.externalLabels).toEqual({ cluster: 'ecotrack-prod-cluster', environment: 'prod' });
  });

  test('what is pushed reaches every replica of Prometheus', () => {
    const { remote_write } = values(large, 'tempo').tempo.metricsGenerator.storage;
    const host = (index: number) =>
      `http://prometheus-prometheus-${index}.prometheus-operated.monitoring.svc.cluster.local:9090`;
    expect(remote_write.map(({ url }: Json) => url)).toEqual([0, 1].map((index) => `${host(index)}/api/v1/write`));
    const { exporters } = resource(large, 'OpenTelemetryCollector', 'otel').spec.config;
    expect([0, 1].map((index) => exporters[`otlp_http/prometheus-${index}`].endpoint)).toEqual(
      [0, 1].map((index) => `${host(index)}/api/v1/otlp`),
    );
    expect(values(large, 'prometheus').prometheus.prometheusSpec).toMatchObject({
      enableOTLPReceiver: true,
      enableRemoteWriteReceiver: true,
    });
  });

  test('Tempo does not outgrow its memory limit', () => {
    const { memBallastSizeMbs, extraEnv, resources } = values(large, 'tempo').tempo;
    expect(memBallastSizeMbs).toBe(0);
    expect(resources.limits.memory).toBe('3Gi');
    expect(extraEnv).toEqual([{ name: 'GOMEMLIMIT', value: '2611MiB' }]);
  });
});

describe('Prometheus', () => {
  const { prometheus, prometheusOperator, ...rest } = values(large, 'prometheus');

  test('takes every monitor and rule of the cluster', () => {
    for (const kind of ['serviceMonitor', 'podMonitor', 'rule', 'probe', 'scrapeConfig'])
      expect(prometheus.prometheusSpec[`${kind}SelectorNilUsesHelmValues`]).toBe(false);
  });

  test('expects nothing that EKS hides', () => {
    for (const part of ['kubeControllerManager', 'kubeScheduler', 'kubeEtcd', 'kubeProxy'])
      expect(rest[part].enabled).toBe(false);
  });

  test('leaves definitions and dashboards to others', () => {
    expect(rest.crds.enabled).toBe(false);
    expect(rest.grafana).toEqual({ enabled: false, forceDeployDashboards: true });
  });

  test('its webhooks cannot refuse the rules of its own chart', () => {
    expect(prometheusOperator.admissionWebhooks).toEqual({
      certManager: { enabled: true },
      patch: { enabled: false },
      failurePolicy: 'IgnoreOnInstallOnly',
    });
  });

  test('samples fit on the volume', () => {
    expect(prometheus.prometheusSpec.retentionSize).toBe('80GiB');
    expect(prometheus.prometheusSpec.storageSpec.volumeClaimTemplate.spec).toMatchObject({
      storageClassName: 'gp3',
      resources: { requests: { storage: '100Gi' } },
    });
  });

  test('without a long-term store it keeps everything itself', () => {
    const alone = observability(staging, { mimir: false, prometheus: { volumeGib: 200 } });
    const { prometheusSpec } = values(alone, 'prometheus').prometheus;
    expect(prometheusSpec).toMatchObject({ retention: '720h', retentionSize: '160GiB', remoteWrite: [] });
    expect(prometheusSpec.replicaExternalLabelNameClear).toBe(true);
  });
});

describe('alerts', () => {
  const receivers = {
    'on-call': { kind: 'pagerduty', secret: 'alerting', key: 'pagerduty' },
    'platform-slack': { kind: 'slack', secret: 'alerting', key: 'slack', channel: '#platform' },
    management: { kind: 'webhook', secret: 'management-hook' },
  } as const;

  test('go to every receiver of their severity', () => {
    const { route, receivers: named } = values(large, 'prometheus').alertmanager.config;
    const of = (severity: string) =>
      route.routes
        .filter(({ matchers }: Json) => matchers.includes(`severity = "${severity}"`))
        .map(({ receiver }: Json) => receiver);
    for (const severity of ['critical', 'warning', 'info'] as const)
      expect(of(severity)).toEqual(prod.alerts.routing[severity]);
    const names = named.map(({ name }: Json) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { receiver } of [route, ...route.routes]) expect(names).toContain(receiver);
  });

  test('the addresses of receivers are read from secrets', () => {
    const { config, alertmanagerSpec } = values(
      observability(prod, { prometheus: { receivers } }),
      'prometheus',
    ).alertmanager;
    expect(alertmanagerSpec.secrets).toEqual(['alerting', 'management-hook']);
    const find = (wanted: string) => config.receivers.find(({ name }: Json) => name === wanted);
    expect(find('on-call').pagerduty_configs[0].routing_key_file).toBe('/etc/alertmanager/secrets/alerting/pagerduty');
    expect(find('platform-slack').slack_configs[0]).toMatchObject({
      api_url_file: '/etc/alertmanager/secrets/alerting/slack',
      channel: '#platform',
    });
    expect(find('management').webhook_configs[0].url_file).toBe('/etc/alertmanager/secrets/management-hook/url');
    expect(find('daily-summary')).toEqual({ name: 'daily-summary' });
  });

  test('a receiver that nobody routes to is an error', () => {
    const build = () =>
      observability(prod, { prometheus: { receivers: { oncall: { kind: 'slack', secret: 'alerting' } } } });
    expect(build).toThrow(ModelError);
    expect(build).toThrow("receiver 'oncall' is not named in alerts.routing: on-call, management");
  });

  const rulesOf = (environment: SynthesizedEnvironment): Json[] =>
    resource(environment, 'PrometheusRule', 'groundplan').spec.groups.flatMap(({ rules }: Json) => rules);
  const rule = (environment: SynthesizedEnvironment, name: string): Json =>
    rulesOf(environment).find(({ alert }) => alert === name);

  test.each([
    ['NodeCpuHigh', '> 80', '> 70'],
    ['NodeMemoryHigh', '> 85', '> 75'],
    ['ErrorRateHigh', '> 5', '> 0.5'],
    ['SlowResponses', '> 5', '> 1'],
    ['LatencyObjectiveMissed', '> 2', '> 0.5'],
    ['ErrorBudgetBurnFast', '> 0.144', '> 0.0144'],
    ['ErrorBudgetBurnSlow', '> 0.06', '> 0.006'],
  ])('%s watches the limit of its environment', (name, inDev, inProd) => {
    expect(rule(small, name).expr.endsWith(inDev)).toBe(true);
    expect(rule(large, name).expr.endsWith(inProd)).toBe(true);
  });

  test('every alert has a severity that is routed, and says what is wrong', () => {
    const alerts = rulesOf(large).filter(({ alert }) => alert);
    expect(alerts.length).toBeGreaterThan(8);
    for (const { labels, annotations } of alerts) {
      expect(['critical', 'warning', 'info']).toContain(labels.severity);
      expect(Object.values(annotations).every((text) => String(text).length > 10)).toBe(true);
    }
  });

  test('every recorded series that an alert reads is recorded', () => {
    const recorded = rulesOf(large).flatMap(({ record }) => record ?? []);
    const read = rulesOf(large).flatMap(({ expr }) => expr.match(/service:\w+:\w+/g) ?? []);
    expect(read.filter((name: string) => !recorded.includes(name))).toEqual([]);
    expect(recorded.filter((name: string) => !read.includes(name))).toEqual([]);
  });

  test('an objective of 100 % has no budget to burn', () => {
    const strict = observability({ ...prod, objectives: { ...prod.objectives, availability: Percent.of(100) } });
    expect(rule(strict, 'ErrorBudgetBurnFast')).toBeUndefined();
  });
});

describe('collector', () => {
  const config = (environment: SynthesizedEnvironment): Json =>
    resource(environment, 'OpenTelemetryCollector', 'otel').spec.config;

  test('keeps every trace where the environment says so', () => {
    expect(Object.keys(config(small).service.pipelines)).toEqual(['traces', 'logs', 'metrics']);
    expect(config(small).processors.tail_sampling).toBeUndefined();
  });

  test('elsewhere keeps failed and slow traces, and a share of the others', () => {
    expect(config(large).processors.tail_sampling.policies).toEqual([
      { name: 'errors', type: 'status_code', status_code: { status_codes: ['ERROR'] } },
      { name: 'slow', type: 'latency', latency: { threshold_ms: 1000 } },
      { name: 'share', type: 'probabilistic', probabilistic: { sampling_percentage: 10 } },
    ]);
  });

  test('spans of one trace meet in one replica before they are judged', () => {
    const { pipelines } = config(large).service;
    expect(pipelines['traces/in'].exporters).toEqual(['loadbalancing']);
    expect(pipelines.traces.receivers).toEqual(['otlp/peers']);
    expect(config(large).exporters.loadbalancing.resolver.dns).toEqual({
      hostname: 'otel-collector-headless.monitoring.svc.cluster.local',
      port: '4319',
    });
    expect(config(large).receivers['otlp/peers'].protocols.grpc.endpoint).toBe('0.0.0.0:4319');
  });

  test('a single replica judges them itself', () => {
    const { pipelines } = config(observability(dev, { collector: { sampling: Percent.of(20) } })).service;
    expect(pipelines.traces).toEqual({
      receivers: ['otlp'],
      processors: ['memory_limiter', 'k8s_attributes', 'tail_sampling', 'batch'],
      exporters: ['otlp_grpc/tempo'],
    });
  });

  test.each(sizes)('%s: pipelines are made of parts that are configured, and of all of them', (_, environment) => {
    const { service, receivers, processors, exporters } = config(environment);
    const used = (kind: string) =>
      new Set(Object.values<Json>(service.pipelines).flatMap((pipeline) => pipeline[kind]));
    expect(used('receivers')).toEqual(new Set(Object.keys(receivers)));
    expect(used('processors')).toEqual(new Set(Object.keys(processors)));
    expect(used('exporters')).toEqual(new Set(Object.keys(exporters)));
    for (const pipeline of Object.values<Json>(service.pipelines))
      expect(pipeline.processors[0]).toBe('memory_limiter');
  });

  test('the memory limiter looks often enough, and pods have the limit that it takes its share of', () => {
    expect(config(large).processors.memory_limiter.check_interval).toBe('1s');
    expect(resource(large, 'OpenTelemetryCollector', 'otel').spec.resources.limits.memory).toBe('1Gi');
  });

  test('sends every signal to its store', () => {
    expect(
      collectorConfig({ traces: 'tempo:4317', logs: 'http://loki/otlp', metrics: ['http://one', 'http://two'] }),
    ).toMatchObject({
      exporters: {
        'otlp_grpc/tempo': { endpoint: 'tempo:4317' },
        'otlp_http/loki': { endpoint: 'http://loki/otlp' },
        'otlp_http/prometheus-1': { endpoint: 'http://two' },
      },
      service: {
        pipelines: { metrics: { exporters: ['otlp_http/prometheus-0', 'otlp_http/prometheus-1'] } },
      },
    });
  });

  test('its pods may look up senders and run under the strictest level', () => {
    const { spec } = resource(large, 'OpenTelemetryCollector', 'otel');
    expect(spec.serviceAccount).toBe('otel-collector');
    expect(resource(large, 'ClusterRoleBinding', 'otel-collector').subjects[0].name).toBe('otel-collector');
    expect(spec.podSecurityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(spec.securityContext).toMatchObject({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } });
  });
});

describe('Instrumentation', () => {
  const { spec } = resource(large, 'Instrumentation', 'java');

  test('agents record everything and send it to the collector', () => {
    expect(spec.exporter.endpoint).toBe('http://otel-collector.monitoring.svc.cluster.local:4318');
    expect(spec.sampler).toEqual({ type: 'parentbased_traceidratio', argument: '1' });
    expect(spec.propagators).toEqual(['tracecontext', 'baggage', 'b3']);
    const less = observability(prod, { instrumentation: { recorded: Percent.of(25) } });
    expect(resource(less, 'Instrumentation', 'java').spec.sampler.argument).toBe('0.25');
  });

  test('the agent is pinned, names the environment and leaves log lines to Alloy', () => {
    expect(spec.java.image).toMatch(/autoinstrumentation-java:\d+\.\d+\.\d+$/);
    expect(spec.resource.resourceAttributes).toEqual({ 'deployment.environment.name': 'prod' });
    expect(spec.env).toEqual([{ name: 'OTEL_LOGS_EXPORTER', value: 'none' }]);
  });
});

describe('Alloy', () => {
  const content = (name: string): string => values(large, name).alloy.configMap.content;

  test('reads the log files of its node and pushes them to Loki', () => {
    expect(content('alloy')).toContain('field = "spec.nodeName=" + sys.env("HOSTNAME")');
    expect(content('alloy')).toContain('replacement   = "/var/log/pods/*$1/*.log"');
    expect(content('alloy')).toContain('url = "http://loki-gateway.monitoring.svc.cluster.local/loki/api/v1/push"');
    expect(values(large, 'alloy').alloy.mounts.varlog).toBe(true);
    expect(values(large, 'alloy').controller).toMatchObject({
      type: 'daemonset',
      tolerations: [{ operator: 'Exists' }],
    });
  });

  test('one pod ships the events of the cluster, once', () => {
    expect(content('alloy-events')).toContain('loki.source.kubernetes_events');
    expect(content('alloy')).not.toContain('kubernetes_events');
    expect(values(large, 'alloy-events').controller).toMatchObject({ type: 'deployment', replicas: 1 });
  });

  test.each(['alloy', 'alloy-events'])(
    '%s: blocks are closed, components exist, Helm finds nothing to render',
    (name) => {
      const text = content(name);
      expect(text.match(/[{]/g)?.length).toBe(text.match(/[}]/g)?.length);
      expect(text).not.toContain('{{');
      const blocks = [...text.matchAll(/^([a-z_.]+) "(\w+)" \{$/gm)].map(([, kind, label]) => `${kind}.${label}`);
      const read = [
        ...text.matchAll(/((?:discovery|local|loki)\.[a-z_]+(?:\.[a-z_]+)?)\.(?:targets|output|receiver)\b/g),
      ];
      expect(read.length).toBeGreaterThan(0);
      for (const [, component] of read) expect(blocks).toContain(component);
    },
  );

  test('a trace id in a log line becomes a field of it', () => {
    const pattern = /expression = "(.*)"/.exec(content('alloy'))?.[1]?.replaceAll('\\\\', '\\').replace('?P<', '?<');
    const id = '0af7651916cd43dd8448eb211c80319c';
    for (const line of [`{"trace_id":"${id}"}`, `traceId=${id}`, `[traceID: ${id}] hello`])
      expect(new RegExp(pattern ?? '').exec(line)?.groups?.trace_id).toBe(id);
  });

  test('may read what it needs and no secrets', () => {
    expect(JSON.stringify([values(large, 'alloy').rbac, values(large, 'alloy-events').rbac])).not.toContain('secrets');
  });
});

describe('Grafana', () => {
  const sources = (environment: SynthesizedEnvironment): Json[] =>
    values(environment, 'grafana').datasources['sources.yaml'].datasources;

  test('reads every store under a fixed name, the longest memory by default', () => {
    expect(sources(large).map(({ uid }) => uid)).toEqual(['prometheus', 'mimir', 'loki', 'tempo', 'alertmanager']);
    expect(
      sources(large)
        .filter(({ isDefault }) => isDefault)
        .map(({ uid }) => uid),
    ).toEqual(['mimir']);
    expect(sources(small).map(({ uid }) => uid)).toEqual(['prometheus', 'loki', 'tempo', 'alertmanager']);
    expect(
      sources(small)
        .filter(({ isDefault }) => isDefault)
        .map(({ uid }) => uid),
    ).toEqual(['prometheus']);
  });

  test.each(sizes)('%s: links lead to sources that exist', (_, environment) => {
    const known = sources(environment).map(({ uid }) => uid);
    const links = JSON.stringify(sources(environment)).match(/"datasourceUid":"(\w+)"/g) ?? [];
    expect(links.length).toBeGreaterThan(5);
    for (const link of links) expect(known).toContain(/:"(\w+)"/.exec(link)?.[1]);
  });

  test('traces lead to logs and metrics, logs and metrics to traces', () => {
    const of = (uid: string) => sources(large).find((source) => source.uid === uid).jsonData;
    expect(of(sourceIds.traces).tracesToLogsV2.datasourceUid).toBe('loki');
    expect(of(sourceIds.traces).tracesToMetrics.datasourceUid).toBe('mimir');
    expect(of(sourceIds.logs).derivedFields.map(({ datasourceUid }: Json) => datasourceUid)).toEqual([
      'tempo',
      'tempo',
    ]);
    expect(of(sourceIds.metrics).exemplarTraceIdDestinations[0].datasourceUid).toBe('tempo');
  });

  test('its own variables survive both Terraform and its provisioning', () => {
    const text = JSON.stringify(sources(large));
    expect(text).toContain('"$${__value.raw}"');
    expect(text).toContain('{$$__tags}');
    const written = large.body(large.release('grafana').address).values as [string];
    expect(written[0]).toContain(['$$$', '{__value.raw}'].join(''));
  });

  test('its password is nowhere in the configuration', () => {
    expect(JSON.stringify(values(large, 'grafana'))).not.toMatch(/adminPassword|admin_password/);
  });

  test('is reached under its route', () => {
    expect(values(large, 'grafana')['grafana.ini'].server.root_url).toBe('https://grafana.example.com');
    expect(resource(large, 'Mapping', 'grafana').spec.service).toBe('grafana.monitoring:80');
    const renamed = observability(dev, { grafana: { hostName: 'telemetry' } });
    expect(values(renamed, 'grafana')['grafana.ini'].server.root_url).toBe('https://telemetry.example.com');
  });

  test('collects dashboards of all namespaces without reading their secrets', () => {
    expect(values(large, 'grafana').sidecar.dashboards).toMatchObject({
      searchNamespace: 'ALL',
      resource: 'configmap',
    });
    const { name } = resource(large, 'ClusterRole', 'grafana-dashboards').metadata;
    expect(values(large, 'grafana').rbac.useExistingClusterRole).toBe(name);
    expect(JSON.stringify(resource(large, 'ClusterRole', 'grafana-dashboards'))).not.toContain('secrets');
  });

  test('keeps its state except in small environments', () => {
    expect(values(small, 'grafana').persistence.enabled).toBe(false);
    expect(values(large, 'grafana').persistence).toEqual({ enabled: true, size: '10Gi', storageClassName: 'gp3' });
    expect(values(large, 'grafana').deploymentStrategy.type).toBe('Recreate');
  });
});

describe('who may connect', () => {
  const named = (namespace: string) =>
    policy(large, namespace).ingress[0].from.flatMap(
      ({ namespaceSelector }: Json) => namespaceSelector?.matchLabels['kubernetes.io/metadata.name'] ?? [],
    );

  test('everybody sends telemetry, the control plane calls webhooks', () => {
    const ports = policy(large, 'monitoring').ingress.flatMap(({ ports: open }: Json) => open ?? []);
    expect(ports.map(({ port }: Json) => port).toSorted((a: number, b: number) => a - b)).toEqual([
      4317, 4318, 9443, 10250,
    ]);
  });

  test('agents, gateway and readers of other workflows reach the stores', () => {
    expect(named('monitoring')).toEqual(
      expect.arrayContaining([
        'monitoring-agents',
        'emissary',
        'istio-system',
        'kiali-operator',
        'argo-rollouts',
        'falco',
      ]),
    );
    expect(named('monitoring-agents')).toEqual(['monitoring']);
  });

  test('a team adds its own readers', () => {
    const open = observability(prod, { clients: ['reports'] });
    expect(JSON.stringify(policy(open, 'monitoring').ingress[0])).toContain('"reports"');
  });
});

describe('the handle', () => {
  test('names services that exist', () => {
    observability(prod, {}, (stack) => {
      const { namespace, metricsUrl, alertmanagerUrl, logsUrl, tracesUrl } = stack;
      expect({ namespace, metricsUrl, alertmanagerUrl, logsUrl, tracesUrl }).toEqual({
        namespace: 'monitoring',
        metricsUrl: 'http://prometheus-prometheus.monitoring.svc.cluster.local:9090',
        alertmanagerUrl: 'http://prometheus-alertmanager.monitoring.svc.cluster.local:9093',
        logsUrl: 'http://loki-gateway.monitoring.svc.cluster.local',
        tracesUrl: 'http://tempo.monitoring.svc.cluster.local:3200',
      });
      expect(stack.otlpGrpc).toBe('otel-collector.monitoring.svc.cluster.local:4317');
      expect(stack.otlpHttp).toBe('http://otel-collector.monitoring.svc.cluster.local:4318');
      expect(stack.grafanaUrl).toBe('http://grafana.monitoring.svc.cluster.local');
      expect(stack.grafanaPublicUrl).toBe('https://grafana.example.com');
    });
  });

  test('every component tells how to check it and how to take it back', () => {
    const silent = large.components
      .filter(({ workflow }) => workflow.id === 'observability')
      .filter(({ checks, rollbacks }) => checks.length === 0 || rollbacks.length === 0);
    expect(silent.map(({ node }) => node.id)).toEqual([]);
  });
});

describe('choices', () => {
  test('parts are left out', () => {
    const without = observability(prod, { mimir: false, alloy: false, instrumentation: false, alertRules: false });
    const ids = without.components.filter(({ workflow }) => workflow.id === 'observability').map(({ node }) => node.id);
    expect(ids.toSorted()).toEqual(['collector', 'grafana', 'loki', 'opentelemetry', 'prometheus', 'tempo']);
  });

  test('stores outside the cluster take the place of ours', () => {
    const outside = observability(prod, {
      mimir: () => ({ url: 'https://metrics.example.com/query', pushUrl: 'https://metrics.example.com/push' }),
      loki: () => ({ url: 'https://logs.example.com' }),
    });
    expect(outside.releases.map(({ name }) => name)).not.toContain('loki');
    expect(values(outside, 'prometheus').prometheus.prometheusSpec.remoteWrite[0].url).toBe(
      'https://metrics.example.com/push',
    );
    expect(resource(outside, 'OpenTelemetryCollector', 'otel').spec.config.exporters['otlp_http/loki'].endpoint).toBe(
      'https://logs.example.com/otlp',
    );
    expect(JSON.stringify(values(outside, 'grafana').datasources)).toContain('https://metrics.example.com/query');
  });

  test('a small environment may have Mimir after all', () => {
    const added = observability(dev, { mimir: {} });
    expect(values(added, 'mimir').ingester.replicas).toBe(3);
    expect(values(added, 'prometheus').prometheus.prometheusSpec.retention).toBe('48h');
  });

  test('a part of ours is placed by hand with other props', () => {
    const changed = observability(prod, {
      loki: { keep: Days.of(60) },
      tempo: { keep: Days.of(3), values: { tempo: { ingester: { max_block_duration: '5m' } } } },
    });
    expect(values(changed, 'loki').loki.limits_config.retention_period).toBe('1440h');
    expect(values(changed, 'tempo').tempo).toMatchObject({ retention: '72h', ingester: { max_block_duration: '5m' } });
  });

  test('Tempo without a target for span metrics draws none', () => {
    const plain = synthEnvironment((app, environment) => {
      const foundation = new FoundationStack(app, { environment });
      new ObservabilityStack(app, {
        environment,
        foundation,
        ingress,
        tempo: (stack) =>
          new Tempo(stack, 'tempo', {
            namespace: { name: 'monitoring', podSecurity: 'restricted', inMesh: false },
            foundation,
          }),
      });
    }, dev);
    expect(values(plain, 'tempo').tempo.metricsGenerator).toBeUndefined();
  });
});
