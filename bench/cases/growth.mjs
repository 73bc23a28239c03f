import { join } from 'node:path';
import { ROOT } from '../workspace.mjs';

/** Ours with ever more environments, which shows what one more of them costs. */
export const growth = [1, 3, 10, 30].map((environments) => ({
  name: `growth-${environments}`,
  title: `groundplan, ${environments} environment${environments === 1 ? '' : 's'}`,
  environments,
  prepare(workspace) {
    const program = join(ROOT, 'scripts', 'growth.ts');
    return workspace.synth(program, `growth-${environments}`, { BENCH_ENVIRONMENTS: String(environments) });
  },
}));
