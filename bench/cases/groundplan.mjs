import { readOutput, sizeOf } from '../output.mjs';

/** Ours, from the TypeScript sources to the finished output of all three environments, as `npm run synth` does it. */
export const groundplan = {
  name: 'groundplan',
  title: 'groundplan, as `npm run synth`',
  prepare: (workspace) => workspace.synth('main.ts', 'groundplan'),
  describe({ outputDir }) {
    const { stacks, blocks } = sizeOf(readOutput(outputDir));
    return `groundplan writes ${stacks} stacks with ${blocks} resources and data blocks.`;
  },
};
