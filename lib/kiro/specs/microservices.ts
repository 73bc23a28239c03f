import { sizedFor } from '../../core/application';
import { Workflow } from '../../core/workflow';
import { code, table } from '../markdown';
import { amounts, enumeration, environmentNames, time } from '../steering/wording';
import type { Facts } from './facts';
import { servicesPicture } from './microservices-picture';
import { microservicesTasks } from './microservices-tasks';
import type { Decision, Failure, Property, Requirement, Spec } from './spec';

/** Services of the application on all workflows. */
export const microservices: Spec = {
  name: 'microservices-platform-integration',
  title: 'Microservices on the platform',
  workflows: [
    Workflow.INGRESS,
    Workflow.OBSERVABILITY,
    Workflow.GITOPS,
    Workflow.SECURITY,
    Workflow.MESH,
    Workflow.DATA,
  ],
  components: [
    'emissary',
    'collector',
    'instrumentation',
    'alert-rules',
    'argo-cd',
    'argo-rollouts',
    'image-registry',
    'build-pipeline',
    'external-secrets',
    'secret-store',
    'policies',
    'mesh-policies',
    'istio-gateway',
    'postgres',
    'redis',
    'kafka',
  ],
  picture: servicesPicture,
  appliesTo: ({ application }) => application !== undefined,
  content: (facts) => ({
    introduction: `${nameOf(facts)} is ${Object.keys(servicesOf(facts)).length} services: ${enumeration(Object.keys(servicesOf(facts)))}. The platform gives them names, certificates, telemetry, delivery, secrets, identity and data. This spec brings the services onto it: what each gets in each environment, what has to hold for all of them, and the steps from an empty namespace to traffic in production.`,
    glossary: {
      application: `${nameOf(facts)}, in the namespace \`${facts.application?.namespace}\`.`,
      service: `one of ${enumeration(Object.keys(servicesOf(facts)))}.`,
      'start wave': 'services that can be started together, because all that they call is started before.',
      team: 'the people who own the services.',
    },
    requirements: [...running(facts), ...observed(facts), ...reached, ...keeping, ...delivered(facts)],
    overview: `A stack of the team takes the handles of the workflows and declares namespace, databases, topics, users and caches; Git declares the workloads. Requests arrive at the gateway, go into the mesh, and services call each other by name. ${startText(facts)}`,
    decisions,
    facts: [
      ['Pod security', ({ facts: { security } }) => security.podSecurity],
      ['Network policies', ({ facts: { security } }) => security.networkPolicies],
      ['Violations of rules', ({ facts: { security } }) => security.admission],
      ['Log level', ({ facts: { services } }) => services.logLevel],
      ['Replicas at most', ({ facts: { automation } }) => String(automation.maxReplicas)],
      ['Strategies', ({ facts: { delivery } }) => delivery.strategies.join(', ')],
      ['95th percentile', ({ facts: { objectives } }) => time(objectives.p95)],
      ['Availability', ({ facts: { objectives } }) => String(objectives.availability)],
      ['Data may be lost for at most', ({ facts: { recovery } }) => time(recovery.point)],
      ['Back within', ({ facts: { recovery } }) => time(recovery.time)],
    ],
    models: serviceModels(facts),
    properties: properties(facts),
    failures,
    groups: microservicesTasks(facts),
    notes: [
      'The figures of the services are data in `environments/services.ts`; change them there and run `npm run synth`.',
    ],
  }),
};

const nameOf = ({ application }: Facts) => application?.name ?? 'The application';
const servicesOf = ({ application }: Facts) => application?.services ?? {};

function startText({ startOrder }: Facts): string {
  return `Services start in waves: ${startOrder.map((wave) => enumeration(wave.map(code))).join('; then ')}.`;
}

