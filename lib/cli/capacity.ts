import { Command } from 'commander';
import { type Capacity, capacityTable } from '../core/capacity';
import type { Context } from './context';
import { type EnvironmentOptions, selected } from './selection';

/** `groundplan capacity`: what the pods ask for and what the nodes can give. */
export function capacityCommand(context: Context): Command {
  return new Command('capacity')
    .summary('what the pods ask for and what the nodes can give')
    .description(
      'Shows what the pods of every component ask for with the largest number of nodes, and what those nodes can give. Ends with 1 where an environment does not fit.',
    )
    .option('-e, --env <name>', 'only this environment')
    .option('--json', 'print JSON')
    .action(async ({ env, json }: EnvironmentOptions) => {
      const capacities = selected(await context.platform(), env).map(({ capacity }) => capacity);
      context.print(json ? `${JSON.stringify(capacities, null, 2)}\n` : capacities.map(describe).join('\n'));
      if (capacities.some(({ fill }) => fill > 1)) context.found();
    });
}

function describe(capacity: Capacity): string {
  const { environment, nodes, fill } = capacity;
  const verdict = fill > 1 ? ', which does not fit' : '';
  return `${environment}: ${Math.round(fill * 100)} % of ${nodes} nodes${verdict}\n\n${capacityTable(capacity)}\n`;
}
