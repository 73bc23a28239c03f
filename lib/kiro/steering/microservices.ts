import { type Application, type ServiceFacts, sizedFor, startWaves } from '../../core/application';
import { meshSidecar } from '../../core/mesh-sidecar';
import { Pods } from '../../core/pods';
import { mebibytes, millicores } from '../../core/quantity';
import { Workflow } from '../../core/workflow';
import { type Block, code, heading, list, table } from '../markdown';
import type { EnvironmentView, PlatformModel } from '../model';
import { portable } from './commands';
import type { SteeringDocument } from './document';
import { admissionRules, databaseConnections } from './resources';
import {
  addressesOf,
  amounts,
  codes,
  enumeration,
  environmentNames,
  factRows,
  perEnvironment,
  requests,
  sentence,
  time,
} from './wording';

/** The services of the application, and what the platform asks of a service and gives to it. */
export const microservices: SteeringDocument = {
  file: 'microservices.md',
  inclusion: {
    mode: 'auto',
    name: 'microservices',
    description:
      'Services of the application on the platform: requests, replicas, ports, probes, databases, caches, topics, start order, rules a workload must keep, what observability, mesh and security expect.',
  },
  render: (model) => [
    heading(1, 'Microservices'),
    ...(model.application ? servicesOf(model, model.application) : ['No application is described in this platform.']),
    heading(2, 'What the platform gives to a service'),
    handovers(model),
    heading(2, 'Rules for a workload'),
    ...rules(model),
    heading(2, 'A new service'),
    list([
      'Declare it in `environments/services.ts`; a call to a service that is not there does not compile, and a circle of calls is refused (GP119).',
      'Give it a database, a cache, topics and a user by constructs (`PostgresDatabase`, `Cache`, `KafkaTopic`, `KafkaUser` of `groundplan/data`) in the stack of the team. Each leaves a secret with all a client needs in its namespace.',
      'Deliver it by an Application of Argo CD in the project `applications`. What is applied by hand is reported as drift.',
      'Its dashboard starts from rate, errors and duration; its alerts are those of the platform until it has objectives of its own.',
    ]),
  ],
};

function servicesOf(model: PlatformModel, application: Application): Block[] {
  const services = Object.entries(application.services);
  return [
    `${application.name} runs in the namespace \`${application.namespace}\`. Containers listen on ${application.port}, services on ${application.servicePort}. The data is in \`environments/services.ts\`.`,
    table(
      ['Service', 'What it does', 'Route', 'Answers within', 'Calls', 'Publishes', 'Consumes', 'Outside'],
      services.map(([name, service]) => [
        code(name),
        sentence(service.purpose),
        code(service.route.prefix),
        time(service.route.timeout),
        codes(service.calls ?? []) || '-',
        codes(service.publishes ?? []) || '-',
        codes(service.consumes ?? []) || '-',
        codes(service.external ?? []) || '-',
      ]),
    ),
    `Start order: ${startWaves(application)
      .map((wave) => wave.join(' + '))
      .join(
        ' → ',
      )}, after the data services. Services learn of each other's changes by topics, so no two of them wait for each other.`,
    heading(2, 'Requests, limits, replicas'),
    'What a service needs, brought into the ranges of the environment (`services` in its facts). Requests / limits of one pod, then replicas from and to.',
    table(
      ['Service', 'needs', ...environmentNames(model)],
      services.map(([name, service]) => [
        code(name),
        `${amounts(service.requests)}, ${amounts(service.limits)}`,
        ...model.environments.map((view) => sizedText(service, view)),
      ]),
    ),
    fitTable(model, application),
    list([
      `The Java heap takes ${application.heapPercent} % of the memory limit (\`-XX:MaxRAMPercentage=${application.heapPercent}\`); a fixed \`-Xmx\` is forgotten when the limit changes.`,
      'Memory is limited. A CPU limit slows the start of a JVM; where a team wants one, the column holds the least that makes sense.',
      'An autoscaler goes by CPU or by requests a second. A vertical one must not change the same figure.',
    ]),
    heading(2, 'Data and events'),
    ...dataOf(model, application),
    heading(2, 'Probes and telemetry'),
    ...telemetry(model, application),
  ];
}

