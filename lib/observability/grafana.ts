import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { CustomResource } from '../core/custom-resource';
import type { Foundation, Ingress } from '../core/handles';
import { charts } from '../providers/charts';
import type { Values } from '../providers/values';
import { dataSources, type Sources } from './data-sources';
import { deployed, serviceHost } from './joined';

/** Where people look at telemetry. */
export interface Dashboards {
  /** Inside the cluster. */
  readonly url: string;
  /** As browsers reach it. */
  readonly publicUrl: string;
}

export interface GrafanaProps extends ComponentProps {
  /** Storage class. */
  readonly foundation: Foundation;
  /** Makes the route. */
  readonly ingress: Ingress;
  /** What it reads. */
  readonly sources: Sources;
  /**
   * First label of its host name.
   *
   * @default 'grafana'
   */
  readonly hostName?: string;
}

const volumeSize = '10Gi';

/**
 * Grafana with the stores as linked data sources and every dashboard that some chart of the cluster brings. The password
 * of `admin` is made in the cluster and lies in the secret `grafana`.
 *
 * @see https://grafana.com/docs/grafana/latest/administration/provisioning/
 */
export class Grafana extends Component implements Dashboards {
  readonly url: string;
  readonly publicUrl: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: GrafanaProps,
  ) {
    super(scope, id, { purpose: 'shows metrics, logs and traces', ...props });
    const namespace = props.namespace.name;
    const { sources, ingress } = props;
    const route = ingress.route({ name: props.hostName ?? 'grafana', namespace, service: 'grafana', port: 80 });
    this.url = `http://${serviceHost('grafana', namespace)}`;
    this.publicUrl = route.url;
    const reader = this.customResources('dashboards', { after: [], resources: [dashboardReader] });
    this.release({
      chart: charts.grafana,
      after: [reader, ...deployed(sources.metrics, sources.logs, sources.traces, sources.history)],
      values: {
        rbac: { useExistingClusterRole: dashboardReader.metadata.name },
        ...this.pod(),
        ...this.volume(),
        'grafana.ini': {
          server: { root_url: route.url },
          analytics: { reporting_enabled: false, check_for_updates: false, check_for_plugin_updates: false },
          security: { cookie_secure: true },
        },
        datasources: { 'sources.yaml': { apiVersion: 1, prune: true, datasources: dataSources(sources) } },
        serviceMonitor: { enabled: true },
        testFramework: { enabled: false },
      },
    });
    this.customResources('route', { resources: route.resources, after: [...this.releases, ...ingress.awaited] });
    this.describe(namespace);
  }

  private pod(): Values {
    const pods = this.podsOf('grafana', {
      ...this.sized({
        small: { cpu: '60m', memory: '256Mi', memoryLimit: '512Mi' },
        medium: { cpu: '100m', memory: '320Mi', memoryLimit: '640Mi' },
        large: { cpu: '200m', memory: '512Mi', memoryLimit: '1Gi' },
      }),
      sidecars: { dashboards: { cpu: '10m', memory: '96Mi', memoryLimit: '192Mi' } },
      volumes: this.keepsVolume ? [volumeSize] : [],
    });
    return {
      replicas: pods.replicas,
      resources: pods.resources,
      sidecar: {
        resources: pods.sidecar('dashboards'),
        dashboards: {
          enabled: true,
          labelValue: '1',
          searchNamespace: 'ALL',
          resource: 'configmap',
          folderAnnotation: 'grafana_folder',
          provider: { foldersFromFilesStructure: true },
        },
      },
    };
  }

  /** Small environments lose users and hand-made dashboards with the pod; all others keep them. */
  private get keepsVolume(): boolean {
    return this.environment.facts.size !== 'small';
  }

  private volume(): Values {
    const kept = this.keepsVolume;
    return {
      persistence: {
        enabled: kept,
        ...(kept && { size: volumeSize, storageClassName: this.props.foundation.storageClass }),
      },
      // A volume of one node cannot be in two pods at once.
      deploymentStrategy: { type: kept ? 'Recreate' : 'RollingUpdate' },
      // It would run as root; the group of the volume does what is needed.
      initChownData: { enabled: false },
    };
  }

  private describe(namespace: string): void {
    this.verifiedBy(
      `kubectl -n ${namespace} rollout status deployment/grafana`,
      `kubectl get --raw /api/v1/namespaces/${namespace}/services/grafana:80/proxy/api/health`,
      `curl -sSf ${this.publicUrl}/api/health`,
    );
    this.rolledBackBy(`helm -n ${namespace} rollback ${this.node.id}`);
    this.handsOver('Grafana', this.publicUrl);
    this.handsOver(
      'admin password',
      `kubectl -n ${namespace} get secret grafana -o jsonpath='{.data.admin-password}' | base64 -d`,
    );
  }
}

/** Dashboards lie in config maps of any namespace. The role of the chart would let Grafana read every secret as well. */
const dashboardReader: CustomResource = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: 'grafana-dashboards' },
  rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'watch'] }],
};
