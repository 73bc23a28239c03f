/** What a chart does with its CustomResourceDefinitions. */
export type CrdPolicy =
  /** It has none. */
  | 'none'
  /** Helm upgrades them and leaves them when the release goes. */
  | 'kept'
  /** Helm upgrades them and deletes them, with every resource of their kind, when the release goes. */
  | 'deleted'
  /** Installed once from the folder `crds/`, never upgraded. */
  | 'installed-once'
  /** The operator applies them when it runs. */
  | 'by-operator';

/** A chart at the one version this release of the library is tested with. */
export interface Chart {
  /** Name in its repository. */
  readonly name: string;
  /** HTTP repository or `oci://` registry path. */
  readonly repository: string;
  readonly version: string;
  readonly appVersion: string;
  /**
   * Kubernetes range that the chart accepts.
   *
   * @default - any
   */
  readonly kubeVersion?: string;
  readonly crds: CrdPolicy;
  /**
   * Folder of the recorded values, where it differs from the name.
   *
   * @default - the name
   */
  readonly recordedAs?: string;
}

function chart<const T extends Chart>(pin: T): T {
  return pin;
}

const prometheusCommunity = 'oci://ghcr.io/prometheus-community/charts';
const grafanaCommunity = 'oci://ghcr.io/grafana-community/helm-charts';
const grafana = 'https://grafana.github.io/helm-charts';
const openTelemetry = 'https://open-telemetry.github.io/opentelemetry-helm-charts';
const argo = 'oci://ghcr.io/argoproj/argo-helm';
const istio = 'https://istio-release.storage.googleapis.com/charts';
const cloudNativePg = 'https://cloudnative-pg.github.io/charts';

