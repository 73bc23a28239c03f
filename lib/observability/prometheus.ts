import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { Foundation, Ingress, NamespaceHandle } from '../core/handles';
import type { Pods } from '../core/pods';
import type { Days } from '../core/units';
import { charts } from '../providers/charts';
import type { Values } from '../providers/values';
import { type AlertReceivers, alertmanagerConfig } from './alert-routing';
import { deployed, serviceHost } from './joined';
import type { MetricsStore } from './mimir';

/** What scrapes, evaluates rules and sends alerts. */
export interface Metrics {
  /** Query API. */
  readonly url: string;
  readonly alertmanagerUrl: string;
  /** Remote write, one URL per replica: whoever pushes must push to all of them, so that they stay equal. */
  readonly pushUrls: readonly string[];
  /** Base URLs for metrics over OTLP, one per replica. */
  readonly otlpUrls: readonly string[];
}

export interface PrometheusProps extends ComponentProps {
  /** Cluster and storage class. */
  readonly foundation: Foundation;
  /** Its cert-manager signs the certificate of the operator's webhooks. */
  readonly ingress: Ingress;
  /** Namespace for the exporter that runs on every node and looks into it. */
  readonly agents: NamespaceHandle;
  /**
   * Where samples are kept in the long run.
   *
   * @default - nowhere else: Prometheus itself keeps them for `retention.metrics` of the environment
   */
  readonly remoteWrite?: MetricsStore;
  /**
   * How long Prometheus itself keeps samples.
   *
   * @default - two days with `remoteWrite`, else `retention.metrics` of the environment
   */
  readonly keep?: Days;
  /**
   * Size of the volume of one replica in GiB; old samples go before it is full.
   *
   * @default - 20 in small, 50 in medium and 100 in large environments
   */
  readonly volumeGib?: number;
  /**
   * Integrations of the receivers that `alerts.routing` names.
   *
   * @default - none: alerts show up in Alertmanager and Grafana and are sent to nobody
   */
  readonly receivers?: AlertReceivers;
}

/** Silences and what was sent already. */
const alertmanagerGib = 2;

/** Of the volume, what samples may fill; the rest is for the write-ahead log and compaction. */
const shareForSamples = 0.8;

/**
 * Prometheus with its operator, Alertmanager, and the exporters for nodes and for Kubernetes objects. Every monitor and
 * every rule of the cluster is taken, whatever its labels.
 *
 * @see https://github.com/prometheus-community/helm-charts/tree/main/charts/kube-prometheus-stack
 */
export class Prometheus extends Component implements Metrics {
  readonly url: string;
  readonly alertmanagerUrl: string;
  readonly pushUrls: readonly string[];
  readonly otlpUrls: readonly string[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: PrometheusProps,
  ) {
    super(scope, id, { purpose: 'scrapes metrics, evaluates rules and sends alerts', ...props });
    const namespace = props.namespace.name;
    const server = this.serverPods();
    this.url = `http://${serviceHost('prometheus-prometheus', namespace)}:9090`;
    this.alertmanagerUrl = `http://${serviceHost('prometheus-alertmanager', namespace)}:9093`;
    const replicas = Array.from(
      { length: server.replicas },
      (_, index) => `http://${serviceHost(`prometheus-prometheus-${index}.prometheus-operated`, namespace)}:9090`,
    );
    this.pushUrls = replicas.map((url) => `${url}/api/v1/write`);
    this.otlpUrls = replicas.map((url) => `${url}/api/v1/otlp`);
    this.release({
      chart: charts.kubePrometheusStack,
      timeout: 900,
      after: [...deployed(props.agents, props.remoteWrite), ...props.ingress.awaited],
      values: {
        fullnameOverride: 'prometheus',
        cleanPrometheusOperatorObjectNames: true,
        // Foundation installs the definitions, so that charts before this one can bring monitors.
        crds: { enabled: false },
        prometheusOperator: this.operator(server),
        prometheus: this.server(server),
        alertmanager: this.alertmanager(),
        ...this.exporters(),
        ...hiddenByEks,
        grafana: { enabled: false, forceDeployDashboards: true },
      },
    });
    this.node.addValidation({ validate: () => this.unknownReceivers() });
    this.describe(namespace);
  }

