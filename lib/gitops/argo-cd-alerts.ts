/** Alerts over the metrics of the application controller; they take the place of Argo CD's own notifications. */
export const argoCdAlerts = [
  {
    alert: 'ArgoCdControllerMissing',
    expr: 'absent(up{job="argocd-application-controller-metrics"} == 1)',
    for: '15m',
    labels: { severity: 'critical' },
    annotations: { summary: 'Nothing reports the state of applications: the controller of Argo CD is gone.' },
  },
  {
    alert: 'ArgoCdApplicationOutOfSync',
    expr: 'argocd_app_info{sync_status="OutOfSync"} == 1',
    for: '30m',
    labels: { severity: 'warning' },
    annotations: { summary: '{{ $labels.name }} has differed from Git for half an hour.' },
  },
  {
    alert: 'ArgoCdApplicationUnhealthy',
    expr: 'argocd_app_info{health_status=~"Degraded|Missing"} == 1',
    for: '15m',
    labels: { severity: 'warning' },
    annotations: { summary: '{{ $labels.name }} is {{ $labels.health_status }}.' },
  },
];
