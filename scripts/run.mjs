// Runs a TypeScript program: bundles it in memory and evaluates it in this process. Types are checked by `npm run typecheck`.
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import vm from 'node:vm';
import { build } from 'esbuild';

const [entry, ...args] = process.argv.slice(2);
const file = resolve(entry ?? 'main.ts');

// cdktf stores the call stack of every token and construct, which nobody reads and which costs a fifth of the time.
Error.captureStackTrace = (target) => {
  target.stack = '';
};

const { outputFiles } = await build({
  entryPoints: [file],
  bundle: true,
  // Packages are loaded from node_modules as they are; bundling them would take longer than running them.
  packages: 'external',
  write: false,
  platform: 'node',
  format: 'cjs',
  target: `node${process.versions.node}`,
  logLevel: 'error',
  legalComments: 'none',
});

process.argv = [process.argv[0], file, ...args];
const module = { exports: {} };
const program = vm.runInThisContext(
  `(function (require, module, exports, __filename, __dirname) {${outputFiles[0].text}\n})`,
  { filename: file },
);
try {
  program(createRequire(file), module, module.exports, file, dirname(file));
} catch (error) {
  if (error?.name !== 'ModelError') throw error;
  console.error(error.message);
  process.exitCode = 1;
}
