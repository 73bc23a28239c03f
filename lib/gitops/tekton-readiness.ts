import type { CustomResource } from '../core/custom-resource';
import type { ContainerResources } from '../core/pods';

/** Client of the oldest Kubernetes that the library supports. */
const image = 'registry.k8s.io/kubectl:v1.34.3';

/** Name of the service account under which the jobs wait. */
const account = 'tekton-readiness';

/** Who the waiting jobs are, and that they may look at what they wait for. */
export function readinessAccount(namespace: string): CustomResource[] {
  const look = ['get', 'list', 'watch'];
  const rules = [
    { apiGroups: ['operator.tekton.dev'], resources: ['tektonconfigs'], verbs: look },
    {
      apiGroups: ['admissionregistration.k8s.io'],
      resources: ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
      verbs: look,
    },
  ];
  const rbac = 'rbac.authorization.k8s.io';
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, namespace } },
    { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name: account }, rules },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: account },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: account },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
    },
  ];
}

interface Condition {
  readonly name: string;
  readonly namespace: string;
  /** Condition as `kubectl wait --for` takes it. */
  readonly until: string;
  /** Objects that must meet it, as `kind/name`. */
  readonly of: readonly string[];
  readonly seconds: number;
  /** Of its one container, counted by the component. */
  readonly resources: ContainerResources;
}

/**
 * A job that ends when a condition holds, as a hook of the release that it is part of. Helm waits for its hooks, though
 * never for the status of a custom resource; so what comes after the release finds Tekton at work.
 */
export function waitingJob({ name, namespace, until, of, seconds, resources }: Condition): CustomResource {
  const container = {
    name: 'kubectl',
    image,
    args: ['wait', `--for=${until}`, `--timeout=${seconds}s`, ...of],
    resources,
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      namespace,
      annotations: {
        'helm.sh/hook': 'post-install,post-upgrade',
        'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded',
      },
    },
    spec: {
      // kubectl gives up at once on an object that does not exist yet, and is started again.
      backoffLimit: 10,
      activeDeadlineSeconds: seconds,
      template: {
        spec: {
          restartPolicy: 'OnFailure',
          serviceAccountName: account,
          securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [container],
        },
      },
    },
  };
}
