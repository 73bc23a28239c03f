import type { CompleteFacts } from '../core/environment-schema';
import type { Duration, Percent } from '../core/units';
import type { Severity } from './alert-routing';

/** A rule that stores the result of an expression, so that several alerts share the work. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}

/** A rule that fires. */
export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: Severity };
  readonly annotations: { readonly summary: string; readonly description: string };
}

/** Rules that Prometheus evaluates together. */
export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly (RecordingRule | AlertingRule)[];
}

/** Thresholds of the environment, from its `alerts` and `objectives`. */
export type Thresholds = Pick<CompleteFacts, 'alerts' | 'objectives'>;

/** Windows over which the share of failed requests is computed. */
const windows = ['5m', '30m', '1h', '6h'] as const;

/** Requests as the agents of OpenTelemetry count them, all of them, whatever is sampled as a trace. */
const requests = 'http_server_request_duration_seconds';
const service = 'by (k8s_namespace_name, service_name)';

export function ruleGroups({ alerts, objectives }: Thresholds): RuleGroup[] {
  return [
    { name: 'groundplan.requests', rules: recordings() },
    { name: 'groundplan.nodes', rules: [nodeCpu(alerts.cpu), nodeMemory(alerts.memory)] },
    { name: 'groundplan.workloads', rules: [serviceDown, restarting, volumeFilling] },
    {
      name: 'groundplan.services',
      rules: [errorRate(alerts.errorRate), latency('SlowResponses', alerts.responseTime, 'warning', '5m')],
    },
    {
      name: 'groundplan.objectives',
      rules: [...budgetBurn(objectives.availability), latency('LatencyObjectiveMissed', objectives.p95, 'info', '30m')],
    },
  ];
}

function recordings(): RecordingRule[] {
  const failed = windows.map((window) => ({
    record: `service:request_errors:ratio_rate${window}`,
    expr: `sum ${service} (rate(${requests}_count{http_response_status_code=~"5.."}[${window}])) / sum ${service} (rate(${requests}_count[${window}]))`,
  }));
  const slow = {
    record: 'service:request_duration_seconds:p95_rate5m',
    expr: `histogram_quantile(0.95, sum by (k8s_namespace_name, service_name, le) (rate(${requests}_bucket[5m])))`,
  };
  return [...failed, slow];
}

function nodeCpu(limit: Percent): AlertingRule {
  return {
    alert: 'NodeCpuHigh',
    expr: `100 * (1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m]))) > ${limit.value}`,
    ...firing(
      'warning',
      '5m',
      `CPU of a node above ${limit}`,
      '{{ $labels.instance }} is at {{ $value | printf "%.0f" }} %.',
    ),
  };
}

function nodeMemory(limit: Percent): AlertingRule {
  return {
    alert: 'NodeMemoryHigh',
    expr: `100 * (1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes) > ${limit.value}`,
    ...firing(
      'warning',
      '5m',
      `Memory of a node above ${limit}`,
      '{{ $labels.instance }} is at {{ $value | printf "%.0f" }} %.',
    ),
  };
}

const serviceDown: AlertingRule = {
  alert: 'ServiceDown',
  // One replica of several may be gone; an alert of the chart tells of those.
  expr: 'max by (namespace, job) (up) == 0',
  ...firing(
    'critical',
    '1m',
    'No replica of a service answers',
    'Every target of {{ $labels.job }} in {{ $labels.namespace }} is down.',
  ),
};

const restarting: AlertingRule = {
  alert: 'ContainerRestarting',
  expr: 'sum by (namespace, pod, container) (increase(kube_pod_container_status_restarts_total[15m])) > 0',
  ...firing(
    'warning',
    '5m',
    'A container keeps restarting',
    '{{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} restarted within 15 minutes.',
  ),
};

const volumeFilling: AlertingRule = {
  alert: 'VolumeFilling',
  expr: '100 * (1 - kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes) > 85',
  ...firing(
    'warning',
    '15m',
    'A volume is almost full',
    '{{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} is filled to {{ $value | printf "%.0f" }} %.',
  ),
};

function errorRate(limit: Percent): AlertingRule {
  return {
    alert: 'ErrorRateHigh',
    expr: `100 * service:request_errors:ratio_rate5m > ${limit.value}`,
    ...firing(
      'critical',
      '2m',
      `More than ${limit} of requests fail`,
      '{{ $value | printf "%.2f" }} % of the requests to {{ $labels.service_name }} fail.',
    ),
  };
}

function latency(alert: string, limit: Duration, severity: Severity, duration: string): AlertingRule {
  return {
    alert,
    expr: `service:request_duration_seconds:p95_rate5m > ${limit.inSeconds}`,
    ...firing(
      severity,
      duration,
      `Slowest 5 % of requests take more than ${limit}`,
      'The 95th percentile of {{ $labels.service_name }} is {{ $value | printf "%.2f" }} s.',
    ),
  };
}

/**
 * The error budget of 30 days goes too fast: 2 % of it within an hour, or 5 % within six. The short window beside each
 * long one ends the alert soon after the errors end.
 */
function budgetBurn(availability: Percent): AlertingRule[] {
  const budget = Number((1 - availability.ratio).toFixed(6));
  if (budget === 0) return [];
  const burning = (long: string, short: string, factor: number) =>
    [long, short]
      .map((window) => `service:request_errors:ratio_rate${window} > ${Number((factor * budget).toFixed(6))}`)
      .join(' and ');
  const text = `The objective is ${availability} availability. {{ $labels.service_name }} fails {{ $value | humanizePercentage }} of its requests.`;
  return [
    {
      alert: 'ErrorBudgetBurnFast',
      expr: burning('1h', '5m', 14.4),
      ...firing('critical', '2m', 'The error budget of a month is gone in two days', text),
    },
    {
      alert: 'ErrorBudgetBurnSlow',
      expr: burning('6h', '30m', 6),
      ...firing('warning', '15m', 'The error budget of a month is gone in five days', text),
    },
  ];
}

function firing(severity: Severity, duration: string, summary: string, description: string) {
  return { for: duration, labels: { severity }, annotations: { summary, description } };
}
