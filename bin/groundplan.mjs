#!/usr/bin/env node
// The command line: loads lib/cli beside the main program of the project, so that both share one copy of the library.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { evaluate } from './evaluate.mjs';

// cdktf stores the call stack of every token and construct, which nobody reads and which costs a fifth of the time.
const captureStackTrace = Error.captureStackTrace;
Error.captureStackTrace = (target) => {
  target.stack = '';
};

// `groundplan cost | head` closes the pipe early, which is no error.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const { app, args } = readArguments(process.argv.slice(2));
const main = resolve(app ?? mainOfProject() ?? 'main.ts');
const commandLine = await load();
// The main program shall read no words that are meant for this one.
process.argv = [process.argv[0], main];
try {
  process.exitCode = await commandLine.run(args, commandLine.main);
} catch (error) {
  Error.captureStackTrace = captureStackTrace;
  throw error;
}

/** `--app` is needed before the command line can be loaded. */
function readArguments(words) {
  const index = words.findIndex((word) => word === '--app' || word.startsWith('--app='));
  if (index < 0) return { args: words };
  const [word] = words.slice(index);
  const joined = word.startsWith('--app=');
  const app = joined ? word.slice('--app='.length) : words[index + 1];
  // Left in place, the option without a file is reported like any other mistake.
  return app ? { app, args: words.toSpliced(index, joined ? 1 : 2) } : { args: words };
}

/** The last program file in the `app` of cdktf.json. */
function mainOfProject() {
  if (!existsSync('cdktf.json')) return undefined;
  const { app = '' } = JSON.parse(readFileSync('cdktf.json', 'utf8'));
  return app.split(/\s+/).findLast((word) => /\.[cm]?[jt]s$/.test(word));
}

async function load() {
  const source = join(dirname(fileURLToPath(import.meta.url)), '../lib/cli/index.ts');
  const library = existsSync(source) ? source : installedLibrary();
  const start = existsSync(main) ? `import(${JSON.stringify(main)})` : 'undefined';
  try {
    const text = `export { run } from ${JSON.stringify(library)};\nexport const main = async () => ${start};`;
    const external = library === source ? [] : [library];
    const program = await evaluate({ text, external }, join(process.cwd(), 'groundplan-command-line.ts'));
    return { run: program.run, main: checked(program.main) };
  } catch (error) {
    if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    // Without esbuild the main program has to be JavaScript, or TypeScript that Node reads by itself.
    const { run } = createRequire(import.meta.url)(library);
    return { run, main: checked(() => import(pathToFileURL(main).href)) };
  }
}

/** The main program with clear words for the two ways in which it cannot even begin. */
function checked(start) {
  return async () => {
    if (!existsSync(main)) throw usageError(`there is no main program ${main}. Name it: groundplan --app main.ts`);
    try {
      return await start();
    } catch (error) {
      if (error?.code !== 'ERR_UNKNOWN_FILE_EXTENSION') throw error;
      throw usageError('a main program in TypeScript needs the package esbuild: npm install --save-dev esbuild');
    }
  };
}

function usageError(message) {
  return Object.assign(new Error(message), { name: 'UsageError' });
}

/** The copy that the project has installed, which its main program imports; else the one beside this file. */
function installedLibrary() {
  const own = createRequire(import.meta.url);
  try {
    return createRequire(join(process.cwd(), 'package.json')).resolve('groundplan/cli');
  } catch {
    return own.resolve('../dist/lib/cli/index.js');
  }
}
