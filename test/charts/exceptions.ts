/** A value that a chart takes although its recorded `values.yaml` and schema do not show it. */
export interface ValueException {
  /** Folder of the recorded chart. */
  readonly chart: string;
  /** The path, or a path above it. */
  readonly path: string;
  readonly reason: string;
}

export const valueExceptions: readonly ValueException[] = [
  {
    chart: 'istiod',
    path: 'meshConfig',
    reason: 'passed on as the mesh configuration of Istio; the chart shows one of its keys',
  },
  { chart: 'istiod', path: 'profile', reason: 'read by the template that merges profiles, before there are values' },
  { chart: 'istio-gateway', path: 'labels', reason: 'free-form labels; the chart shows the one it sets itself' },
  { chart: 'istio-cni', path: 'profile', reason: 'read by the template that merges profiles, before there are values' },
  { chart: 'grafana', path: 'grafana.ini', reason: 'the configuration file of Grafana; the chart shows what it sets' },
  {
    chart: 'grafana',
    path: 'rbac.useExistingClusterRole',
    reason: 'only in a comment of the values, read by both cluster role templates',
  },
  { chart: 'grafana', path: 'persistence.storageClassName', reason: 'only in a comment of the values' },
  {
    chart: 'kube-prometheus-stack',
    path: 'kube-state-metrics',
    reason: 'values of a subchart, which are recorded nowhere; rendered with its pinned version',
  },
  {
    chart: 'kube-prometheus-stack',
    path: 'prometheus-node-exporter',
    reason: 'values of a subchart, which are recorded nowhere; rendered with its pinned version',
  },
  { chart: 'tempo', path: 'tempo.storage.trace.s3', reason: 'passed on to Tempo; the chart shows the local backend' },
  { chart: 'tempo', path: 'securityContext.seccompProfile', reason: 'a pod security context, printed as it is' },
  { chart: 'tempo', path: 'persistence.storageClassName', reason: 'only in a comment of the values' },
  ...['ingester', 'store_gateway', 'compactor'].map((process) => ({
    chart: 'mimir-distributed',
    path: `${process}.persistentVolume.storageClass`,
    reason: 'only in a comment of the values, read by the stateful sets',
  })),
  { chart: 'gateway-api', path: '', reason: 'the chart has no values, and the release sets none' },
  ...['podSecurityContext', 'containerSecurityContext'].map((context) => ({
    chart: 'emissary-ingress',
    path: `security.${context}`,
    reason: 'a security context, printed as it is; the chart shows one of its fields',
  })),
  { chart: 'mimir-distributed', path: 'gateway.resources', reason: 'left out of the shortened record of the values' },
  { chart: 'argo-cd', path: 'configs.params.server.insecure', reason: 'a setting of the server; the chart lists none' },
  {
    chart: 'argo-cd',
    path: 'configs.cm.oidc.config',
    reason: 'a setting of Argo CD that the chart shows in a comment',
  },
  {
    chart: 'argo-cd',
    path: 'redis-ha',
    reason: 'values of a chart inside the chart; the recorded file shows a few of them',
  },
  {
    chart: 'trivy-operator',
    path: 'trivy.server.podSecurityContext',
    reason: 'printed as it is into the pod of the server',
  },
  {
    chart: 'trivy-operator',
    path: 'trivy.server.securityContext',
    reason: 'printed as it is into the pod of the server',
  },
];

/** Kinds without a recorded definition, each with the reason. */
export const kindExceptions: Readonly<Record<string, string>> = {
  'constraints.gatekeeper.sh/v1beta1/K8sRequiredLabels':
    'made by Gatekeeper out of the definition in lib/security/admission-rules.ts',
  'constraints.gatekeeper.sh/v1beta1/K8sRequiredResources':
    'made by Gatekeeper out of the definition in lib/security/admission-rules.ts',
  'constraints.gatekeeper.sh/v1beta1/K8sRequiredSecurityContext':
    'made by Gatekeeper out of the definition in lib/security/admission-rules.ts',
  'constraints.gatekeeper.sh/v1beta1/K8sNoLatestTag':
    'made by Gatekeeper out of the definition in lib/security/admission-rules.ts',
  'constraints.gatekeeper.sh/v1beta1/K8sAllowedRegistries':
    'made by Gatekeeper out of the definition in lib/security/admission-rules.ts',
  'apiextensions.k8s.io/v1/CustomResourceDefinition': 'a kind of Kubernetes itself',
  'triggers.tekton.dev/v1beta1/EventListener': 'defined by the Tekton operator when it runs, open for every field',
  'triggers.tekton.dev/v1beta1/TriggerBinding': 'defined by the Tekton operator when it runs, open for every field',
  'triggers.tekton.dev/v1beta1/TriggerTemplate': 'defined by the Tekton operator when it runs, open for every field',
};
