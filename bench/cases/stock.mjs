import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readOutput, shapeOf, sizeOf } from '../output.mjs';
import { BENCH } from '../workspace.mjs';

/** The stock way: ts-node with its type check, and imports from the root of the provider packages. */
export const stock = {
  name: 'stock',
  title: 'stock cdktf app of that size',
  needsPeers: true,
  prepare(workspace) {
    const shapeFile = workspace.path('shape.json');
    writeFileSync(shapeFile, JSON.stringify(shapeOf(workspace.ours)));
    const tsNode = join(BENCH, 'node_modules', 'ts-node', 'dist', 'bin.js');
    const project = join(BENCH, 'cases', 'stock.tsconfig.json');
    const program = join(BENCH, 'cases', 'stock.ts');
    return workspace.node([tsNode, '--project', project, program], 'stock', { BENCH_SHAPE: shapeFile });
  },
  describe({ outputDir }) {
    const { stacks, blocks } = sizeOf(readOutput(outputDir));
    return `The stock app writes ${stacks} stacks with ${blocks} resources and data blocks.`;
  },
};
