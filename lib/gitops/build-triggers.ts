import type { CustomResource } from '../core/custom-resource';
import type { Pods } from '../core/pods';
import { buildUser } from './build-tasks';

/** A push to GitHub that starts a build. */
export interface GitHubPushes {
  /** Kubernetes secret beside the pipeline with the secret of the webhook. */
  readonly secret: string;
  /**
   * Key in that secret.
   *
   * @default 'token'
   */
  readonly key?: string;
  /**
   * Branch whose pushes are built.
   *
   * @default 'main'
   */
  readonly branch?: string;
}

export interface RunProps {
  /** Namespace of the runs. */
  readonly namespace: string;
  /** Pipeline that is run. */
  readonly pipeline: string;
  /** Service account that fetches, tests, builds and scans; it has no rights at all. */
  readonly builder: string;
  /** Service account that pushes and signs. */
  readonly publisher: string;
  /** Stages that run as the publisher. */
  readonly published: readonly string[];
  /** Storage class of the volume that the stages share. */
  readonly storageClass: string;
  /** Size of that volume. */
  readonly volumeSize: string;
}

export interface TriggerProps extends RunProps {
  /** Which pushes, and how they prove where they come from. */
  readonly github: GitHubPushes;
  /** Repositories whose pushes are built; each has the name of its service. */
  readonly services: readonly string[];
  /** Figures of the listener. */
  readonly listener: Pods;
}

const triggers = 'triggers.tekton.dev/v1beta1';
const listenerAccount = 'listener';

/** Name of the Service that Tekton makes for the listener, and its port. */
export const listenerService = { service: 'el-github', port: 8080 } as const;

/** The run that one push starts, as `spec` of a PipelineRun. */
export function runSpec(props: RunProps, value: (param: string) => string): object {
  const { pipeline, builder, publisher, published, storageClass, volumeSize } = props;
  return {
    pipelineRef: { name: pipeline },
    params: ['url', 'revision', 'service'].map((name) => ({ name, value: value(name) })),
    timeouts: { pipeline: '30m0s' },
    taskRunTemplate: {
      serviceAccountName: builder,
      // Stages run as different users; the group makes the volume readable and writable for each of them.
      podTemplate: { securityContext: { fsGroup: buildUser } },
    },
    taskRunSpecs: published.map((pipelineTaskName) => ({ pipelineTaskName, serviceAccountName: publisher })),
    workspaces: [
      {
        name: 'run',
        volumeClaimTemplate: {
          spec: {
            accessModes: ['ReadWriteOnce'],
            storageClassName: storageClass,
            resources: { requests: { storage: volumeSize } },
          },
        },
      },
    ],
  };
}

/** What turns a push into a run: listener, filter, binding and template, with the rights that they need. */
export function githubTriggers(props: TriggerProps): CustomResource[] {
  const { namespace } = props;
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: listenerAccount, namespace } },
    ...listenerRights(namespace),
    {
      apiVersion: triggers,
      kind: 'TriggerBinding',
      metadata: { name: 'github-push', namespace },
      spec: {
        params: [
          { name: 'url', value: '$(body.repository.clone_url)' },
          { name: 'revision', value: '$(body.after)' },
          { name: 'service', value: '$(body.repository.name)' },
        ],
      },
    },
    {
      apiVersion: triggers,
      kind: 'TriggerTemplate',
      metadata: { name: 'build', namespace },
      spec: {
        params: ['url', 'revision', 'service'].map((name) => ({ name })),
        resourcetemplates: [
          {
            apiVersion: 'tekton.dev/v1',
            kind: 'PipelineRun',
            metadata: { generateName: '$(tt.params.service)-' },
            spec: runSpec(props, (param) => `$(tt.params.${param})`),
          },
        ],
      },
    },
    listener(props),
  ];
}

function listener({ namespace, github, services, listener: pods }: TriggerProps): CustomResource {
  const { secret, key = 'token', branch = 'main' } = github;
  const ours = services.map((service) => `'${service}'`).join(', ');
  return {
    apiVersion: triggers,
    kind: 'EventListener',
    metadata: { name: 'github', namespace },
    spec: {
      serviceAccountName: listenerAccount,
      triggers: [
        {
          name: 'push',
          interceptors: [
            {
              ref: { name: 'github' },
              params: [
                { name: 'secretRef', value: { secretName: secret, secretKey: key } },
                { name: 'eventTypes', value: ['push'] },
              ],
            },
            {
              ref: { name: 'cel' },
              params: [
                {
                  name: 'filter',
                  value: `body.ref == 'refs/heads/${branch}' && !body.deleted && body.repository.name in [${ours}]`,
                },
              ],
            },
          ],
          bindings: [{ ref: 'github-push' }],
          template: { ref: 'build' },
        },
      ],
      resources: {
        kubernetesResource: {
          replicas: pods.replicas,
          serviceType: 'ClusterIP',
          spec: { template: { spec: { containers: [{ resources: pods.resources }] } } },
        },
      },
    },
  };
}

/** Roles that Tekton Triggers brings for listeners. */
function listenerRights(namespace: string): CustomResource[] {
  const rbac = 'rbac.authorization.k8s.io';
  const subjects = [{ kind: 'ServiceAccount', name: listenerAccount, namespace }];
  const role = (name: string) => ({ apiGroup: rbac, kind: 'ClusterRole', name });
  return [
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata: { name: listenerAccount, namespace },
      roleRef: role('tekton-triggers-eventlistener-roles'),
      subjects,
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: `${namespace}-${listenerAccount}` },
      roleRef: role('tekton-triggers-eventlistener-clusterroles'),
      subjects,
    },
  ];
}
