import type { Ingress, Observability } from '../../lib';

/** Handles of workflows that a test does not build. */
export const ingress: Ingress = {
  issuer: 'public',
  internalIssuer: 'internal',
  gatewayNamespace: 'emissary',
  awaited: [],
  route: ({ name, namespace, service, port }) => ({
    host: `${name}.example.com`,
    url: `https://${name}.example.com`,
    resources: [
      {
        apiVersion: 'getambassador.io/v3alpha1',
        kind: 'Mapping',
        metadata: { name, namespace },
        spec: { hostname: `${name}.example.com`, prefix: '/', service: `${service}.${namespace}:${port}` },
      },
    ],
  }),
};

export const observability: Observability = {
  namespace: 'monitoring',
  metricsUrl: 'http://metrics.monitoring:9090',
  alertmanagerUrl: 'http://alertmanager.monitoring:9093',
  logsUrl: 'http://logs.monitoring',
  tracesUrl: 'http://traces.monitoring:3200',
  otlpGrpc: 'collector.monitoring.svc.cluster.local:4317',
  otlpHttp: 'http://collector.monitoring.svc.cluster.local:4318',
  grafanaUrl: 'http://grafana.monitoring',
  grafanaPublicUrl: 'https://grafana.example.com',
};
