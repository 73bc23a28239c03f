import type { CustomResource } from '../core/custom-resource';

/** An alert as Prometheus evaluates it. */
export interface Alert {
  readonly name: string;
  /** PromQL; the alert fires for every series it returns. */
  readonly when: string;
  /** How long it has to be so, such as `5m`. */
  readonly lasting: string;
  readonly severity: 'critical' | 'warning';
  /** One sentence for the person who is woken up. */
  readonly summary: string;
}

/** The rule that carries the alerts of one component. */
export function alertRule(name: string, namespace: string, alerts: readonly Alert[]): CustomResource {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name, namespace },
    spec: {
      groups: [
        {
          name,
          rules: alerts.map(({ name: alert, when, lasting, severity, summary }) => ({
            alert,
            expr: when,
            for: lasting,
            labels: { severity },
            annotations: { summary },
          })),
        },
      ],
    },
  };
}

/** Scrapes pods by their labels. */
export function podMonitor(
  name: string,
  namespace: string,
  ports: readonly string[],
  selector: { readonly matchLabels?: object; readonly matchExpressions?: readonly object[] },
): CustomResource {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { name, namespace },
    spec: { selector, podMetricsEndpoints: ports.map((port) => ({ port })) },
  };
}

/** Fires when a volume is more than four fifths full. */
export function volumeAlert(name: string, namespace: string, claims: string): Alert {
  const of = (metric: string) =>
    `kubelet_volume_stats_${metric}{namespace="${namespace}",persistentvolumeclaim=~"${claims}"}`;
  return {
    name,
    when: `${of('used_bytes')} / ${of('capacity_bytes')} > 0.8`,
    lasting: '10m',
    severity: 'warning',
    summary: 'The volume {{ $labels.persistentvolumeclaim }} is more than 80 % full.',
  };
}
