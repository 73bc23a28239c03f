import { changes, limitsOf, type Mode, permissionFor } from '../../core/autonomy';
import { type Block, code, fence, heading, list, table } from '../markdown';
import type { EnvironmentView } from '../model';
import type { SteeringDocument } from './document';
import { deploymentWaves } from './order';
import {
  addressesOf,
  clusterOf,
  factsFile,
  kubeconfigCommand,
  requests,
  sentence,
  share,
  stacksOf,
  time,
} from './wording';

const modes: readonly Mode[] = ['supervised', 'autopilot'];

/** One environment: its facts, what it runs, how far changes go, when it alarms. */
export function environmentDocument(view: EnvironmentView): SteeringDocument {
  const { name } = view.environment;
  return {
    file: `environment-${name}.md`,
    inclusion: { mode: 'fileMatch', patterns: [factsFile(view.environment)] },
    render: () => [
      heading(1, `Environment ${name}`),
      factsTable(view),
      heading(2, 'Commands'),
      commands(view),
      heading(2, 'How far changes go'),
      ...autonomy(view),
      heading(2, 'Thresholds'),
      ...thresholds(view),
      heading(2, 'Limits for one service'),
      serviceLimits(view),
      heading(2, 'Capacity'),
      ...capacity(view),
      heading(2, 'Addresses'),
      addresses(view),
      heading(2, 'Delivery and recovery'),
      delivery(view),
    ],
  };
}

function factsTable(view: EnvironmentView): Block {
  const { facts } = view.environment;
  const { nodes, network, cluster, security } = facts;
  return table(
    ['Fact', 'Value'],
    [
      ['Facts', code(factsFile(view.environment))],
      ['Cluster', `${code(clusterOf(view))}, Kubernetes ${cluster.version}, in ${facts.aws.region}`],
      [
        'API endpoint',
        cluster.publicAccess.length > 0
          ? `reached from ${cluster.publicAccess.join(', ')} and inside the VPC`
          : 'private',
      ],
      ['Network', `${network.cidr}, NAT ${network.nat}`],
      [
        'Nodes',
        `${nodes.min} to ${nodes.max} of ${nodes.types.join(', ')}; ${nodes.spot} spot at most; ${nodes.scaling} scaling`,
      ],
      ['Size of components', facts.size],
      ['Domain', `${facts.domain.name} (${facts.domain.provider})`],
      ['Kept', `metrics ${facts.retention.metrics}, logs ${facts.retention.logs}, traces ${facts.retention.traces}`],
      ['Volumes', `${facts.volumes.minGib} to ${facts.volumes.maxGib} GiB`],
      ['Protected against deletion', facts.deletionProtection ? 'yes' : 'no'],
      ['Pod Security of applications', security.podSecurity],
      ['Network policies', security.networkPolicies],
      ['Admission rules', security.admission],
      [
        'Mesh',
        view.environment.switchedOn().mesh ? `${facts.mesh.mode}, ${facts.mesh.tracing} of requests traced` : 'off',
      ],
      [
        'Budget',
        `$${facts.budget.monthlyUsd} a month, alerts at ${facts.budget.alertAt.map(({ value }) => value).join(', ')} %`,
      ],
      ['Owner, cost center', `${facts.owner}, ${facts.costCenter}`],
    ],
  );
}

function commands(view: EnvironmentView): Block {
  const { name } = view.environment;
  return fence(
    'sh',
    [
      kubeconfigCommand(view),
      `npm run synth -- ${name}`,
      ...deploymentWaves(view).flatMap((wave) => wave.map(({ stack }) => `npx cdktf diff ${stack.node.id}`)),
      `npx cdktf deploy ${stacksOf(view.environment)}`,
      `npx groundplan capacity --env ${name}`,
      `npx groundplan cost --env ${name}`,
      `npx groundplan mcp use ${name}`,
    ].join('\n'),
  );
}

