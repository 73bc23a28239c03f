/**
 * Runs cases/blueprints.ts the way ours is run: bundled by esbuild and evaluated in this process. The packages stay
 * outside of the bundle, because they look for their own files next to their code.
 */
import Module from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';

// Ours does the same: stack traces of constructs cost time and nobody reads them.
Error.captureStackTrace = (target) => {
  target.stack = '';
};

const entry = join(import.meta.dirname, 'cases', 'blueprints.ts');
const { outputFiles } = await build({
  entryPoints: [entry],
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'cjs',
  target: `node${process.versions.node}`,
  write: false,
});
const program = new Module(entry);
program.filename = entry;
program.paths = Module._nodeModulePaths(import.meta.dirname);
program._compile(outputFiles[0].text, entry);
