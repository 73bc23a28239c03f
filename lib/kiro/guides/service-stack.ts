import type { Application, ServiceFacts } from '../../core/application';

/** The service that has most to do with the platform; guides show how it is set up. */
export function exampleService({ services }: Application): readonly [string, ServiceFacts] | undefined {
  const weight = ({ tables, caches, publishes = [], consumes = [], calls = [] }: ServiceFacts) =>
    (tables ? 1 : 0) + (caches ? 1 : 0) + publishes.length + consumes.length + calls.length;
  return Object.entries(services).toSorted(([, one], [, other]) => weight(other) - weight(one))[0];
}

/** Days that a topic keeps its events, as a call. */
function topicCall(application: Application, topic: string, variable: string): string {
  const facts = application.topics[topic];
  return `const ${variable} = new KafkaTopic(this, '${topic}', { kafka, partitions: ${facts?.partitions}, keep: Days.of(${facts?.keep.value}) });`;
}

/** The stack of a service with what it keeps and says, as a team writes it. */
export function serviceStack(application: Application, name: string, service: ServiceFacts): string {
  const { namespace } = application;
  const published = service.publishes ?? [];
  const consumed = service.consumes ?? [];
  const lines = [
    ...(service.tables ? [`if (postgres) new PostgresDatabase(this, '${name}', { postgres, namespace });`] : []),
    ...(service.caches ? [`if (redis) new Cache(this, '${name}', { redis, namespace });`] : []),
    ...(published.length + consumed.length > 0 ? kafkaLines(application, name, published, consumed) : []),
  ];
  return [
    `const ${namespace} = Workflow.custom({`,
    `  id: '${namespace}',`,
    `  title: '${application.name}',`,
    `  purpose: 'The services of ${application.name} have what they need',`,
    '  requires: new Map([',
    "    [Workflow.FOUNDATION, 'runs on its cluster'],",
    "    [Workflow.DATA, 'keeps its data there'],",
    '  ]),',
    "  recommends: new Map([[Workflow.MESH, 'its services talk over mutual TLS']]),",
    '});',
    '',
    'interface ServicesProps extends WorkflowStackProps {',
    '  readonly foundation: Foundation;',
    '  readonly data: Data;',
    '  readonly mesh?: Mesh;',
    '}',
    '',
    'export class ServicesStack extends WorkflowStack {',
    '  constructor(scope: Construct, props: ServicesProps) {',
    `    super(scope, ${namespace}, props);`,
    '    const { postgres, redis, kafka } = props.data;',
    `    const namespace = new Namespace(this, '${namespace}', { podSecurity: 'restricted', labels: props.mesh?.namespaceLabels });`,
    ...lines.map((line) => `    ${line}`),
    '  }',
    '}',
  ].join('\n');
}

function kafkaLines(
  application: Application,
  name: string,
  published: readonly string[],
  consumed: readonly string[],
): string[] {
  const produces = published.map(camelCase).join(', ');
  const references = consumed.map((topic) => `{ name: '${topic}' }`).join(', ');
  return [
    'if (kafka) {',
    ...published.map((topic) => `  ${topicCall(application, topic, camelCase(topic))}`),
    `  new KafkaUser(this, '${name}', { kafka, namespace, produces: [${produces}], consumes: [${references}] });`,
    '}',
  ];
}

function camelCase(text: string): string {
  return text.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