function sizedText(service: ServiceFacts, { environment }: EnvironmentView): string {
  const { requests: asked, limits, replicas, maxReplicas } = sizedFor(service, environment);
  return `${amounts(asked)}, ${amounts(limits)}, ${replicas} to ${maxReplicas}`;
}

/** What all services ask for together, at first and at most, against what the platform leaves. */
function fitTable(model: PlatformModel, application: Application): Block {
  const services = Object.values(application.services);
  const total = ({ environment }: EnvironmentView, which: 'replicas' | 'maxReplicas') => {
    const inMesh = environment.facts.mesh.mode === 'sidecar' && environment.facts.workflows.mesh !== false;
    const proxy = inMesh ? new Pods('proxy', meshSidecar, false) : { cpu: 0, memory: 0 };
    return services.reduce(
      (sum, service) => {
        const sized = sizedFor(service, environment);
        const count = sized[which];
        return {
          cpu: sum.cpu + count * (millicores(sized.requests.cpu) + proxy.cpu),
          memory: sum.memory + count * (mebibytes(sized.requests.memory) + proxy.memory),
        };
      },
      { cpu: 0, memory: 0 },
    );
  };
  const free = ({ capacity: { allocatable, requested } }: EnvironmentView) => ({
    cpu: allocatable.cpu - requested.cpu,
    memory: allocatable.memory - requested.memory,
  });
  const fits = (view: EnvironmentView, which: 'replicas' | 'maxReplicas') => {
    const asked = total(view, which);
    const room = free(view);
    return `${requests(asked)}${asked.cpu <= room.cpu && asked.memory <= room.memory ? '' : ', more than there is'}`;
  };
  return table(
    ['All services, proxies included', ...environmentNames(model)],
    factRows(model, {
      'at first': (view) => fits(view, 'replicas'),
      'at most': (view) => fits(view, 'maxReplicas'),
      'left by the platform': (view) => requests(free(view)),
    }),
  );
}

function dataOf(model: PlatformModel, application: Application): Block[] {
  const services = Object.entries(application.services);
  const most = (view: EnvironmentView) =>
    services
      .filter(([, { tables }]) => tables)
      .reduce((sum, [, service]) => sum + sizedFor(service, view.environment).maxReplicas * application.connections, 0);
  const connections = model.environments.flatMap((view) => {
    const limit = databaseConnections(view);
    if (limit === undefined) return [];
    const needed = most(view);
    return [
      `${view.environment.name}: up to ${needed} of ${limit}${needed > limit ? ', so a `PostgresPooler` has to be there before they scale out' : ''}`,
    ];
  });
  return [
    table(
      ['Service', 'Tables', 'In Redis, for', 'Secrets in the vault'],
      services.map(([name, { tables = [], caches = {}, secrets = [] }]) => [
        code(name),
        codes(tables) || '-',
        Object.entries(caches)
          .map(([what, keep]) => `${what} ${time(keep)}`)
          .join(', ') || '-',
        codes(secrets.map((key) => `secret/${application.namespace}/${name}: ${key}`)) || '-',
      ]),
    ),
    table(
      ['Topic', 'Partitions', 'Kept', 'Events'],
      Object.entries(application.topics).map(([name, { partitions, keep, events }]) => [
        code(name),
        partitions,
        String(keep),
        events.join(', '),
      ]),
    ),
    connections.length > 0
      ? `A replica opens up to ${application.connections} connections to PostgreSQL. With all replicas they are, ${connections.join('; ')}.`
      : undefined,
    list([
      'A service reads and writes its own database only. Across services there is no transaction: an outbox table and a topic carry the change.',
      'Consumers commit by hand after their work, and bear the same message twice.',
      'Schemas change by migrations that the version before still understands; a rollback of the service does not take the schema back.',
    ]),
  ];
}

