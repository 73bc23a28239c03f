import { type Block, fence, heading, list, table } from '../markdown';
import type { EnvironmentView, PlatformModel } from '../model';
import type { SteeringDocument } from './document';
import { clusterOf, environmentNames, factRows, time } from './wording';

/** Measure, change one thing, measure again: what to look at daily, weekly and monthly. */
export const performanceCycles: SteeringDocument = {
  file: 'performance-optimization-cycles.md',
  inclusion: {
    mode: 'manual',
    name: 'performance-optimization-cycles',
    description: 'Daily, weekly and monthly rounds of measuring and improving: queries, thresholds, objectives',
  },
  render: (model) => [
    heading(1, 'Rounds of improvement'),
    'A round is started by a person or a job in CI; nothing in the editor runs on a schedule. It ends with one change, or with the finding that none is needed.',
    heading(2, 'What is aimed at'),
    objectives(model),
    heading(2, 'Rounds'),
    table(
      ['Round', 'Looks at', 'May lead to'],
      [
        [
          'daily, 15 minutes',
          'alerts since yesterday, failed deployments, pods that restart or wait, certificates and backups',
          'a correction, or an incident',
        ],
        [
          'weekly, 2 hours',
          'objectives of the week, use against requests, slowest routes, error budget',
          'one change of a request, a replica count or a time-out',
        ],
        [
          'monthly, half a day',
          'capacity and cost against the estimate, chart and Kubernetes versions, a restore that is rehearsed',
          'facts of an environment, an upgrade',
        ],
      ],
    ),
    heading(2, 'One round'),
    list([
      'Measure with the queries below, over at least a week where it is not an incident.',
      'Name one cause and the fact or prop that changes it. Write down the figure before.',
      'Change it in the first environment, deploy, verify. Watch it for as long as it was measured.',
      'Keep it and go on to the next environment, or revert the commit. Write down the figure after.',
    ]),
    ...queries(model),
    heading(2, 'Reading the answers'),
    list([
      'Use below 30 % of the request for a week: a smaller request, not below the highest value seen.',
      'Memory above 90 % of the limit, or a kill: a larger one before anything else.',
      'p95 above the objective while CPU is idle: look at what it waits for (traces in Tempo, connections of PostgreSQL, lag of a consumer).',
      'Errors and latency together after a deployment: take it back first.',
      'Nodes above the alert while requests are low: a pod asks for less than it uses.',
    ]),
  ],
};

function objectives(model: PlatformModel): Block {
  return table(
    ['', ...environmentNames(model)],
    factRows(model, {
      '95th percentile': ({ environment }) => `below ${environment.facts.objectives.p95}`,
      'failed requests': ({ environment }) => `below ${environment.facts.objectives.errorRate}`,
      availability: ({ environment }) => String(environment.facts.objectives.availability),
      'use of nodes': ({ environment: { facts } }) =>
        `${facts.objectives.utilization.from} to ${facts.objectives.utilization.to}`,
      'alert on CPU, memory': ({ environment: { facts } }) => `${facts.alerts.cpu}, ${facts.alerts.memory}`,
      'checked every': ({ environment }) => time(environment.facts.monitoringInterval),
    }),
  );
}

/** Queries go through the API server, so they need neither a port-forward nor an address outside. */
function queries({ environments }: PlatformModel): Block[] {
  const view = environments.find((one) => metricsService(one) !== undefined);
  const service = view && metricsService(view);
  if (!view || !service) return [];
  const { name, project } = view.environment;
  return [
    heading(2, 'Queries'),
    'Set `ENVIRONMENT` first. The answer is JSON; `jq` or Grafana make it readable.',
    fence(
      'sh',
      [
        `aws eks update-kubeconfig --name ${clusterOf(view).replace(`${project}-${name}-`, `${project}-$ENVIRONMENT-`)}`,
        'query() {',
        '  kubectl get --raw "/api/v1/namespaces/' +
          service.namespace +
          '/services/' +
          service.name +
          '/proxy/api/v1/query?query=$(jq -rn --arg q "$1" \'$q|@uri\')"',
        '}',
        '# slowest services, seconds',
        "query 'topk(5, service:request_duration_seconds:p95_rate5m)'",
        '# share of failed requests in the last hour',
        "query 'topk(5, service:request_errors:ratio_rate1h)'",
        '# CPU that is used of what is requested, a week',
        'query \'sum by (namespace) (rate(container_cpu_usage_seconds_total{container!=""}[7d])) / sum by (namespace) (kube_pod_container_resource_requests{resource="cpu"})\'',
        '# memory against limits, highest of a week',
        'query \'topk(10, max by (namespace, pod, container) (max_over_time(container_memory_working_set_bytes{container!=""}[7d])) / max by (namespace, pod, container) (kube_pod_container_resource_limits{resource="memory"}))\'',
        '# nodes, share of CPU in use',
        'query \'1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[1h]))\'',
        '# containers that restarted today',
        "query 'topk(10, increase(kube_pod_container_status_restarts_total[1d]))'",
      ].join('\n'),
    ),
  ];
}

/** Service and port behind the query URL that observability hands over. */
function metricsService({
  workflows,
}: EnvironmentView): { readonly namespace: string; readonly name: string } | undefined {
  const url = workflows
    .flatMap(({ components }) => components)
    .flatMap(({ handovers }) => handovers)
    .find(({ name }) => name === 'metrics query URL')?.value;
  const [, service, namespace, port] = /^https?:\/\/([^./]+)\.([^./]+)\.svc[^:/]*:(\d+)/.exec(url ?? '') ?? [];
  return service && namespace && port ? { namespace, name: `${service}:${port}` } : undefined;
}
