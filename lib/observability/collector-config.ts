import type { Values } from '../providers/values';

/** Where the collector sends what it takes. */
export interface CollectorTargets {
  /** OTLP over gRPC, `host:port`. */
  readonly traces: string;
  /** Base URL of OTLP over HTTP. */
  readonly logs: string;
  /** Base URLs of OTLP over HTTP; each gets every metric. */
  readonly metrics: readonly string[];
}

/** Which traces are kept. */
export interface TraceSampling {
  /** Share of the ordinary ones, 0 to 100. */
  readonly share: number;
  /** Traces that took at least this long are kept in any case, as are those with an error. */
  readonly slowMilliseconds: number;
  /** Traces that one replica holds while they are still incomplete. */
  readonly held: number;
  /**
   * Host under which each replica is found, where there are several: spans of one trace have to meet in one of them.
   *
   * @default - one replica, which sees all spans anyway
   */
  readonly peers?: string;
}

/** Ports of the collector. */
export const collectorPorts = { grpc: 4317, http: 4318, peers: 4319, metrics: 8888, health: 13133 } as const;

/** Configuration of a collector; all traces are kept if `sampling` is left out. */
export function collectorConfig(targets: CollectorTargets, sampling?: TraceSampling): Values {
  const metricExporters = targets.metrics.map((_, index) => `otlp_http/prometheus-${index}`);
  return {
    extensions: { health_check: { endpoint: `0.0.0.0:${collectorPorts.health}` } },
    receivers: {
      otlp: { protocols: { grpc: listen(collectorPorts.grpc), http: listen(collectorPorts.http) } },
      ...peerReceiver(sampling),
    },
    processors: { ...processors, ...tailSampling(sampling) },
    exporters: {
      'otlp_grpc/tempo': { endpoint: targets.traces, tls: { insecure: true } },
      'otlp_http/loki': { endpoint: targets.logs },
      ...Object.fromEntries(targets.metrics.map((endpoint, index) => [metricExporters[index], { endpoint }])),
      ...peerExporter(sampling),
    },
    service: {
      extensions: ['health_check'],
      telemetry: { metrics: { readers: [ownMetrics] } },
      pipelines: {
        ...tracePipelines(sampling),
        logs: { receivers: ['otlp'], processors: [...enriching, 'batch'], exporters: ['otlp_http/loki'] },
        metrics: { receivers: ['otlp'], processors: [...enriching, 'batch'], exporters: metricExporters },
      },
    },
  };
}

/** The limiter comes first, so that it refuses data before any other processor has copied it. */
const enriching = ['memory_limiter', 'k8s_attributes'];

const processors: Values = {
  memory_limiter: { check_interval: '1s', limit_percentage: 80, spike_limit_percentage: 20 },
  batch: { send_batch_size: 4096, send_batch_max_size: 8192, timeout: '2s' },
  k8s_attributes: {
    auth_type: 'serviceAccount',
    extract: {
      metadata: [
        'k8s.namespace.name',
        'k8s.deployment.name',
        'k8s.statefulset.name',
        'k8s.pod.name',
        'k8s.pod.uid',
        'k8s.node.name',
      ],
    },
    pod_association: [
      { sources: [{ from: 'resource_attribute', name: 'k8s.pod.uid' }] },
      { sources: [{ from: 'resource_attribute', name: 'k8s.pod.ip' }] },
      { sources: [{ from: 'connection' }] },
    ],
  },
};

const ownMetrics = { pull: { exporter: { prometheus: { host: '0.0.0.0', port: collectorPorts.metrics } } } };

function tracePipelines(sampling: TraceSampling | undefined): Values {
  const tempo = ['otlp_grpc/tempo'];
  if (!sampling) return { traces: { receivers: ['otlp'], processors: [...enriching, 'batch'], exporters: tempo } };
  if (!sampling.peers) {
    return { traces: { receivers: ['otlp'], processors: [...enriching, 'tail_sampling', 'batch'], exporters: tempo } };
  }
  return {
    'traces/in': { receivers: ['otlp'], processors: enriching, exporters: ['loadbalancing'] },
    traces: {
      receivers: ['otlp/peers'],
      processors: ['memory_limiter', 'tail_sampling', 'batch'],
      exporters: tempo,
    },
  };
}

/** A trace is judged once it is likely complete: whatever went wrong or was slow stays, of the rest a share. */
function tailSampling(sampling: TraceSampling | undefined): Values {
  if (!sampling) return {};
  return {
    tail_sampling: {
      decision_wait: '10s',
      num_traces: sampling.held,
      policies: [
        { name: 'errors', type: 'status_code', status_code: { status_codes: ['ERROR'] } },
        { name: 'slow', type: 'latency', latency: { threshold_ms: sampling.slowMilliseconds } },
        { name: 'share', type: 'probabilistic', probabilistic: { sampling_percentage: sampling.share } },
      ],
    },
  };
}

function peerReceiver(sampling: TraceSampling | undefined): Values {
  return sampling?.peers ? { 'otlp/peers': { protocols: { grpc: listen(collectorPorts.peers) } } } : {};
}

function peerExporter(sampling: TraceSampling | undefined): Values {
  if (!sampling?.peers) return {};
  return {
    loadbalancing: {
      routing_key: 'traceID',
      protocol: { otlp: { timeout: '5s', tls: { insecure: true } } },
      resolver: { dns: { hostname: sampling.peers, port: `${collectorPorts.peers}` } },
    },
  };
}

function listen(port: number): Values {
  return { endpoint: `0.0.0.0:${port}` };
}
