import type { Facts } from './facts';

/** Services, the topics between them, and the data services that they keep things in. */
export function servicesPicture(facts: Facts): { lines: string[]; legend: string } {
  const { application } = facts;
  const services = Object.entries(application?.services ?? {});
  const topics = Object.keys(application?.topics ?? {});
  const node = (id: string, text: string) => `    ${id}["${text}"]`;
  const outside = [
    ['emissary', 'gateway'],
    ['postgres', 'postgres'],
    ['redis', 'redis'],
  ].filter(([id]) => facts.has(id as string));
  const known = new Set(outside.map(([id]) => id));
  const lines = [
    'flowchart LR',
    '  subgraph platform["Platform"]',
    ...outside.map(([id = '']) => node(`platform_${id}`, `${id}<br/>${facts.namespace(id)}`)),
    '  end',
    `  subgraph services["${application?.name}"]`,
    ...services.map(([name]) => node(`service_${idOf(name)}`, name)),
    '  end',
    '  subgraph topics["Topics in Kafka"]',
    ...topics.map((topic) => node(`topic_${idOf(topic)}`, topic)),
    '  end',
  ];
  for (const [name, { calls = [], publishes = [], consumes = [], tables, caches, route }] of services) {
    const id = `service_${idOf(name)}`;
    if (known.has('emissary')) lines.push(`  platform_emissary -->|"${route.prefix}"| ${id}`);
    lines.push(...calls.map((other) => `  ${id} -->|calls| service_${idOf(other)}`));
    lines.push(...publishes.map((topic) => `  ${id} -.->|publishes| topic_${idOf(topic)}`));
    lines.push(...consumes.map((topic) => `  topic_${idOf(topic)} -.->|reaches| ${id}`));
    if (tables && known.has('postgres')) lines.push(`  ${id} --> platform_postgres`);
    if (caches && known.has('redis')) lines.push(`  ${id} --> platform_redis`);
  }
  return {
    lines,
    legend: 'A solid arrow is a request or a connection, a dotted one an event. Services call in one direction only.',
  };
}

function idOf(name: string): string {
  return name.replaceAll('-', '_');
}