function telemetry(model: PlatformModel, { probes, metricsPath, services }: Application): Block[] {
  const own = Object.entries(services).flatMap(([name, { metrics = [] }]) =>
    metrics.map((metric) => `\`${metric}\` (${name})`),
  );
  return [
    table(
      ['What', 'How'],
      [
        [
          'liveness',
          `\`${probes.liveness}\`: only the process itself, so that a database that is away does not restart every pod`,
        ],
        ['readiness', `\`${probes.readiness}\`: with what the service cannot answer without`],
        ['start', `\`${probes.startup}\`, tried for as long as the slowest start takes`],
        ['metrics', `\`${metricsPath}\` by a PodMonitor or ServiceMonitor in the namespace of the service`],
        [
          'logs',
          `JSON on standard output with trace id and span id, no personal data; level ${perEnvironment(model, ({ environment }) => environment.facts.services.logLevel)}`,
        ],
        [
          'traces',
          `the Java agent, by the annotation below; recorded for ${perEnvironment(model, ({ environment }) => String(environment.facts.mesh.tracing))} of the requests`,
        ],
      ],
    ),
    own.length > 0 ? `Metrics of the business: ${own.join(', ')}.` : undefined,
  ];
}

/** What other workflows than the foundation hand over, written with the shell variables of `operations.md`. */
function handovers(model: PlatformModel): Block {
  const rows = model.workflows
    .filter(({ workflow }) => workflow !== Workflow.FOUNDATION)
    .flatMap(({ workflow, components }) => components.map(({ id }) => ({ workflow, id })))
    .flatMap(({ workflow, id }) => {
      const texts = new Map<string, Set<string>>();
      for (const { environment } of model.environments) {
        for (const { name, value } of addressesOf(model.variants(id, workflow).get(environment.name))) {
          texts.set(name, (texts.get(name) ?? new Set()).add(portable(value, environment)));
        }
      }
      return [...texts].map(([name, values]) => [sentence(name), codes([...values]), code(id)]);
    });
  return table(['What', 'Where', 'Component'], rows);
}

function rules(model: PlatformModel): Block[] {
  const known = new Map(
    model.environments.flatMap((view) => admissionRules(view).map((rule) => [rule.constraint, rule] as const)),
  );
  const enforcement = (constraint: string) =>
    perEnvironment(
      model,
      (view) => admissionRules(view).find((rule) => rule.constraint === constraint)?.enforcement ?? 'not there',
    );
  const labels = [...known.values()].flatMap(({ parameters }) =>
    Array.isArray(parameters.labels) ? parameters.labels.map(String) : [],
  );
  return [
    table(
      ['Rule', 'What it asks', 'A violation is met with'],
      [...known.values()].map(({ constraint, description }) => [
        code(constraint),
        description,
        enforcement(constraint),
      ]),
    ),
    list([
      `Pod Security of the namespace: ${perEnvironment(model, ({ environment }) => environment.facts.security.podSecurity)}. That means no root, no privileges, no capabilities and a seccomp profile where it is restricted.`,
      ...(labels.length > 0 ? [`Labels on every workload: ${codes(labels)}.`] : []),
      `Network policies: ${perEnvironment(model, ({ environment }) => environment.facts.security.networkPolicies)}. A namespace names who may come in; where strict, the way out is closed but for DNS, the VPC and TLS.`,
      'Between services the mesh requires mutual TLS. The data services stay outside of it and bring their own TLS and passwords.',
      `An image is named by version or digest, built by the pipeline, scanned and signed. New versions go out by ${perEnvironment(model, ({ environment }) => enumeration(environment.facts.delivery.strategies))}.`,
    ]),
  ];
}
