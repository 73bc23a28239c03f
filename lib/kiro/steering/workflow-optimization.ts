import { type Block, code, heading, list, table } from '../markdown';
import type { ComponentView, EnvironmentView, PlatformModel } from '../model';
import type { SteeringDocument } from './document';
import { environmentNames, numbered, perEnvironment, requests, share } from './wording';

/** Where the capacity goes, workflow by workflow, and which fact changes it. */
export const workflowOptimization: SteeringDocument = {
  file: 'workflow-optimization.md',
  inclusion: {
    mode: 'auto',
    name: 'workflow-optimization',
    description:
      'Where CPU and memory of the platform go per workflow and component, which components are the largest, and which facts or props change it.',
  },
  render: (model) => [
    heading(1, 'Optimizing workflows'),
    heading(2, 'Shares'),
    'Share of CPU and memory that the nodes can give, with the largest number of nodes.',
    sharesTable(model),
    heading(2, 'The largest components'),
    ...model.environments.map(largest),
    heading(2, 'What changes it'),
    table(
      ['Fact', 'Now', 'Effect'],
      [
        [
          '`size`',
          perEnvironment(model, ({ environment }) => environment.facts.size),
          'replicas and requests of every component at once',
        ],
        [
          '`nodes.max`',
          perEnvironment(model, ({ environment }) => String(environment.facts.nodes.max)),
          'one more pod of every DaemonSet, and the room for all',
        ],
        [
          '`nodes.types`',
          perEnvironment(model, ({ environment }) => environment.facts.nodes.types.join(' or ')),
          'fewer, larger nodes carry fewer DaemonSet pods; the smallest type counts',
        ],
        [
          '`mesh.mode`',
          perEnvironment(model, ({ environment }) => environment.facts.mesh.mode),
          'a proxy in every pod, or one on each node',
        ],
        ['`workflows`', 'see `cost-optimization.md`', 'the workflow, and those that need it'],
      ],
    ),
    'A single component is changed where its stack places it: props first, `values` as the last resort. Its requests go through the same figures into chart and table.',
    heading(2, 'Workflow by workflow'),
    list(model.workflows.map(({ workflow, components }) => hint(model, numbered(workflow), components))),
    heading(2, 'How to tell that it helped'),
    list([
      '`npx groundplan capacity --env <name>` before and after: below 80 % there is room for applications.',
      'The thresholds and objectives in `environment-<name>.md` hold for a week.',
      'No container of the component was killed for memory, none waits for a node: `kubectl get events -A --field-selector reason=FailedScheduling`.',
    ]),
  ],
};

function sharesTable(model: PlatformModel): Block {
  const shareOf = ({ capacity: { rows, allocatable } }: EnvironmentView, id: string) => {
    const own = rows.filter(({ workflow }) => workflow === id);
    const cpu = own.reduce((sum, row) => sum + row.cpu, 0) / allocatable.cpu;
    const memory = own.reduce((sum, row) => sum + row.memory, 0) / allocatable.memory;
    return `${share(cpu)}, ${share(memory)}`;
  };
  const left = ({ capacity: { requested, allocatable } }: EnvironmentView) =>
    `${share(1 - requested.cpu / allocatable.cpu)}, ${share(1 - requested.memory / allocatable.memory)}`;
  return table(
    ['Workflow', ...environmentNames(model)],
    [
      ...model.workflows.map(({ workflow }) => [
        numbered(workflow),
        ...model.environments.map((view) => shareOf(view, workflow.id)),
      ]),
      ['left for applications', ...model.environments.map(left)],
    ],
  );
}

function largest({ environment, capacity }: EnvironmentView): string {
  const rows = capacity.rows.toSorted((one, other) => other.memory - one.memory).slice(0, 6);
  return `${environment.name}, by memory: ${rows.map((row) => `${code(row.component)} ${requests(row)}`).join(', ')}.`;
}

/** The largest parts of a workflow over all environments. */
function hint(model: PlatformModel, title: string, components: readonly ComponentView[]): string {
  const weights = components.map(({ id, workflow }) => ({
    id,
    memory: Math.max(0, ...[...model.variants(id, workflow).values()].map(({ requests: row }) => row?.memory ?? 0)),
  }));
  const heaviest = weights
    .filter(({ memory }) => memory > 0)
    .toSorted((one, other) => other.memory - one.memory)
    .slice(0, 2);
  if (heaviest.length === 0) return `${title}: asks for nothing of the nodes.`;
  return `${title}: look at ${heaviest.map(({ id }) => code(id)).join(' and ')} first.`;
}
