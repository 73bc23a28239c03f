import { writeFlattened } from '../flatten/app.mjs';
import { countEqualBlocks, readOutput } from '../output.mjs';

/** The same stacks and resources with nothing of ours in between, run in the same way as ours. */
export const flattened = {
  name: 'flattened',
  title: 'the same resources, flat',
  prepare: (workspace) => workspace.synth(writeFlattened(workspace.ours, workspace.path('flattened')), 'flattened'),
  describe({ outputDir }, workspace) {
    const { equal, all } = countEqualBlocks(workspace.ours, readOutput(outputDir));
    return `The flat app writes ${equal} of those ${all} blocks exactly as groundplan does.`;
  },
};
