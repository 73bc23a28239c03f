import { costOf, type EnvironmentCost, type Span } from '../../cost/cost';
import { type Block, code, heading, list, table } from '../markdown';
import type { EnvironmentView, PlatformModel } from '../model';
import type { SteeringDocument } from './document';
import { dependants } from './order';
import { environmentNames, factRows, factsFile, numbered, perEnvironment, requests } from './wording';

/** What the platform costs, what drives it, and what may be changed. */
export const costOptimization: SteeringDocument = {
  file: 'cost-optimization.md',
  inclusion: {
    mode: 'auto',
    name: 'cost-optimization',
    description:
      'Cost of the platform per environment, workflow and component: estimate, budget, spot share, storage and retention, and which facts lower it without harm.',
  },
  render: (model) => {
    const costs = model.environments.flatMap((view) => costOf(view) ?? []);
    return [
      heading(1, 'Cost'),
      heading(2, 'Estimate'),
      ...estimate(model, costs),
      heading(2, 'Budget'),
      budgetTable(model, costs),
      'The alerts are shares of the budget for whoever watches the bill. Nothing in the platform stops spending on its own; where changes by machine are allowed, `environment-<name>.md` says by how much they may raise it in a day.',
      heading(2, 'What drives it'),
      drivers(model),
      heading(2, 'Levers, the safest first'),
      levers(model),
      heading(2, 'What a workflow frees'),
      'Requests that go away when a workflow is switched off, with those that need it. Whether nodes go with them, the estimate shows: change the fact, run `npx groundplan cost --env <name>` and compare.',
      freedTable(model),
      heading(2, 'A saving must not cost availability'),
      list([
        'Capacity stays below 80 % with the largest number of nodes (GP302), and the objectives of the environment hold for a week before the next step.',
        'A spot node goes with two minutes of notice. A pod that cannot move in that time gets the node selector `groundplan.dev/pool: on-demand`.',
        'Retention is lowered after asking who reads the data. What has expired does not come back.',
        'One change at a time, in the order of the environments, with the figure before and after in the commit.',
      ]),
      heading(2, 'Attribution and forecast'),
      list([
        `Every resource carries the tags \`Project\`, \`Environment\`, \`Workflow\`, \`Component\` and \`CostCenter\` (${perEnvironment(model, ({ environment }) => environment.facts.costCenter)}): group by them in Cost Explorer. They have to be activated there once as cost allocation tags.`,
        'Nodes are shared. The estimate divides them by requests; what no component requests is the room for applications.',
        'For a forecast, change `nodes`, `size` or `environments/services.ts` on a branch and estimate again. Three months of bills make a better base than any table of prices.',
      ]),
    ];
  },
};

function estimate(model: PlatformModel, costs: readonly EnvironmentCost[]): Block[] {
  const [first] = costs;
  if (!first) return ['The regions of this platform are not in the price table: `lib/cost/prices.ts`.'];
  const of = (cost: EnvironmentCost, id: string) => cost.workflows.find(({ workflow }) => workflow === id)?.total;
  const rows = model.workflows.map(({ workflow }) => [
    numbered(workflow),
    ...costs.map((cost) => dollars(of(cost, workflow.id))),
  ]);
  return [
    `US dollars a month from list prices of ${first.prices.asOf}, with as few nodes as the requests need and with as many as the environment may have. The figures are an estimate; \`npx groundplan cost\` prints them per component, with what they assume.`,
    table(
      ['Workflow', ...costs.map(({ environment }) => environment)],
      [
        ...rows,
        ['room for applications', ...costs.map(({ room }) => dollars(room))],
        ['traffic through NAT', ...costs.map(({ traffic }) => dollars({ min: traffic, max: traffic }))],
        ['**total**', ...costs.map(({ total }) => dollars(total))],
      ],
    ),
  ];
}

function dollars(span: Span | undefined): string {
  if (!span) return '-';
  // A part costs more with few nodes where it gets a larger share of them.
  const [min = 0, max = 0] = [span.min, span.max].map(Math.round).toSorted((one, other) => one - other);
  return min === max ? `$${min}` : `$${min} to $${max}`;
}