/** What each service is, what it gets in each environment, and the topics between them. */
function serviceModels(facts: Facts): string {
  const services = Object.entries(servicesOf(facts));
  const dash = (items: readonly string[] | undefined) => items?.map(code).join(', ') || '-';
  const what = table(
    ['Service', 'It', 'Path', 'Tables', 'Caches', 'Publishes', 'Consumes', 'Calls'],
    services.map(([name, service]) => [
      code(name),
      service.purpose,
      code(service.route.prefix),
      dash(service.tables),
      Object.entries(service.caches ?? {})
        .map(([cache, keep]) => `${cache} ${time(keep)}`)
        .join(', ') || '-',
      dash(service.publishes),
      dash(service.consumes),
      dash(service.calls),
    ]),
  );
  const sizes = table(
    ['Service', ...environmentNames(facts.model)],
    services.map(([name, service]) => [
      code(name),
      ...facts.environments.map((environment) => {
        const { replicas, maxReplicas, requests } = sizedFor(service, environment);
        return `${replicas} to ${maxReplicas} x ${amounts(requests)}`;
      }),
    ]),
  );
  const topics = table(
    ['Topic', 'Partitions', 'Kept', 'Events'],
    Object.entries(facts.application?.topics ?? {}).map(([name, { partitions, keep, events }]) => [
      code(name),
      partitions,
      String(keep),
      events.join(', '),
    ]),
  );
  return [what, '### Replicas and requests', sizes, '### Topics', topics].filter(Boolean).join('\n\n');
}

function running(facts: Facts): readonly Requirement[] {
  const probes = facts.application?.probes;
  return [
    {
      id: 'running',
      title: 'Running',
      story: {
        as: 'a service owner',
        want: 'my service to start, scale and stop without a person',
        so: 'a lost node is not my problem',
      },
      criteria: [
        { the: 'service', shall: 'start only after all that it calls, in the order of the start waves' },
        {
          the: 'service',
          shall: `answer \`${probes?.liveness}\` without asking a database, and \`${probes?.readiness}\` only while it can serve`,
        },
        {
          while: 'the load exceeds what its replicas take',
          the: 'service',
          shall: 'get more of them, up to the limit of the environment',
        },
        { the: 'service', shall: `keep its Java heap below ${facts.application?.heapPercent} % of its memory limit` },
        {
          the: 'service',
          shall: 'run as a user without rights, on a read-only image with its version as label',
        },
      ],
    },
  ];
}

function observed(facts: Facts): readonly Requirement[] {
  return [
    {
      id: 'observed',
      title: 'Observed',
      story: {
        as: 'an engineer on call',
        want: 'the same signals from every service',
        so: 'I can help with one that I do not know',
      },
      criteria: [
        { the: 'service', shall: `offer its metrics under \`${facts.application?.metricsPath}\`` },
        { the: 'service', shall: 'write one JSON object per log line with the id of the trace, and no personal data' },
        {
          when: 'it handles a request',
          the: 'service',
          shall: `send spans to \`${facts.handover('collector', 'OTLP over gRPC')}\` and pass the context of the trace on`,
        },
        {
          if: 'its 95th percentile or its errors leave the objectives of the environment',
          the: 'alert-rules',
          shall: 'fire an alert that names it',
        },
      ],
    },
  ];
}

const reached: readonly Requirement[] = [
  {
    id: 'reached',
    title: 'Reached',
    story: {
      as: 'a customer',
      want: 'one address that answers quickly or says why not',
      so: 'I can rely on it',
    },
    criteria: [
      {
        when: 'a request has the path of a service',
        the: 'emissary',
        shall: 'send it there within the timeout of that service',
      },
      { while: 'a service is in the mesh', the: 'mesh-policies', shall: 'encrypt its calls to other services' },
      {
        if: 'a caller that nobody named reaches a service',
        the: 'service',
        shall: 'refuse it by its AuthorizationPolicy',
      },
      { if: 'a host outside does not answer', the: 'service', shall: 'stop asking for a while and answer without it' },
    ],
  },
];

