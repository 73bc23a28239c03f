import type { Resources } from '../../core/capacity';
import { Workflow } from '../../core/workflow';
import { graphOf } from '../graph/platform-graph';
import { type Block, code, fence, heading, list, table } from '../markdown';
import type { EnvironmentView, PlatformModel, WorkflowView } from '../model';
import type { SteeringDocument } from './document';
import { dependants, deploymentWaves } from './order';
import {
  addressesOf,
  chartsOf,
  codes,
  environmentNames,
  numbered,
  perEnvironment,
  requests,
  sentence,
  share,
} from './wording';

/** Every workflow with its parts: the document for work on stacks and components. */
export const workflows: SteeringDocument = {
  file: 'workflows.md',
  inclusion: {
    mode: 'fileMatch',
    patterns: [
      'stacks/**/*.ts',
      'environments/**/*.ts',
      'lib/core/workflow.ts',
      ...Workflow.all.map(({ id }) => `lib/${id}/**/*.ts`),
    ],
  },
  render: (model) => [
    heading(1, 'Workflows'),
    heading(2, 'Order and reasons'),
    'Required: without it the workflow does not work, and `stacks/platform.ts` does not compile. Better with: it works without, with less. Where both are on, the other one is deployed first.',
    orderTable(model),
    wavesList(model),
    picture(model),
    '`npx groundplan graph` draws the components as well, `npx groundplan graph --env <name>` those of one environment.',
    heading(2, 'Capacity'),
    'Requests with the largest number of nodes, one pod per node of a DaemonSet and the proxies of the mesh included, against what the nodes can give to pods.',
    capacityTable(model),
    ...model.workflows.flatMap((view) => section(model, view)),
    heading(2, 'Placing a new workflow'),
    list([
      'Name what it cannot work without and why: these become `requires`, and the stack takes their handles as props. What only makes it better becomes `recommends`.',
      'It comes after every workflow whose definitions, webhooks or secrets it uses. Custom resources wait for the release that brings their definitions; services of type LoadBalancer wait for the controller.',
      'It may change nothing of another workflow. What it needs from there is a handover above, or has to become one.',
      'Add its requests to the table above before choosing replicas: `npx groundplan capacity` fails above 100 % and warns above 80 %.',
    ]),
  ],
};

function orderTable({ workflows: views }: PlatformModel): Block {
  const reasons = (edges: ReadonlyMap<Workflow, string>) =>
    [...edges].map(([{ title }, reason]) => `${title}: ${reason}`).join('; ') || '-';
  return table(
    ['Workflow', 'Requires', 'Better with'],
    views.map(({ workflow }) => [numbered(workflow), reasons(workflow.requires), reasons(workflow.recommends)]),
  );
}

/** Environments with the same order share a line. */
function wavesList(model: PlatformModel): Block {
  const text = (view: EnvironmentView) =>
    deploymentWaves(view)
      .map((wave) => wave.map(({ workflow }) => workflow.id).join(' + '))
      .join(' → ');
  return `Deployment, \`+\` side by side: ${perEnvironment(model, text)}. Removal runs the other way.`;
}

/** The workflows alone: solid arrows lead from what is required, dotted ones from what makes it better. */
function picture(model: PlatformModel): Block {
  const { workflows: nodes, edges } = graphOf(model);
  const nameOf = (id: string) => `w_${id.replace(/\W/g, '_')}`;
  return fence(
    'mermaid',
    [
      'flowchart TB',
      ...nodes.map(({ id, number, title }) => `  ${nameOf(id)}["${[number, title].filter(Boolean).join(' ')}"]`),
      ...edges
        .filter(({ implied }) => !implied)
        .map(({ from, to, kind }) => `  ${nameOf(from)} ${kind === 'required' ? '-->' : '-.->'} ${nameOf(to)}`),
    ].join('\n'),
  );
}

function capacityTable(model: PlatformModel): Block {
  const totalOf = ({ capacity }: EnvironmentView, { workflow }: WorkflowView) =>
    requests(sum(capacity.rows.filter((row) => row.workflow === workflow.id)));
  const rows = model.workflows.map((workflow) => [
    numbered(workflow.workflow),
    ...model.environments.map((view) => totalOf(view, workflow)),
  ]);
  const line = (name: string, cell: (view: EnvironmentView) => string) => [name, ...model.environments.map(cell)];
  return table(
    ['Workflow', ...environmentNames(model)],
    [
      ...rows,
      line('**requested**', ({ capacity }) => requests(capacity.requested)),
      line('**allocatable**', ({ capacity }) => requests(capacity.allocatable)),
      line('nodes counted', ({ capacity }) => String(capacity.nodes)),
      line('filled', ({ capacity }) => share(capacity.fill)),
    ],
  );
}

function sum(rows: readonly Resources[]): Resources {
  const total = (pick: (row: Resources) => number) => rows.reduce((result, row) => result + pick(row), 0);
  return { cpu: total(({ cpu }) => cpu), memory: total(({ memory }) => memory), pods: total(({ pods }) => pods) };
}

function section(model: PlatformModel, { workflow, components }: WorkflowView): Block[] {
  const needing = dependants(model, workflow);
  return [
    heading(2, numbered(workflow)),
    `${workflow.purpose}. ${needing.length > 0 ? `Needed by ${needing.map(({ title }) => title).join(', ')}.` : 'No other workflow needs it.'}`,
    table(
      ['Component', 'What it does', 'Namespace', 'Charts', ...environmentNames(model)],
      components.map((component) => {
        const variants = model.variants(component.id, workflow);
        return [
          code(component.id),
          sentence(component.purpose),
          component.namespace ? code(component.namespace) : 'AWS',
          chartsOf(component),
          ...environmentNames(model).map((name) => {
            const variant = variants.get(name);
            return variant ? requests(variant.requests) : 'not there';
          }),
        ];
      }),
    ),
    handovers(
      model,
      components.map(({ id }) => id),
      workflow,
    ),
  ];
}

/** What others may rely on; where environments differ, the value of each. */
function handovers(model: PlatformModel, ids: readonly string[], workflow: Workflow): Block {
  const rows = ids.flatMap((id) => {
    const names = new Map<string, Map<string, string[]>>();
    for (const [environment, component] of model.variants(id, workflow)) {
      for (const { name, value } of addressesOf(component)) {
        const values = names.get(name) ?? new Map<string, string[]>();
        names.set(name, values.set(value, [...(values.get(value) ?? []), environment]));
      }
    }
    return [...names].map(([name, values]) => [code(id), name, shown(values)]);
  });
  return rows.length > 0 ? `Handed over:\n\n${table(['Component', 'What', 'Value'], rows)}` : undefined;
}

function shown(values: ReadonlyMap<string, readonly string[]>): string {
  if (values.size === 1) return codes([...values.keys()]);
  return [...values].map(([value, names]) => `${names.join(', ')}: ${code(value)}`).join('; ');
}