function autonomy({ environment }: EnvironmentView): Block[] {
  const { automation } = environment.facts;
  const limits = modes.map((mode) => limitsOf(environment, mode));
  const row = (name: string, show: (limit: (typeof limits)[number]) => string | number) => [name, ...limits.map(show)];
  return [
    `The mode here is **${automation.mode}**. What counts is the strictest of mode, environment and safety; the table is computed from them.`,
    table(
      ['Change', ...modes],
      changes.map((change) => [words(change), ...modes.map((mode) => permissionFor(automation, change, mode))]),
    ),
    '`allowed`: at once, within the limits. `validated`: after checks pass (`npm run check`, the plan, the rollout). `approval`: a person agrees first. `denied`: never.',
    table(
      ['Limit', ...modes],
      [
        row('replicas of one service', ({ replicas }) => replicas),
        row('nodes', ({ nodes }) => nodes),
        row('operations an hour', ({ operationsPerHour }) => operationsPerHour),
        row('pause between two', ({ pause }) => time(pause)),
        row('at the same time', ({ concurrent }) => concurrent),
        row('cost increase in a day', ({ costIncreasePerDay }) => String(costIncreasePerDay)),
        row('growth of a volume at once', ({ storageGrowth }) => String(storageGrowth)),
      ],
    ),
    `Karpenter stops at \`nodes.max\` (${environment.facts.nodes.max}) whatever the table allows; more needs a change of the facts.`,
  ];
}

/** `costOptimization` becomes `cost optimization`. */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function thresholds({ environment: { facts } }: EnvironmentView): Block[] {
  const { alerts, objectives } = facts;
  return [
    table(
      ['', 'Alert', 'Objective'],
      [
        ['CPU of a node', `above ${alerts.cpu}`, `${objectives.utilization.from} to ${objectives.utilization.to}`],
        [
          'memory of a node',
          `above ${alerts.memory}`,
          `${objectives.utilization.from} to ${objectives.utilization.to}`,
        ],
        ['failed requests', `above ${alerts.errorRate}`, `below ${objectives.errorRate}`],
        ['95th percentile of responses', `above ${alerts.responseTime}`, `below ${objectives.p95}`],
        ['availability', 'error budget burns too fast', String(objectives.availability)],
      ],
    ),
    list(Object.entries(alerts.routing).map(([severity, receivers]) => `${severity}: ${receivers.join(', ')}`)),
    `The environment is checked every ${time(facts.monitoringInterval)}.`,
  ];
}

function serviceLimits({ environment: { facts } }: EnvironmentView): Block {
  const { services } = facts;
  const span = ({ from, to }: { readonly from: string; readonly to: string }) => `${from} to ${to}`;
  return table(
    ['', 'CPU', 'Memory'],
    [
      ['request', span(services.cpuRequest), span(services.memoryRequest)],
      ['limit, where there is one', span(services.cpuLimit), span(services.memoryLimit)],
    ],
  );
}

function capacity(view: EnvironmentView): Block[] {
  const { requested, allocatable, fill, nodes } = view.capacity;
  const free = { cpu: allocatable.cpu - requested.cpu, memory: allocatable.memory - requested.memory };
  return [
    `With ${nodes} nodes the platform asks for ${requests(requested)} of ${requests(allocatable)} (${share(fill)} of the scarcest). ${requests(free)} are left for applications; \`workflows.md\` has it per workflow.`,
  ];
}

function addresses({ workflows }: EnvironmentView): Block {
  return table(
    ['What', 'Where', 'Component'],
    workflows
      .flatMap(({ components }) => components)
      .flatMap((component) =>
        addressesOf(component).map(({ name, value }) => [sentence(name), code(value), code(component.id)]),
      ),
  );
}

function delivery({ environment: { facts } }: EnvironmentView): Block {
  const { delivery: own, recovery, backups } = facts;
  return list([
    `New versions: ${own.strategies.join(', ')}; taken back ${own.rollback === 'automatic' ? 'automatically' : 'by hand'}.`,
    own.gates.length > 0 ? `A build leaves only when: ${own.gates.join('; ')}.` : 'Nothing holds a build back here.',
    `Backups every ${backups.every}, kept ${backups.keep}. Back within ${time(recovery.time)}, at most ${time(recovery.point)} of data lost.`,
    `Services log at \`${facts.services.logLevel}\`.`,
  ]);
}
