// Runs TypeScript: bundles it in memory and evaluates it in this process. Types are checked elsewhere.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import vm from 'node:vm';

/**
 * @param {string | { text: string, external?: string[] }} source a file, or the text of a program that stands beside `file`
 * @param {string} file absolute path under which the program runs
 * @returns what the program exports
 */
export async function evaluate(source, file) {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    ...(typeof source === 'string'
      ? { entryPoints: [source] }
      : { stdin: { contents: source.text, resolveDir: dirname(file), loader: 'ts' }, external: source.external }),
    bundle: true,
    // Packages are loaded from node_modules as they are; bundling them would take longer than running them.
    packages: 'external',
    write: false,
    platform: 'node',
    format: 'cjs',
    target: `node${process.versions.node}`,
    // Node has no stable way of importing from such a program; `require` loads the same packages.
    supported: { 'dynamic-import': false },
    logLevel: 'error',
    legalComments: 'none',
  });
  const module = { exports: {} };
  const program = vm.runInThisContext(
    `(function (require, module, exports, __filename, __dirname) {${outputFiles[0].text}\n})`,
    { filename: file },
  );
  program(createRequire(file), module, module.exports, file, dirname(file));
  return module.exports;
}
