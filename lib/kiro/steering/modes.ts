import {
  changes,
  type Limits,
  limitsOf,
  type Mode,
  modeLimits,
  permissionFor,
  safetyLimits,
} from '../../core/autonomy';
import { humanOnly } from '../../core/escalation';
import { type Block, heading, list, table } from '../markdown';
import type { PlatformModel } from '../model';
import type { SteeringDocument } from './document';
import { environmentNames, factRows, time } from './wording';

/** How to work when a person agrees to every change. */
export const supervisedOperations: SteeringDocument = {
  file: 'supervised-operations.md',
  inclusion: {
    mode: 'manual',
    name: 'supervised-operations',
    description: 'How a change is proposed, agreed, made and checked in supervised mode',
  },
  render: (model) => [
    heading(1, 'Supervised operations'),
    'The agent `supervised` reads, plans and proposes. A person agrees before anything changes outside of the working copy.',
    heading(2, 'The way of a change'),
    list([
      'Read: the facts of the environment, the workflow, who depends on it (`npx groundplan graph --env <name>`).',
      'Change the model, `npm run synth`, `npm run check`.',
      'Plan: `npx cdktf diff <environment>-<workflow>`; read what is removed or replaced first.',
      'Propose, with the five lines below. Wait for the answer; no answer is no.',
      'Deploy the stack that was agreed to, no other. Verify with its block of `operations.md`.',
      'Report: what changed, what the checks said, how to take it back. Where a check fails, take it back before looking for the cause.',
    ]),
    heading(2, 'What a proposal holds'),
    list([
      'Effect: stacks, components and environments, and the workflows that need them.',
      'Risk: what is replaced or removed, and how long it is away.',
      'Cost: `npx groundplan cost --env <name>` before and after.',
      'Capacity: `npx groundplan capacity --env <name>` after.',
      'Way back: the commit to revert, the rollback commands, what cannot be taken back.',
    ]),
    heading(2, 'Who agrees'),
    table(
      ['Change', 'Examples', 'Agreed by', 'When'],
      [
        ['small', 'a replica, a retention, a log level, a document', 'an engineer of the team', 'any time'],
        [
          'medium',
          'a chart version, a new component, a network policy, a topic',
          'tech lead and owner of the service',
          'working hours',
        ],
        [
          'large',
          'version of the cluster, a data migration, a change of identities or keys',
          'architect, engineering manager and security',
          'maintenance window, rehearsed in the environment before',
        ],
      ],
    ),
    'Where an environment is protected, two people agree. Five changes a day in one environment are enough, half an hour apart.',
    heading(2, 'Limits'),
    limitsTable(model, 'supervised'),
    heading(2, 'Only by people, whatever the mode'),
    list(humanOnly),
  ],
};

/** How to work where changes within limits need nobody. */
export const autopilotOperations: SteeringDocument = {
  file: 'autopilot-operations.md',
  inclusion: {
    mode: 'manual',
    name: 'autopilot-operations',
    description: 'What may be changed without a person in autopilot mode, within which limits, and when it ends',
  },
  render: (model) => [
    heading(1, 'Autopilot operations'),
    'The agent `autopilot` makes changes of the kinds below where the environment allows them. What is not listed, and what is not certain, is proposed as in supervised mode.',
    heading(2, 'What is allowed where'),
    permissionTable(model, 'autopilot'),
    'Scaling: replicas of a service within its limits. Configuration: values of a component that do not change its identity, such as sizes, time-outs, caches. Cost: retention and idle replicas. Security updates: patch versions of charts and images.',
    heading(2, 'Limits'),
    limitsTable(model, 'autopilot'),
    `Each figure is the strictest of mode, environment and safety. Scaling happens at most ${safetyLimits.scalingPerHour} times an hour, whatever else is allowed.`,
    heading(2, 'Before and after each change'),
    list([
      'Before: the environment is named and matches the kubectl context and the AWS account; nothing else is being deployed; the last change is older than the pause; the way back is known.',
      'The change is made in the model and deployed from it. A change by hand in the cluster is drift, and the next deployment takes it back.',
      'After: the checks of the component pass and the thresholds of the environment hold for 15 minutes. Otherwise take it back, and do not try the same again.',
      'Write down what was seen, what was changed and what came of it in the commit.',
    ]),
    heading(2, 'It ends, and a person takes over'),
    list([
      'after a second failure in an hour, or when one in ten changes of the day failed',
      'when several services or workflows are concerned, or data, or customers',
      'for any event of security',
      'when cost rises without an effect that can be shown',
      'when the environment is not known for certain',
    ]),
    'It starts again when a person says so: after a day without an incident, with checks and thresholds in order.',
    heading(2, 'Only by people, whatever the mode'),
    list(humanOnly),
  ],
};

export function permissionTable(model: PlatformModel, mode: Mode): Block {
  return table(
    ['Change', ...environmentNames(model)],
    factRows(
      model,
      Object.fromEntries(
        changes.map((change) => [
          change.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
          ({ environment }) => permissionFor(environment.facts.automation, change, mode),
        ]),
      ),
    ),
  );
}

/** Limits that count in a mode, with what the mode and safety say on their own. */
export function limitsTable(model: PlatformModel, mode: Mode): Block {
  const row = (name: string, show: (limits: Partial<Limits>) => string | number | undefined) => [
    name,
    show(modeLimits[mode]) ?? '-',
    show(safetyLimits) ?? '-',
    ...model.environments.map(({ environment }) => show(limitsOf(environment, mode)) ?? '-'),
  ];
  return table(
    ['Limit', 'of the mode', 'of safety', ...environmentNames(model).map((name) => `**${name}**`)],
    [
      row('replicas of one service', ({ replicas }) => replicas),
      row('nodes', ({ nodes }) => nodes),
      row('operations an hour', ({ operationsPerHour }) => operationsPerHour),
      row('pause between two', ({ pause }) => pause && time(pause)),
      row('at the same time', ({ concurrent }) => concurrent),
      row('cost increase in a day', ({ costIncreasePerDay }) => costIncreasePerDay && String(costIncreasePerDay)),
      row('growth of a volume at once', ({ storageGrowth }) => storageGrowth && String(storageGrowth)),
    ],
  );
}
