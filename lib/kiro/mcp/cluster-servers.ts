import type { ServerKind } from './server-kind';

/** Flags alone do not keep it from Secrets: its identity must not be allowed to read them. */
export const kubernetes: ServerKind = {
  key: 'k8s',
  purpose: 'reads pods, events and the load of nodes',
  launcher: 'npx',
  package: 'kubernetes-mcp-server',
  version: '0.0.66',
  scope: 'environment',
  readOnly: 'flag',
  firstStart: 10,
  args: ({ reach }) => [
    ...(reach === 'open' ? [] : ['--read-only']),
    '--toolsets',
    'core',
    // Without it every tool takes a context, and one kubeconfig would open every cluster in it.
    '--disable-multi-cluster',
  ],
  env: ({ variable }) => ({ KUBECONFIG: variable('KUBECONFIG') }),
  toolsets: [
    {
      everywhere: ['events_list', 'namespaces_list', 'nodes_top', 'pods_list', 'pods_list_in_namespace', 'pods_top'],
      rehearsed: ['pods_get'],
      open: ['pods_log'],
      // Take any kind, Secrets included.
      asked: ['resources_get', 'resources_list'],
      // The first two go through the kubelet and need rights that nobody has; the third is for OpenShift.
      hidden: ['nodes_log', 'nodes_stats_summary', 'projects_list'],
      changing: ['pods_run', 'resources_create_or_update', 'resources_scale'],
      refused: ['pods_delete', 'pods_exec', 'resources_delete'],
    },
  ],
};

/** Speaks to Prometheus without a token, so only through a forwarded port. */
export const prometheus: ServerKind = {
  key: 'promql',
  purpose: 'asks Prometheus directly: targets, metadata, queries',
  launcher: 'npx',
  package: 'prometheus-mcp',
  version: '1.1.3',
  scope: 'environment',
  upTo: 'rehearsed',
  component: 'prometheus',
  readOnly: 'none',
  firstStart: 10,
  args: () => ['stdio'],
  env: ({ variable }) => ({ PROMETHEUS_URL: variable('PROMETHEUS_URL') }),
  toolsets: [
    {
      everywhere: [
        'prometheus_build_info',
        'prometheus_label_values',
        'prometheus_list_labels',
        'prometheus_list_metrics',
        'prometheus_list_targets',
        'prometheus_metric_metadata',
        'prometheus_query',
        'prometheus_runtime_info',
        'prometheus_scrape_pool_targets',
      ],
      rehearsed: ['prometheus_query_range'],
    },
  ],
};

/** Metrics, logs and traces through Grafana; logs and traces stay outside where everything needs approval. */
export const grafana: ServerKind = {
  key: 'grafana',
  purpose: 'reads dashboards, alerts, metrics, logs (Loki) and traces (Tempo)',
  launcher: 'uvx',
  package: 'mcp-grafana',
  version: '2.1.1',
  scope: 'environment',
  component: 'grafana',
  readOnly: 'flag',
  firstStart: 15,
  args: ({ reach, timeout }) => [
    '--disable-write',
    '--usage-stats=disabled',
    `--grafana-timeout=${timeout}s`,
    // A query that would scan too much is refused before it runs.
    ...(reach === 'guarded'
      ? []
      : ['--loki-guardrail-mode=enforce', '--loki-guardrail-max-range=24h', '--max-loki-log-limit=100']),
    '--enabled-tools',
    `search,datasource,prometheus,dashboard,alerting${reach === 'guarded' ? '' : ',loki,tempo'}`,
  ],
  env: ({ address, variable }) => ({
    GRAFANA_URL: address,
    GRAFANA_SERVICE_ACCOUNT_TOKEN: variable('GRAFANA_TOKEN'),
  }),
  toolsets: [
    {
      everywhere: [
        'alerting_rules_read',
        'alerting_silences_read',
        'check_datasources_health',
        'get_dashboard_summary',
        'list_dashboard_versions',
        'list_datasources',
        'list_prometheus_label_names',
        'list_prometheus_label_values',
        'list_prometheus_metric_metadata',
        'list_prometheus_metric_names',
        'query_prometheus',
        'search_dashboards',
        'search_folders',
      ],
      rehearsed: [
        'get_dashboard_by_uid',
        'get_dashboard_panel_queries',
        'get_dashboard_property',
        'get_datasource',
        'query_prometheus_histogram',
      ],
      // Contact points hold addresses and tokens.
      hidden: ['alerting_manage_routing'],
    },
    {
      upTo: 'rehearsed',
      everywhere: ['get_tempo_traceql_docs'],
      rehearsed: [
        'analyze_loki_labels',
        'list_loki_label_names',
        'list_loki_label_values',
        'list_tempo_attribute_names',
        'list_tempo_attribute_values',
        'query_loki_stats',
        'query_tempo_metrics',
      ],
      open: ['diff_tempo_traces', 'get_tempo_trace', 'query_loki_logs', 'query_loki_patterns', 'search_tempo_traces'],
    },
  ],
};

/** Annotates nothing; its own account in Argo CD should have `get` and no more. */
export const argoCd: ServerKind = {
  key: 'argocd',
  purpose: 'reads applications of Argo CD, their health and events',
  launcher: 'npx',
  package: 'argocd-mcp',
  version: '0.9.0',
  scope: 'environment',
  component: 'argo-cd',
  readOnly: 'flag',
  firstStart: 10,
  args: () => ['stdio'],
  env: ({ reach, address, variable }) => ({
    ...(reach !== 'open' && { MCP_READ_ONLY: 'true' }),
    ARGOCD_BASE_URL: address,
    ARGOCD_API_TOKEN: variable('ARGOCD_TOKEN'),
  }),
  toolsets: [
    {
      everywhere: [
        'get_application_events',
        'get_application_resource_tree',
        'get_resource_events',
        'list_applications',
      ],
      rehearsed: ['get_application', 'get_appproject', 'get_resource_actions', 'list_clusters'],
      open: ['get_application_workload_logs'],
      asked: ['get_application_managed_resources', 'get_resources'],
      changing: ['create_application', 'run_resource_action', 'sync_application', 'update_application'],
      refused: ['delete_application'],
    },
  ],
};
