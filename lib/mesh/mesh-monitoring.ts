import type { Construct, IConstruct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { CustomResource } from '../core/custom-resource';
import type { NamespaceHandle } from '../core/handles';
import { meshAlerts } from './mesh-alerts';

export interface MeshMonitoringProps extends ComponentProps {
  /** Namespace of the agents on the nodes. */
  readonly agents: NamespaceHandle;
  /** The control plane, which is scraped too. */
  readonly controlPlane: IConstruct;
}

/**
 * Tells Prometheus where the mesh has its metrics, and when to raise an alarm.
 *
 * @see https://istio.io/latest/docs/ops/integrations/prometheus/
 */
export class MeshMonitoring extends Component {
  constructor(scope: Construct, id: string, props: MeshMonitoringProps) {
    super(scope, id, { purpose: 'scrapes control plane, agents and proxies, and alerts on them', ...props });
    const { name } = props.namespace;
    const { facts } = this.environment;
    const agents = [agentMonitor(props.agents.name, 'istio-cni', 'metrics', '/metrics')];
    if (facts.mesh.mode === 'ambient') {
      agents.push(agentMonitor(props.agents.name, 'ztunnel', 'ztunnel-stats', '/stats/prometheus'));
    }
    this.customResources('monitors', {
      after: [props.controlPlane],
      resources: [controlPlaneMonitor(name), proxyMonitor(name), ...agents, meshAlerts(name, facts.alerts)],
    });
    this.verifiedBy(`kubectl -n ${name} get podmonitor istio-proxies`);
    this.rolledBackBy(`helm -n ${name} rollback ${id}-monitors`);
  }
}

function controlPlaneMonitor(namespace: string): CustomResource {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: { name: 'istiod', namespace },
    spec: {
      selector: { matchLabels: { app: 'istiod' } },
      endpoints: [{ port: 'http-monitoring', interval: '30s' }],
    },
  };
}

/** @param name value of the label `app.kubernetes.io/name` on the pods of the agent */
function agentMonitor(namespace: string, name: string, port: string, path: string): CustomResource {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: { 'app.kubernetes.io/name': name } },
      podMetricsEndpoints: [{ port, path, interval: '30s' }],
    },
  };
}

/**
 * Finds every proxy of the mesh, gateways too. Port 15020 carries the metrics of the application beside those of the
 * proxy, in plain HTTP: a Prometheus outside the mesh reads both while the application's own ports are STRICT.
 */
function proxyMonitor(namespace: string): CustomResource {
  const keep = (label: string, regex: string) => ({
    action: 'keep',
    sourceLabels: [`__meta_kubernetes_pod_container_${label}`],
    regex,
  });
  const mergedMetrics = {
    action: 'replace',
    sourceLabels: ['__meta_kubernetes_pod_ip'],
    replacement: '$1:15020',
    targetLabel: '__address__',
  };
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { name: 'istio-proxies', namespace },
    spec: {
      selector: {},
      namespaceSelector: { any: true },
      podMetricsEndpoints: [
        {
          path: '/stats/prometheus',
          interval: '30s',
          // One target per pod: the port that only a proxy has, exchanged for that of the merged metrics.
          relabelings: [keep('name', 'istio-proxy'), keep('port_number', '15090'), mergedMetrics],
        },
      ],
    },
  };
}
