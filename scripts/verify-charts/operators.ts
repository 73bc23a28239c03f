import { at, type Json, type KubernetesObject, listAt, mapAt } from './manifest';
import type { PodGroup } from './pods';

/** A Kubernetes service as others address it. */
export interface ServicePorts {
  readonly namespace: string;
  readonly name: string;
  readonly ports: readonly number[];
}

/** What an operator makes out of one custom resource; charts print none of it. */
interface Operator {
  /** Pods, with the resources that the custom resource gives them. */
  readonly pods?: (resource: KubernetesObject, all: readonly KubernetesObject[]) => PodGroup[];
  readonly services?: (
    resource: KubernetesObject,
    all: readonly KubernetesObject[],
  ) => Omit<ServicePorts, 'namespace'>[];
}

/** One group of pods whose containers have these `resources`, in order. */
function pods({ kind, metadata }: KubernetesObject, replicas: unknown, ...resources: readonly unknown[]): PodGroup {
  const containers = resources.map((of, index) => ({ name: `${index}`, resources: of }));
  return {
    owner: `${kind}/${metadata.name}`,
    replicas: Number(replicas ?? 1),
    perNode: false,
    namespace: metadata.namespace ?? '',
    labels: {},
    spec: { containers },
  };
}

/** The operator of Prometheus gives every reloader what its own command line says. */
function reloader(all: readonly KubernetesObject[]): Json {
  const args = all
    .filter(({ kind }) => kind === 'Deployment')
    .flatMap((deployment) => listAt(deployment, 'spec.template.spec.containers'))
    .flatMap((container) => (container.args as string[] | undefined) ?? []);
  const value = (name: string) => args.find((arg) => arg.startsWith(`--config-reloader-${name}=`))?.split('=')[1];
  return {
    requests: { cpu: value('cpu-request'), memory: value('memory-request') },
    limits: { memory: value('memory-limit') },
  };
}

/** Ports on which the receivers of a collector listen, and its own metrics. */
function receiverPorts(collector: KubernetesObject): number[] {
  const texts = JSON.stringify(at(collector, 'spec.config.receivers') ?? {});
  return [...texts.matchAll(/"endpoint":"[^"]*:(\d+)"/g)].map(([, port]) => Number(port));
}

/** The sidecar that the Barman plugin puts beside PostgreSQL, described by the store that the plugin names. */
function backupSidecars(cluster: KubernetesObject, all: readonly KubernetesObject[]): unknown[] {
  return listAt(cluster, 'spec.plugins').map((plugin) => {
    const store = at(plugin, 'parameters.barmanObjectName');
    const found = all.find(({ kind, metadata }) => kind === 'ObjectStore' && metadata.name === store);
    return at(found, 'spec.instanceSidecarConfiguration.resources');
  });
}

/** Deployments that the Tekton operator makes with these settings. */
function tektonDeployments(config: KubernetesObject): PodGroup[] {
  const deployments = ['pipeline', 'trigger'].flatMap((part) =>
    Object.entries(mapAt(config, `spec.${part}.options.deployments`)),
  );
  return deployments.map(([name, deployment]) => ({
    owner: `Deployment/${name}`,
    replicas: Number(at(deployment, 'spec.replicas') ?? 1),
    perNode: false,
    namespace: String(at(config, 'spec.targetNamespace')),
    labels: {},
    spec: mapAt(deployment, 'spec.template.spec'),
  }));
}

export const operators: Readonly<Record<string, Operator>> = {
  Prometheus: {
    pods: (it, all) => [pods(it, at(it, 'spec.replicas'), at(it, 'spec.resources'), reloader(all))],
    services: () => [{ name: 'prometheus-operated', ports: [9090] }],
  },
  Alertmanager: {
    pods: (it, all) => [pods(it, at(it, 'spec.replicas'), at(it, 'spec.resources'), reloader(all))],
    services: () => [{ name: 'alertmanager-operated', ports: [9093, 9094] }],
  },
  OpenTelemetryCollector: {
    pods: (it) => [pods(it, at(it, 'spec.replicas'), at(it, 'spec.resources'))],
    services: (it) => [
      ...['collector', 'collector-headless'].map((suffix) => ({
        name: `${it.metadata.name}-${suffix}`,
        ports: receiverPorts(it),
      })),
      { name: `${it.metadata.name}-collector-monitoring`, ports: [8888] },
    ],
  },
  Kafka: {
    pods: (it) => [
      pods(
        it,
        1,
        at(it, 'spec.entityOperator.topicOperator.resources'),
        at(it, 'spec.entityOperator.userOperator.resources'),
      ),
      ...(at(it, 'spec.kafkaExporter') ? [pods(it, 1, at(it, 'spec.kafkaExporter.resources'))] : []),
    ],
    services: (it) =>
      ['bootstrap', 'brokers'].map((suffix) => ({
        name: `${it.metadata.name}-kafka-${suffix}`,
        ports: listAt(it, 'spec.kafka.listeners').map(({ port }) => Number(port)),
      })),
  },
  KafkaNodePool: { pods: (it) => [pods(it, at(it, 'spec.replicas'), at(it, 'spec.resources'))] },
  Cluster: {
    pods: (it, all) => [pods(it, at(it, 'spec.instances'), at(it, 'spec.resources'), ...backupSidecars(it, all))],
    services: (it) => ['rw', 'ro', 'r'].map((suffix) => ({ name: `${it.metadata.name}-${suffix}`, ports: [5432] })),
  },
  Pooler: {
    pods: (it) => [{ ...pods(it, at(it, 'spec.instances')), spec: mapAt(it, 'spec.template.spec') }],
    services: (it) => [{ name: it.metadata.name, ports: [5432] }],
  },
  RedisReplication: {
    pods: (it) => [redis(it)],
    services: (it) =>
      ['', '-headless', '-additional', '-master', '-replica'].map((suffix) => ({
        name: `${it.metadata.name}${suffix}`,
        ports: [6379],
      })),
  },
  RedisSentinel: {
    pods: (it) => [redis(it)],
    services: (it) =>
      ['', '-headless', '-additional'].map((suffix) => ({
        name: `${it.metadata.name}-sentinel${suffix}`,
        ports: [26379],
      })),
  },
  Kiali: {
    pods: (it) => [pods(it, at(it, 'spec.deployment.replicas'), at(it, 'spec.deployment.resources'))],
    services: (it) => [{ name: it.metadata.name, ports: [20001] }],
  },
  TektonConfig: { pods: tektonDeployments },
  EventListener: { services: (it) => [{ name: `el-${it.metadata.name}`, ports: [8080] }] },
};

function redis(it: KubernetesObject): PodGroup {
  const exporter = at(it, 'spec.redisExporter.enabled') ? [at(it, 'spec.redisExporter.resources')] : [];
  return pods(it, at(it, 'spec.clusterSize'), at(it, 'spec.kubernetesConfig.resources'), ...exporter);
}
