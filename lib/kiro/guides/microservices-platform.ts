import { type Application, type ServiceFacts, sizedFor, startWaves } from '../../core/application';
import { type Block, code, fence, heading, list, table } from '../markdown';
import type { EnvironmentView, PlatformModel } from '../model';
import { admissionRules } from '../steering/resources';
import {
  amounts,
  codes,
  enumeration,
  environmentNames,
  factRows,
  perEnvironment,
  sentence,
  time,
} from '../steering/wording';
import { shellStart } from './access';
import { type Guide, steps } from './guide';
import { deployment, springSettings } from './service-manifest';
import { exampleService, serviceStack } from './service-stack';

/** How services come onto the platform, and how both are adapted to each other. */
export const microservicesPlatform: Guide = {
  file: 'MICROSERVICES_PLATFORM_GUIDE.md',
  title: 'Microservices on the platform',
  render: (model) => {
    const { application, environments } = model;
    const chosen = application && exampleService(application);
    const last = environments.at(-1);
    if (!application || !chosen || !last) return ['No application is described in this platform.'];
    const [name, service] = chosen;
    return [
      ...overview(model, application),
      ...inPlatform(application, name, service),
      ...inCluster(application, name, service, last),
      ...delivery(model, name),
      ...events(application),
      ...operation(model, application, name),
      ...adaptation(model),
      ...troubleshooting(model),
    ];
  },
};

function overview(model: PlatformModel, application: Application): Block[] {
  const services = Object.entries(application.services);
  const figures = (service: ServiceFacts, { environment }: EnvironmentView) => {
    const { requests, limits, replicas, maxReplicas } = sizedFor(service, environment);
    return `${amounts(requests)}, limit ${limits.memory}, ${replicas} to ${maxReplicas}`;
  };
  const waves = startWaves(application).map((wave) => enumeration(wave));
  return [
    `${application.name} has ${services.length} services in the namespace \`${application.namespace}\`. Their figures are data in [environments/services.ts](environments/services.ts), brought into the ranges of each environment. Tables on caches, secrets and capacity are in [microservices.md](.kiro/steering/microservices.md); this guide is the way from a service to a service that runs.`,
    table(
      ['Service', 'Does', 'Answers under', 'Calls', ...environmentNames(model)],
      services.map(([name, service]) => [
        code(name),
        sentence(service.purpose),
        code(service.route.prefix),
        codes(service.calls ?? []) || '-',
        ...model.environments.map((view) => figures(service, view)),
      ]),
    ),
    `Per environment: requests of CPU and memory, limit of memory, replicas from and to. Deploy ${waves.join(', then ')}: each after those it calls.`,
  ];
}

function inPlatform(application: Application, name: string, service: ServiceFacts): Block[] {
  const values = ['Foundation', 'Data', 'Mesh', 'WorkflowStackProps'];
  const parts = [
    ...(service.caches ? ['Cache'] : []),
    ...(service.publishes || service.consumes ? ['KafkaTopic', 'KafkaUser'] : []),
    ...(service.tables ? ['PostgresDatabase'] : []),
  ];
  return [
    heading(2, 'Step 1: what the service has from the platform'),
    `Declare the service in [environments/services.ts](environments/services.ts). Then a stack gives it a database, a cache, topics and an account; for \`${name}\` it is this one. [examples/team-stack.ts](examples/team-stack.ts) shows how a stack is placed.`,
    fence(
      'ts',
      [
        `import { ${[...values.map((one) => `type ${one}`), 'Days', 'Namespace', 'Workflow', 'WorkflowStack'].join(', ')} } from 'groundplan';`,
        `import { ${parts.join(', ')} } from 'groundplan/data';`,
        "import type { Construct } from 'constructs';",
        '',
        serviceStack(application, name, service),
      ].join('\n'),
    ),
    'Each construct leaves one secret in the namespace of the service: host, port, account, password and the certificate to trust. [docs/data.md](docs/data.md#what-a-team-writes) lists the entries. Nobody has to know a password.',
    (service.secrets ?? []).length > 0
      ? `Keys of others (${codes(service.secrets ?? [])}) are written into the vault by a person, under \`secret/${application.namespace}/${name}\`, and reach the service through an ExternalSecret: [docs/security.md](docs/security.md).`
      : 'Keys of others, such as those for payment, are written into the vault by a person and reach the service through an ExternalSecret: [docs/security.md](docs/security.md).',
  ];
}

function inCluster(application: Application, name: string, service: ServiceFacts, view: EnvironmentView): Block[] {
  const { name: environment, facts } = view.environment;
  return [
    heading(2, 'Step 2: the service itself'),
    `Spring Boot reads the mounted secrets as properties. The secrets are files, so a rotated password is there after a restart of the pods.`,
    fence('yaml', springSettings(application, service, facts.services.logLevel)),
    `The Deployment with the figures of ${environment}. A Rollout of Argo has the same template. Admission lets it pass: labels, requests, a limit for memory, no root, a digest from a registry that is allowed.`,
    fence('yaml', deployment(application, name, service, view)),
    list([
      `A Service on port ${application.servicePort} that sends to ${application.port}, an autoscaler on CPU, and a PodDisruptionBudget where there are two replicas or more.`,
      `A network policy that names who calls it. Where policies are strict it also names whom it calls: ${codes([...(service.calls ?? []), ...(service.external ?? [])]) || 'nobody'}, and the data services.`,
      `The route \`${service.route.prefix}\` with a timeout of ${time(service.route.timeout)}: through the gateway of the mesh, [docs/mesh.md](docs/mesh.md#let-requests-in).`,
    ]),
  ];
}

