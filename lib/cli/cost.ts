import { Command } from 'commander';
import { textTable } from '../core/text-table';
import { type ComponentCost, costOf, type EnvironmentCost, pricedRegions, type Span } from '../cost/cost';
import type { EnvironmentView } from '../kiro/model';
import type { Context } from './context';
import { type EnvironmentOptions, selected } from './selection';

/** `groundplan cost`: an estimate from the price table of the library. */
export function costCommand(context: Context): Command {
  return new Command('cost')
    .summary('what the platform costs in a month')
    .description(
      'Estimates what each environment costs in a month in US dollars, by workflow and component, from the price table of the library; nothing is looked up. Ends with 1 where the budget is exceeded whatever the number of nodes.',
    )
    .option('-e, --env <name>', 'only this environment')
    .option('--components', 'a line for every component instead of every workflow')
    .option('--json', 'print JSON')
    .action(async ({ env, json, components = false }: EnvironmentOptions & { components?: boolean }) => {
      const views = selected(await context.platform(), env);
      const costs = views.flatMap((view) => costOf(view) ?? []);
      for (const view of views.filter((one) => !costOf(one))) refuse(context, view);
      context.print(
        json ? `${JSON.stringify(costs, inCents, 2)}\n` : costs.map((cost) => describe(cost, components)).join('\n'),
      );
      if (costs.some(({ budget }) => budget.status === 'exceeded')) context.found();
    });
}

function refuse(context: Context, { environment }: EnvironmentView): void {
  context.remark(
    `${environment.name} has no estimate: there are no prices for ${environment.facts.aws.region}. Priced are: ${pricedRegions.join(', ')}`,
  );
  context.found();
}

function describe(cost: EnvironmentCost, byComponent: boolean): string {
  const { environment, region, nodes, prices, assumptions, unpriced } = cost;
  const heading = `${environment} in ${region}: ${span(cost.total)} a month with ${nodes.min.nodes} to ${nodes.max.nodes} nodes`;
  const table = textTable(byComponent ? componentLines(cost) : workflowLines(cost), byComponent ? 2 : 1);
  return [
    heading,
    '',
    ...table.map((line) => `  ${line}`),
    '',
    ...budgetLines(cost),
    `Prices of ${prices.asOf}, ${prices.source}${prices.regionFactor === 1 ? '' : `; times ${prices.regionFactor} for the region`}.`,
    `Assumed: ${assumptions.join('; ')}.`,
    ...(unpriced.length > 0 ? [`Not in the sum, for want of a price: ${unpriced.join(', ')}.`] : []),
    '',
  ].join('\n');
}

function workflowLines({ workflows, room, traffic, total }: EnvironmentCost): string[][] {
  return [
    ['workflow', 'fewest nodes', 'most nodes'],
    ...workflows.map(({ workflow, total: own }) => [workflow, ...both(own)]),
    ['room for applications', ...both(room)],
    ['traffic through NAT', ...both({ min: traffic, max: traffic })],
    ['total', ...both(total)],
  ];
}

function componentLines({ components, room, traffic, total }: EnvironmentCost): string[][] {
  const line = ({ workflow, component, nodes, volumes, aws, total: own }: ComponentCost) => [
    workflow,
    component,
    usd(nodes.max),
    usd(volumes),
    usd(aws),
    ...both(own),
  ];
  return [
    ['workflow', 'component', 'node share', 'volumes', 'AWS', 'fewest nodes', 'most nodes'],
    ...components.map(line),
    ['', 'room for applications', usd(room.max), '', '', ...both(room)],
    ['', 'traffic through NAT', '', '', usd(traffic), ...both({ min: traffic, max: traffic })],
    ['', 'total', '', '', '', ...both(total)],
  ];
}

function budgetLines({ budget }: EnvironmentCost): string[] {
  const { monthlyUsd, used, status, alerts } = budget;
  const reached = alerts.filter((alert) => alert.reached !== 'never');
  const share = `${Math.round(used.min * 100)} to ${Math.round(used.max * 100)} %`;
  const told = reached.map(
    ({ percent, reached: when }) => `${percent} %${when === 'always' ? '' : ' (with many nodes)'}`,
  );
  return [
    `Budget: $${monthlyUsd}, of which ${share} are used: ${status}.`,
    ...(told.length > 0 ? [`Alerts that will fire: ${told.join(', ')}.`] : []),
  ];
}

/** Figures of an estimate have no more digits than its prices. */
const inCents = (_: string, value: unknown) => (typeof value === 'number' ? Math.round(value * 100) / 100 : value);

const usd = (amount: number) => amount.toFixed(2);
const both = ({ min, max }: Span) => [usd(min), usd(max)];

function span({ min, max }: Span): string {
  return `$${Math.round(min)} to $${Math.round(max)}`;
}
