import { join } from 'node:path';
import { ROOT } from '../workspace.mjs';

/** Ours again, started by the command line of cdktf, which runs the same command as its app. */
export const cli = {
  name: 'cli',
  title: 'groundplan, as `cdktf synth`',
  prepare(workspace) {
    const cdktf = join(ROOT, 'node_modules', 'cdktf-cli', 'bundle', 'bin', 'cdktf');
    const environment = { CHECKPOINT_DISABLE: '1', CI: '1' };
    return workspace.node([cdktf, 'synth', '--output', workspace.path('cli.out')], 'cli', environment);
  },
};