/** Every chart of the platform; the only place that names a version. */
export const charts = {
  karpenterCrd: chart({
    name: 'karpenter-crd',
    repository: 'oci://public.ecr.aws/karpenter',
    version: '1.14.1',
    appVersion: '1.14.1',
    crds: 'deleted',
  }),
  karpenter: chart({
    name: 'karpenter',
    repository: 'oci://public.ecr.aws/karpenter',
    version: '1.14.1',
    appVersion: '1.14.1',
    crds: 'installed-once',
  }),
  clusterAutoscaler: chart({
    name: 'cluster-autoscaler',
    repository: 'https://kubernetes.github.io/autoscaler',
    version: '9.59.0',
    appVersion: '1.35.0',
    crds: 'none',
  }),
  loadBalancerController: chart({
    name: 'aws-load-balancer-controller',
    repository: 'https://aws.github.io/eks-charts',
    version: '3.5.0',
    appVersion: 'v3.5.0',
    crds: 'installed-once',
  }),
  metricsServer: chart({
    name: 'metrics-server',
    repository: 'https://kubernetes-sigs.github.io/metrics-server/',
    version: '3.13.1',
    appVersion: '0.8.1',
    crds: 'none',
  }),
  cilium: chart({
    name: 'cilium',
    repository: 'https://helm.cilium.io',
    version: '1.19.6',
    appVersion: '1.19.6',
    kubeVersion: '>=1.21',
    crds: 'by-operator',
  }),
  prometheusOperatorCrds: chart({
    name: 'prometheus-operator-crds',
    repository: prometheusCommunity,
    version: '31.0.1',
    appVersion: 'v0.93.1',
    kubeVersion: '>=1.16',
    crds: 'deleted',
  }),
  gatewayApiCrds: chart({
    name: 'gateway-api-crds',
    repository: 'https://wiremind.github.io/wiremind-helm-charts',
    version: '1.6.0',
    appVersion: '1.6.0',
    crds: 'deleted',
    recordedAs: 'gateway-api',
  }),

  certManager: chart({
    name: 'cert-manager',
    repository: 'oci://quay.io/jetstack/charts',
    version: 'v1.21.1',
    appVersion: 'v1.21.1',
    kubeVersion: '>=1.22',
    crds: 'kept',
  }),
  externalDns: chart({
    name: 'external-dns',
    repository: 'https://kubernetes-sigs.github.io/external-dns/',
    version: '1.21.1',
    appVersion: '0.21.0',
    crds: 'installed-once',
  }),
  emissaryCrds: chart({
    name: 'emissary-crds-chart',
    repository: 'oci://ghcr.io/emissary-ingress',
    version: '4.1.0',
    appVersion: '4.1.0',
    kubeVersion: '>=1.25',
    crds: 'deleted',
    recordedAs: 'emissary-crds',
  }),
  emissary: chart({
    name: 'emissary-ingress',
    repository: 'oci://ghcr.io/emissary-ingress',
    version: '4.1.0',
    appVersion: '4.1.0',
    kubeVersion: '>=1.25',
    crds: 'none',
  }),

  kubePrometheusStack: chart({
    name: 'kube-prometheus-stack',
    repository: prometheusCommunity,
    version: '88.5.3',
    appVersion: 'v0.93.1',
    kubeVersion: '>=1.25',
    crds: 'installed-once',
  }),
  grafana: chart({
    name: 'grafana',
    repository: grafanaCommunity,
    version: '12.11.1',
    appVersion: '13.2.0',
    kubeVersion: '^1.25',
    crds: 'none',
  }),
  loki: chart({
    name: 'loki',
    repository: grafanaCommunity,
    version: '18.11.0',
    appVersion: '3.7.6',
    kubeVersion: '>=1.25',
    crds: 'none',
  }),
  tempo: chart({ name: 'tempo', repository: grafanaCommunity, version: '2.2.4', appVersion: '2.10.8', crds: 'none' }),
  mimir: chart({
    name: 'mimir-distributed',
    repository: grafana,
    version: '6.2.0',
    appVersion: '3.2.0',
    kubeVersion: '^1.32',
    crds: 'installed-once',
  }),
  alloy: chart({
    name: 'alloy',
    repository: grafana,
    version: '1.11.1',
    appVersion: 'v1.18.1',
    crds: 'installed-once',
  }),
  openTelemetryOperator: chart({
    name: 'opentelemetry-operator',
    repository: openTelemetry,
    version: '0.122.0',
    appVersion: '0.158.0',
    crds: 'deleted',
  }),

  argoCd: chart({
    name: 'argo-cd',
    repository: argo,
    version: '10.1.1',
    appVersion: 'v3.4.4',
    kubeVersion: '>=1.25',
    crds: 'kept',
  }),
  argoRollouts: chart({
    name: 'argo-rollouts',
    repository: argo,
    version: '2.41.0',
    appVersion: 'v1.9.0',
    crds: 'kept',
  }),
  tektonOperator: chart({
    name: 'tekton-operator',
    repository: 'oci://ghcr.io/tektoncd/operator/charts',
    version: '0.81.1',
    appVersion: 'v0.81.1',
    kubeVersion: '>=1.34',
    crds: 'deleted',
  }),
  trivyOperator: chart({
    name: 'trivy-operator',
    repository: 'oci://ghcr.io/aquasecurity/helm-charts',
    version: '0.34.0',
    appVersion: '0.32.0',
    crds: 'installed-once',
  }),

  openBao: chart({
    name: 'openbao',
    repository: 'oci://ghcr.io/openbao/charts',
    version: '0.29.2',
    appVersion: 'v2.6.2',
    kubeVersion: '>=1.30',
    crds: 'none',
  }),
  externalSecrets: chart({
    name: 'external-secrets',
    repository: 'https://charts.external-secrets.io',
    version: '2.9.0',
    appVersion: 'v2.9.0',
    kubeVersion: '>=1.19',
    crds: 'deleted',
  }),
  gatekeeper: chart({
    name: 'gatekeeper',
    repository: 'https://open-policy-agent.github.io/gatekeeper/charts',
    version: '3.23.0',
    appVersion: 'v3.23.0',
    crds: 'installed-once',
  }),
  falco: chart({
    name: 'falco',
    repository: 'https://falcosecurity.github.io/charts',
    version: '9.1.0',
    appVersion: '0.44.1',
    crds: 'none',
  }),
  falcosidekick: chart({
    name: 'falcosidekick',
    repository: 'https://falcosecurity.github.io/charts',
    version: '0.14.0',
    appVersion: '2.31.1',
    crds: 'none',
  }),

  istioBase: chart({
    name: 'base',
    repository: istio,
    version: '1.30.3',
    appVersion: '1.30.3',
    crds: 'kept',
    recordedAs: 'istio-base',
  }),
  istiod: chart({ name: 'istiod', repository: istio, version: '1.30.3', appVersion: '1.30.3', crds: 'none' }),
  istioCni: chart({
    name: 'cni',
    repository: istio,
    version: '1.30.3',
    appVersion: '1.30.3',
    crds: 'none',
    recordedAs: 'istio-cni',
  }),
  ztunnel: chart({ name: 'ztunnel', repository: istio, version: '1.30.3', appVersion: '1.30.3', crds: 'none' }),
  istioGateway: chart({
    name: 'gateway',
    repository: istio,
    version: '1.30.3',
    appVersion: '1.30.3',
    crds: 'none',
    recordedAs: 'istio-gateway',
  }),
  kialiOperator: chart({
    name: 'kiali-operator',
    repository: 'https://kiali.org/helm-charts',
    version: '2.29.0',
    appVersion: 'v2.29.0',
    crds: 'installed-once',
  }),

  cloudNativePg: chart({
    name: 'cloudnative-pg',
    repository: cloudNativePg,
    version: '0.29.0',
    appVersion: '1.30.0',
    kubeVersion: '>=1.29',
    crds: 'kept',
  }),
  barmanCloudPlugin: chart({
    name: 'plugin-barman-cloud',
    repository: cloudNativePg,
    version: '0.7.0',
    appVersion: 'v0.13.0',
    kubeVersion: '>=1.29',
    crds: 'kept',
  }),
  strimzi: chart({
    name: 'strimzi-kafka-operator',
    repository: 'oci://quay.io/strimzi-helm',
    version: '1.2.0',
    appVersion: '1.2.0',
    crds: 'installed-once',
  }),
  redisOperator: chart({
    name: 'redis-operator',
    repository: 'https://ot-container-kit.github.io/helm-charts',
    version: '0.26.1',
    appVersion: '0.26.0',
    crds: 'installed-once',
    recordedAs: 'ot-redis-operator',
  }),
} as const;