function delivery(model: PlatformModel, name: string): Block[] {
  return [
    heading(2, 'Step 3: delivery'),
    steps(
      `The sources have a \`Dockerfile\` at their root, and a webhook that calls the listener of the build pipeline. [docs/gitops.md](docs/gitops.md#name-your-repository-and-your-services) says how repository and services are named.`,
      `A push is tested, built, scanned, signed, and its digest is written to \`services/${name}/<environment>/\` of the repository of Argo CD. An Application in \`applications/<environment>/\` delivers it.`,
      `New versions go out by ${perEnvironment(model, ({ environment }) => enumeration(environment.facts.delivery.strategies))}. The templates \`success-rate\` and \`latency-p95\` judge them by the objectives below.`,
      'To promote, take the same digest into the next environment and sign it with its key. To take back, revert the commit with the digest.',
    ),
    table(
      ['Objective', ...environmentNames(model)],
      factRows(model, {
        'p95 below': ({ environment }) => String(environment.facts.objectives.p95),
        'errors below': ({ environment }) => String(environment.facts.objectives.errorRate),
        availability: ({ environment }) => String(environment.facts.objectives.availability),
        'gates before it': ({ environment }) => (environment.facts.delivery.gates ?? []).join(', ') || '-',
      }),
    ),
  ];
}

function events({ topics, services }: Application): Block[] {
  const who = (topic: string, kind: 'publishes' | 'consumes') =>
    codes(Object.entries(services).flatMap(([name, service]) => (service[kind]?.includes(topic) ? [name] : []))) || '-';
  return [
    heading(2, 'Events'),
    table(
      ['Topic', 'Partitions', 'Kept', 'Written by', 'Read by', 'Events'],
      Object.entries(topics).map(([topic, { partitions, keep, events: kinds }]) => [
        code(topic),
        partitions,
        String(keep),
        who(topic, 'publishes'),
        who(topic, 'consumes'),
        kinds.join(', '),
      ]),
    ),
    'A service declares the topics that it writes to; who reads names them. Write rows and events together by an outbox table, commit offsets after the work, and bear the same message twice.',
  ];
}

function operation(model: PlatformModel, { namespace }: Application, name: string): Block[] {
  return [
    heading(2, 'Step 4: see that it works'),
    shellStart(model),
    fence(
      'sh',
      [
        `kubectl -n ${namespace} rollout status deployment/${name}`,
        `kubectl -n ${namespace} get externalsecrets,secrets`,
        `kubectl -n ${namespace} get events --sort-by .lastTimestamp`,
        `kubectl -n ${namespace} logs deployment/${name} --tail 50`,
        `kubectl -n ${namespace} get pods -o custom-columns=POD:.metadata.name,CONTAINERS:.spec.containers[*].name,INIT:.spec.initContainers[*].name`,
        'kubectl get constraints',
      ].join('\n'),
    ),
    'Then in Grafana: requests, errors and duration of the service; from a slow trace to its log lines and back. In Kiali: a lock on every edge between services.',
  ];
}

function adaptation({ environments }: PlatformModel): Block[] {
  return [
    heading(2, 'Adapt one to the other'),
    table(
      ['You want', 'Change'],
      [
        ['more for one service', 'its `requests`, `limits`, `replicas` in `environments/services.ts`'],
        [
          'more for all services of an environment',
          `\`services\` in ${codes(environments.map(({ environment }) => `environments/${environment.name}.ts`))}; then \`npx groundplan capacity\``,
        ],
        ['more connections to PostgreSQL', 'a `PostgresPooler`, before `connections` goes up'],
        ['another database', '`postgres` of the data stack with a function that returns a handle'],
        ['no mesh', '`workflows: { mesh: false }`; see `examples/without-mesh.ts`'],
        [
          'another language than Java',
          '`pipeline.tests` of the gitops stack; OTLP to the collector instead of the annotation',
        ],
      ],
    ),
  ];
}

function troubleshooting(model: PlatformModel): Block[] {
  const rules = new Map(model.environments.flatMap(admissionRules).map((rule) => [rule.constraint, rule.description]));
  return [
    heading(2, 'Troubleshooting'),
    table(
      ['What is seen', 'Why, and what helps'],
      [
        [
          'a Deployment without pods',
          '`kubectl describe replicaset`: admission or Pod Security refuses, see the rules below',
        ],
        [
          'a secret is missing',
          '`kubectl get externalsecrets`: the vault has no such key, or the stack of the service is not deployed',
        ],
        [
          '`PKIX path building failed`',
          'the certificate to trust is not mounted, or the host is not the one of the secret',
        ],
        ['`too many connections`', 'replicas times pool is more than the database takes'],
        [
          '`TopicAuthorizationException`',
          'the topic is not in `produces` or `consumes` of the account, or the group is another',
        ],
        ['503 between services', 'one of the two is outside of the mesh, or has no sidecar yet: restart its pods'],
        ['no traces', 'the annotation came after the pods: restart them'],
        ['[GP119](docs/errors.md#gp119)', 'services call each other in a circle: let one learn by a topic'],
      ],
    ),
    table(
      ['Rule of admission', 'Asks'],
      [...rules].map(([name, text]) => [code(name), text]),
    ),
  ];
}