  private serverPods(): Pods {
    const reloader = { cpu: '10m', memory: '32Mi', memoryLimit: '96Mi' };
    return this.podsOf('prometheus', {
      ...this.sized({
        small: { replicas: 1, cpu: '220m', memory: '1152Mi', memoryLimit: '2Gi' },
        medium: { replicas: 2, cpu: '200m', memory: '1280Mi', memoryLimit: '3Gi' },
        large: { replicas: 2, cpu: '450m', memory: '2816Mi', memoryLimit: '6Gi' },
      }),
      sidecars: { 'config-reloader': reloader },
      volumes: [`${this.volumeGib}Gi`],
    });
  }

  private get volumeGib(): number {
    return this.props.volumeGib ?? this.sized({ small: 20, medium: 50, large: 100 });
  }

  private server(pods: Pods): Values {
    const { props, volumeGib } = this;
    const keep = props.keep?.hours ?? (props.remoteWrite ? '48h' : this.environment.facts.retention.metrics.hours);
    return {
      podDisruptionBudget: { enabled: pods.replicas > 1 },
      // Replicas scrape at different moments; one browser should see one of them.
      service: { sessionAffinity: 'ClientIP' },
      prometheusSpec: {
        replicas: pods.replicas,
        resources: pods.resources,
        retention: keep,
        retentionSize: `${Math.floor(volumeGib * shareForSamples)}GiB`,
        storageSpec: volumeClaim(props.foundation.storageClass, volumeGib),
        externalLabels: { cluster: props.foundation.cluster.name, environment: this.environment.name },
        ...this.identityOfReplicas(),
        ...takesEverything,
        ...takesPushes,
        remoteWrite: props.remoteWrite ? [remoteWrite(props.remoteWrite)] : [],
      },
    };
  }

  /** Under this label the long-term store recognizes samples that two replicas scraped. */
  private identityOfReplicas(): Values {
    return {
      prometheusExternalLabelNameClear: true,
      ...(this.props.remoteWrite
        ? { replicaExternalLabelName: '__replica__' }
        : { replicaExternalLabelNameClear: true }),
    };
  }

  private operator(server: Pods): Values {
    const operator = this.podsOf(
      'operator',
      this.sized({
        small: { cpu: '20m', memory: '96Mi', memoryLimit: '256Mi' },
        medium: { cpu: '30m', memory: '128Mi', memoryLimit: '256Mi' },
        large: { cpu: '50m', memory: '192Mi', memoryLimit: '384Mi' },
      }),
    );
    return {
      resources: operator.resources,
      prometheusConfigReloader: { resources: server.sidecar('config-reloader') },
      admissionWebhooks: {
        certManager: { enabled: true },
        // The jobs that would make a certificate without cert-manager.
        patch: { enabled: false },
        // At the first installation the rules of this chart arrive before the operator can judge them.
        failurePolicy: 'IgnoreOnInstallOnly',
      },
    };
  }

  private alertmanager(): Values {
    const { props } = this;
    const receivers = props.receivers ?? {};
    const pods = this.podsOf('alertmanager', {
      ...this.sized({
        small: { replicas: 1, cpu: '10m', memory: '48Mi', memoryLimit: '128Mi' },
        medium: { replicas: 2, cpu: '10m', memory: '64Mi', memoryLimit: '128Mi' },
        large: { replicas: 3, cpu: '20m', memory: '96Mi', memoryLimit: '192Mi' },
      }),
      sidecars: { 'config-reloader': { cpu: '10m', memory: '32Mi', memoryLimit: '96Mi' } },
      volumes: [`${alertmanagerGib}Gi`],
    });
    return {
      config: alertmanagerConfig(this.environment.facts.alerts.routing, receivers),
      podDisruptionBudget: { enabled: pods.replicas > 1 },
      forceDeployDashboards: true,
      alertmanagerSpec: {
        replicas: pods.replicas,
        resources: pods.resources,
        storage: volumeClaim(props.foundation.storageClass, alertmanagerGib),
        secrets: [...new Set(Object.values(receivers).map(({ secret }) => secret))],
      },
    };
  }

