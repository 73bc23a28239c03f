import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { ClusterHandle } from '../core/handles';
import type { Pods } from '../core/pods';
import { charts } from '../providers/charts';
import { mergeValues, type Values } from '../providers/values';
import { clusterEvents, podLogs } from './alloy-config';
import { deployed } from './joined';
import type { LogStore } from './loki';

export interface AlloyProps extends ComponentProps {
  /** Its name goes on every log line. */
  readonly cluster: ClusterHandle;
  /** Where log lines go. */
  readonly logs: LogStore;
}

/**
 * Alloy reads the logs of all pods from the disks of the nodes, and the events of the cluster from its API. The second
 * is the work of a single pod, since every agent would see the same events.
 *
 * @see https://grafana.com/docs/alloy/latest/
 */
export class Alloy extends Component {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: AlloyProps,
  ) {
    super(scope, id, { purpose: 'ships the logs of all pods and the events of the cluster', ...props });
    const pushUrl = `${props.logs.url}/loki/api/v1/push`;
    this.onEveryNode(podLogs(pushUrl, props.cluster.name));
    this.forTheCluster(clusterEvents(pushUrl, props.cluster.name));
    const namespace = props.namespace.name;
    this.verifiedBy(
      `kubectl -n ${namespace} rollout status daemonset/${id}`,
      `kubectl -n ${namespace} rollout status deployment/${id}-events`,
    );
    this.rolledBackBy(`helm -n ${namespace} rollback ${id}`, `helm -n ${namespace} rollback ${id}-events`);
  }

  private onEveryNode(config: string): void {
    const pods = this.podsPerNode(
      'alloy',
      this.sized({
        small: { cpu: '45m', memory: '144Mi', memoryLimit: '320Mi' },
        medium: { cpu: '60m', memory: '192Mi', memoryLimit: '480Mi' },
        large: { cpu: '60m', memory: '192Mi', memoryLimit: '640Mi' },
      }),
    );
    this.agent(this.node.id, pods, config, {
      controller: {
        type: 'daemonset',
        tolerations: [{ operator: 'Exists' }],
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%' } },
        // How far each file was read outlives the pod, on the disk of its node.
        volumes: { extra: [{ name: 'positions', hostPath: { path: positions, type: 'DirectoryOrCreate' } }] },
      },
      alloy: {
        mounts: { varlog: true },
        // Log files belong to root, and only their owner may read them.
        securityContext: { ...unprivileged, runAsUser: 0 },
      },
      rbac: {
        rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }],
        clusterRules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] }],
      },
    });
  }

  private forTheCluster(config: string): void {
    const pods = this.podsOf(
      'alloy-events',
      this.sized({
        small: { cpu: '20m', memory: '128Mi' },
        medium: { cpu: '20m', memory: '128Mi' },
        large: { cpu: '30m', memory: '160Mi' },
      }),
    );
    this.agent(`${this.node.id}-events`, pods, config, {
      controller: {
        type: 'deployment',
        replicas: pods.replicas,
        volumes: { extra: [{ name: 'positions', emptyDir: {} }] },
      },
      alloy: { securityContext: { ...unprivileged, runAsUser: 473, runAsGroup: 473, runAsNonRoot: true } },
      global: { podSecurityContext: { fsGroup: 473 } },
      rbac: {
        rules: [{ apiGroups: [''], resources: ['events'], verbs: ['get', 'list', 'watch'] }],
        clusterRules: [{ apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'watch'] }],
      },
    });
  }

  private agent(name: string, { resources }: Pods, config: string, role: Values): void {
    const common: Values = {
      crds: { create: false },
      alloy: {
        configMap: { content: config },
        resources,
        storagePath: positions,
        mounts: { extra: [{ name: 'positions', mountPath: positions }] },
        enableReporting: false,
      },
      // Pods are replaced when their configuration changes, so nothing has to watch it.
      configReloader: { enabled: false },
      serviceMonitor: { enabled: true },
    };
    this.release({ name, chart: charts.alloy, values: mergeValues(common, role), after: deployed(this.props.logs) });
  }
}

const positions = '/var/lib/alloy';

const unprivileged = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};