function budgetTable(model: PlatformModel, costs: readonly EnvironmentCost[]): Block {
  const of = ({ environment }: EnvironmentView) => costs.find((cost) => cost.environment === environment.name)?.budget;
  return table(
    ['', ...environmentNames(model)],
    factRows(model, {
      'budget a month': ({ environment }) => `$${environment.facts.budget.monthlyUsd}`,
      'alerts at': ({ environment }) =>
        environment.facts.budget.alertAt
          .map(({ value }) => value)
          .join(', ')
          .concat(' %'),
      'the estimate': (view) => of(view)?.status ?? 'has no prices',
      'uses of it': (view) => {
        const used = of(view)?.used;
        return used ? `${Math.round(used.min * 100)} to ${Math.round(used.max * 100)} %` : '-';
      },
    }),
  );
}

function drivers(model: PlatformModel): Block {
  return table(
    ['Fact', ...environmentNames(model)],
    factRows(model, {
      '`nodes`': ({ environment: { facts } }) =>
        `${facts.nodes.min} to ${facts.nodes.max} of ${facts.nodes.types.join(', ')}`,
      '`nodes.spot`': ({ environment }) => String(environment.facts.nodes.spot),
      '`nodes.scaling`': ({ environment }) => environment.facts.nodes.scaling,
      '`size`': ({ environment }) => environment.facts.size,
      '`network.nat`': ({ environment }) => environment.facts.network.nat,
      '`retention.metrics`': ({ environment }) => String(environment.facts.retention.metrics),
      '`retention.logs`': ({ environment }) => String(environment.facts.retention.logs),
      '`retention.traces`': ({ environment }) => String(environment.facts.retention.traces),
      '`mesh.tracing`': ({ environment }) => String(environment.facts.mesh.tracing),
      '`backups`': ({ environment: { facts } }) => `every ${facts.backups.every}, ${facts.backups.keep}`,
      '`cluster.logs`': ({ environment }) => String(environment.facts.cluster.logs),
      '`network.flowLogs`': ({ environment }) => String(environment.facts.network.flowLogs),
    }),
  );
}

function levers({ environments }: PlatformModel): Block {
  const single = environments.filter(({ environment }) => environment.facts.network.nat === 'per-zone');
  return list([
    'Logs: raise `services.logLevel` from debug, shorten `retention.logs`, `cluster.logs` and `network.flowLogs`.',
    'Traces: lower `mesh.tracing`; errors are worth keeping, the rest is a sample.',
    'Spot: more entries in `nodes.types` make interruptions rarer, so do that before raising `nodes.spot`. A spot node costs about a third of one on demand.',
    'Nodes: `nodes.scaling` to `balanced` or `aggressive` gives idle nodes up sooner; a larger `nodes.max` costs nothing until pods ask for it.',
    'Right-sizing: a component that uses less than 30 % of its request for a week gets a smaller one; queries are in `performance-optimization-cycles.md`.',
    'Storage: buckets move objects to cheaper classes and expire them after the retention; volumes that nobody claims are listed by the commands of `docs/destroy.md`.',
    ...single.map(
      ({ environment }) =>
        `NAT: \`network.nat: 'single'\` in ${code(factsFile(environment))} saves two gateways, and a failed zone takes the way out of all others with it.`,
    ),
    'Workflows: switch off what an environment does not use, see below.',
  ]);
}

function freedTable(model: PlatformModel): Block {
  const rows = model.workflows
    .filter(({ workflow }) => workflow.number !== 1)
    .map(({ workflow }) => {
      const others = dependants(model, workflow);
      const ids = [workflow, ...others].map(({ id }) => id);
      return [
        numbered(workflow),
        others.map(({ title }) => title).join(', ') || '-',
        ...model.environments.map(({ capacity }) => {
          const gone = capacity.rows.filter((row) => ids.includes(row.workflow));
          return gone.length > 0 ? requests(gone.reduce(added, { cpu: 0, memory: 0 })) : '-';
        }),
      ];
    });
  return table(['Off', 'Goes with it', ...environmentNames(model)], rows);
}

function added(
  one: { readonly cpu: number; readonly memory: number },
  other: { readonly cpu: number; readonly memory: number },
) {
  return { cpu: one.cpu + other.cpu, memory: one.memory + other.memory };
}