const keeping: readonly Requirement[] = [
  {
    id: 'keeping',
    title: 'Data and secrets',
    story: {
      as: 'a security engineer',
      want: 'each service to reach its own data and nothing else',
      so: 'one broken service does not open all of them',
    },
    criteria: [
      { the: 'postgres', shall: 'have a database per service that has tables, owned by its role alone' },
      { when: 'a service starts', the: 'service', shall: 'bring its schema to its version before it serves' },
      {
        when: 'a change concerns a table and a topic',
        the: 'service',
        shall: 'write the event into a table of the same transaction, and send it from there',
      },
      { when: 'an event comes twice', the: 'service', shall: 'act once' },
      { the: 'external-secrets', shall: 'bring the keys of each service from the vault into its namespace' },
      { the: 'kafka', shall: 'let each service publish and consume only the topics that it declares' },
    ],
  },
];

function delivered(facts: Facts): readonly Requirement[] {
  return [
    {
      id: 'delivered',
      title: 'Delivered and recovered',
      story: {
        as: 'a service owner',
        want: 'releases and recoveries that were tried before they are needed',
        so: 'neither is an adventure',
      },
      criteria: [
        { the: 'argo-cd', shall: 'deliver each service from its overlay, by digest' },
        { if: 'a release leaves the objectives', the: 'argo-rollouts', shall: 'take it back' },
        {
          when: 'the load of a peak day is sent to an environment',
          the: 'application',
          shall: `keep its 95th percentile at ${facts.each(({ facts: { objectives } }) => time(objectives.p95))}`,
        },
        {
          when: 'an environment is lost',
          the: 'team',
          shall: `have the application back within ${facts.each(({ facts: { recovery } }) => time(recovery.time))}`,
        },
      ],
    },
  ];
}

const decisions: readonly Decision[] = [
  {
    choice: 'Infrastructure in the stack of the team, workloads in Git',
    because:
      'A database has to exist before the first pod and to outlive the last one; a Deployment changes with every commit.',
  },
  {
    choice: 'Calls in one direction',
    because: 'Services that call each other have no order to start in. The one that comes later learns by a topic.',
  },
  {
    choice: 'Liveness asks nothing else',
    because: 'A probe that asks a database restarts every replica when the database is slow.',
  },
];

function properties(facts: Facts): readonly Property[] {
  return [
    {
      title: 'The order has no circle',
      holds: 'For every service all that it calls is in an earlier start wave.',
      validates: ['running.1'],
      shownBy: 'GP119',
    },
    {
      title: 'Within the ranges',
      holds: `For every service and environment, requests and limits lie within \`services\` of the environment, and replicas within ${facts.each(({ facts: { automation } }) => automation.maxReplicas)}.`,
      validates: ['running.3'],
      shownBy: 'by the table of replicas and requests above, which is computed from both.',
    },
    {
      title: 'An event acts once',
      holds:
        'For every event that is delivered twice, the state after the second delivery equals that after the first.',
      validates: ['keeping.3', 'keeping.4'],
      shownBy: 'by a test of each consumer that delivers an event twice.',
    },
    {
      title: 'Own data only',
      holds: 'For every pair of services neither reaches the database or the keys of the other.',
      validates: ['keeping.1', 'keeping.5', 'keeping.6'],
      shownBy: 'by `kubectl get databases.postgresql.cnpg.io,kafkausers.kafka.strimzi.io -A -o yaml`.',
    },
  ];
}

const failures: readonly Failure[] = [
  {
    sign: 'A pod is refused',
    cause: 'it breaks a rule: labels, requests, security context, version or registry',
    remedy: 'the message names the rule',
    about: ['policies'],
  },
  {
    sign: 'A call to a host outside hangs',
    cause: 'strict network policies let only 443 out',
    remedy: 'name the host and port in a policy of the namespace',
  },
  {
    sign: 'A service is killed for memory',
    cause: 'heap, threads and buffers exceed the limit',
    remedy: 'lower the share of the heap before you raise the limit',
  },
  {
    sign: 'A consumer falls behind',
    cause: 'it is slower than the producers, or a record fails again and again',
    remedy: 'add replicas up to the number of partitions; put records that fail aside',
    about: ['kafka'],
  },
  {
    sign: 'Connections to PostgreSQL run out',
    cause: 'replicas times pool size exceed its limit',
    remedy: 'lower the pool or put a pooler in between',
    about: ['postgres'],
  },
];
