import { Command } from 'commander';
import { textTable } from '../core/text-table';
import type { EnvironmentView } from '../kiro/model';
import type { Context } from './context';
import { type EnvironmentOptions, selected } from './selection';

/** `groundplan environments`: which there are, with the facts that tell them apart. */
export function environmentsCommand(context: Context): Command {
  return new Command('environments')
    .alias('envs')
    .summary('which environments there are')
    .description('Lists the environments with the facts that tell them apart, and the stacks of each.')
    .option('-e, --env <name>', 'only this environment')
    .option('--json', 'print JSON')
    .action(async ({ env, json }: EnvironmentOptions) => {
      const all = selected(await context.platform(), env).map(summaryOf);
      context.print(json ? `${JSON.stringify(all, null, 2)}\n` : `${tableOf(all)}\n`);
    });
}

function summaryOf({ environment, workflows, capacity }: EnvironmentView) {
  const { aws, cluster, nodes, size, automation, budget } = environment.facts;
  return {
    name: environment.name,
    region: aws.region,
    kubernetes: cluster.version,
    cluster: environment.named('cluster'),
    size,
    nodes: { min: nodes.min, max: nodes.max },
    fill: capacity.fill,
    mode: automation.mode,
    budget: budget.monthlyUsd,
    workflows: workflows.map(({ workflow }) => workflow.id),
    stacks: workflows.map(({ stack }) => stack.node.id),
  };
}

function tableOf(all: readonly ReturnType<typeof summaryOf>[]): string {
  const head = ['environment', 'region', 'mode', 'size', 'Kubernetes', 'nodes', 'fill', 'budget', 'workflows'];
  const lines = all.map(({ name, region, mode, size, kubernetes, nodes, fill, budget, workflows }) => [
    name,
    region,
    mode,
    size,
    kubernetes,
    `${nodes.min}-${nodes.max}`,
    `${Math.round(fill * 100)} %`,
    `$${budget}`,
    String(workflows.length),
  ]);
  return textTable([head, ...lines], 4).join('\n');
}