  private exporters(): Values {
    const objects = this.podsOf(
      'kube-state-metrics',
      this.sized({
        small: { cpu: '15m', memory: '64Mi', memoryLimit: '192Mi' },
        medium: { cpu: '20m', memory: '128Mi', memoryLimit: '256Mi' },
        large: { cpu: '40m', memory: '256Mi', memoryLimit: '512Mi' },
      }),
    );
    const nodes = this.podsPerNode(
      'node-exporter',
      this.sized({
        small: { cpu: '10m', memory: '32Mi', memoryLimit: '64Mi' },
        medium: { cpu: '20m', memory: '48Mi', memoryLimit: '96Mi' },
        large: { cpu: '20m', memory: '48Mi', memoryLimit: '96Mi' },
      }),
    );
    return {
      'kube-state-metrics': { fullnameOverride: 'kube-state-metrics', resources: objects.resources },
      nodeExporter: {
        operatingSystems: { aix: { enabled: false }, darwin: { enabled: false } },
        forceDeployDashboards: true,
      },
      'prometheus-node-exporter': {
        fullnameOverride: 'node-exporter',
        namespaceOverride: this.props.agents.name,
        resources: nodes.resources,
      },
    };
  }

  private unknownReceivers(): string[] {
    const { critical, warning, info } = this.environment.facts.alerts.routing;
    const named = new Set([...critical, ...warning, ...info]);
    return Object.keys(this.props.receivers ?? {})
      .filter((name) => !named.has(name))
      .map((name) => `receiver '${name}' is not named in alerts.routing: ${[...named].join(', ')}`);
  }

  private describe(namespace: string): void {
    this.verifiedBy(
      `kubectl -n ${namespace} rollout status statefulset/prometheus-prometheus`,
      `kubectl get --raw /api/v1/namespaces/${namespace}/services/prometheus-prometheus:9090/proxy/api/v1/targets?state=active`,
      `kubectl get --raw /api/v1/namespaces/${namespace}/services/prometheus-alertmanager:9093/proxy/api/v2/status`,
    );
    this.rolledBackBy(`helm -n ${namespace} rollback ${this.node.id}`);
    this.handsOver('metrics query URL', this.url);
    this.handsOver('Alertmanager URL', this.alertmanagerUrl);
    this.leavesBehind(
      'The Service through which it found the kubelets.',
      'kubectl -n kube-system delete services -l app.kubernetes.io/managed-by=prometheus-operator',
    );
  }
}

/** Selectors of all namespaces and labels; the chart would take only what carries the label of its own release. */
const takesEverything: Values = Object.fromEntries(
  ['serviceMonitor', 'podMonitor', 'rule', 'probe', 'scrapeConfig'].map((kind) => [
    `${kind}SelectorNilUsesHelmValues`,
    false,
  ]),
);

/** Collectors push what cannot be scraped, and may be a little late. */
const takesPushes: Values = {
  enableOTLPReceiver: true,
  enableRemoteWriteReceiver: true,
  tsdb: { outOfOrderTimeWindow: '10m' },
  enableFeatures: ['exemplar-storage'],
  otlp: {
    translationStrategy: 'UnderscoreEscapingWithSuffixes',
    promoteResourceAttributes: [
      'service.name',
      'service.namespace',
      'service.version',
      'k8s.namespace.name',
      'k8s.deployment.name',
      'deployment.environment.name',
    ],
  },
};

/** EKS runs these itself and lets nobody scrape them; their targets would be down and their alerts firing. */
const hiddenByEks: Values = {
  kubeControllerManager: { enabled: false },
  kubeScheduler: { enabled: false },
  kubeEtcd: { enabled: false },
  kubeProxy: { enabled: false },
  defaultRules: {
    rules: {
      etcd: false,
      kubeControllerManager: false,
      kubeSchedulerAlerting: false,
      kubeSchedulerRecording: false,
      kubeProxy: false,
      windows: false,
    },
  },
};

function volumeClaim(storageClassName: string, gib: number): Values {
  return {
    volumeClaimTemplate: {
      spec: { storageClassName, accessModes: ['ReadWriteOnce'], resources: { requests: { storage: `${gib}Gi` } } },
    },
  };
}

function remoteWrite({ pushUrl }: MetricsStore): Values {
  return {
    url: pushUrl,
    sendExemplars: true,
    queueConfig: { maxShards: 10, maxSamplesPerSend: 2000, capacity: 10_000 },
  };
}
