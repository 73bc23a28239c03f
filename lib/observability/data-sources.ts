import type { Values } from '../providers/values';
import type { LogStore } from './loki';
import type { MetricsStore } from './mimir';
import type { Metrics } from './prometheus';
import type { TraceStore } from './tempo';

/** What Grafana reads. */
export interface Sources {
  readonly metrics: Pick<Metrics, 'url' | 'alertmanagerUrl'>;
  readonly logs: Pick<LogStore, 'url'>;
  readonly traces: Pick<TraceStore, 'url'>;
  /**
   * Metrics of the long run.
   *
   * @default - `metrics` has them all
   */
  readonly history?: Pick<MetricsStore, 'url'>;
}

/** Fixed names of the sources, so that links and dashboards find them in every environment. */
export const sourceIds = {
  metrics: 'prometheus',
  history: 'mimir',
  logs: 'loki',
  traces: 'tempo',
  alerts: 'alertmanager',
} as const;

/** Sources that lead to each other: from a metric to a trace, from there to its logs, and back. */
export function dataSources({ metrics, logs, traces, history }: Sources): Values[] {
  const { url, alertmanagerUrl } = metrics;
  const main = history ? sourceIds.history : sourceIds.metrics;
  return [
    prometheus('Prometheus', sourceIds.metrics, url, main),
    ...(history ? [prometheus('Mimir', sourceIds.history, history.url, main)] : []),
    loki(logs.url),
    tempo(traces.url, main),
    {
      ...source('Alertmanager', 'alertmanager', sourceIds.alerts, alertmanagerUrl),
      jsonData: { implementation: 'prometheus', handleGrafanaManagedAlerts: false },
    },
  ];
}

function prometheus(name: string, uid: string, url: string, main: string): Values {
  return {
    ...source(name, 'prometheus', uid, url),
    isDefault: uid === main,
    jsonData: {
      httpMethod: 'POST',
      timeInterval: '30s',
      prometheusType: uid === sourceIds.history ? 'Mimir' : 'Prometheus',
      exemplarTraceIdDestinations: ['trace_id', 'traceID'].map((label) => ({
        name: label,
        datasourceUid: sourceIds.traces,
      })),
    },
  };
}

function loki(url: string): Values {
  const link = { datasourceUid: sourceIds.traces, urlDisplayLabel: 'Trace' };
  return {
    ...source('Loki', 'loki', sourceIds.logs, url),
    jsonData: {
      derivedFields: [
        // Grafana reads variables of its environment in this file; two dollar signs stand for one.
        { ...link, name: 'trace_id', matcherType: 'label', matcherRegex: 'trace_id', url: '$${__value.raw}' },
        { ...link, name: 'TraceID', matcherRegex: 'trace_?[iI][dD]\\W{1,4}([0-9a-f]{32})', url: '$${__value.raw}' },
      ],
    },
  };
}

function tempo(url: string, metrics: string): Values {
  const requests = 'http_server_request_duration_seconds_count{$$__tags}';
  return {
    ...source('Tempo', 'tempo', sourceIds.traces, url),
    jsonData: {
      nodeGraph: { enabled: true },
      serviceMap: { datasourceUid: metrics },
      tracesToLogsV2: {
        datasourceUid: sourceIds.logs,
        spanStartTimeShift: '-5m',
        spanEndTimeShift: '5m',
        filterByTraceID: true,
        tags: [{ key: 'service.name', value: 'service_name' }],
      },
      tracesToMetrics: {
        datasourceUid: metrics,
        spanStartTimeShift: '-5m',
        spanEndTimeShift: '5m',
        tags: [{ key: 'service.name', value: 'service_name' }],
        queries: [
          { name: 'Requests per second', query: `sum(rate(${requests}[5m]))` },
          { name: 'Requests by status', query: `sum by (http_response_status_code) (rate(${requests}[5m]))` },
        ],
      },
    },
  };
}

function source(name: string, type: string, uid: string, url: string): Values {
  return { name, type, uid, url, access: 'proxy', editable: false };
}
