// Runs a TypeScript program: `node scripts/run.mjs main.ts`. Types are checked by `npm run typecheck`.
import { resolve } from 'node:path';
import { evaluate } from '../bin/evaluate.mjs';

const [entry, ...args] = process.argv.slice(2);
const file = resolve(entry ?? 'main.ts');

// cdktf stores the call stack of every token and construct, which nobody reads and which costs a fifth of the time.
Error.captureStackTrace = (target) => {
  target.stack = '';
};

process.argv = [process.argv[0], file, ...args];
try {
  await evaluate(file, file);
} catch (error) {
  if (error?.name !== 'ModelError') throw error;
  console.error(error.message);
  process.exitCode = 1;
}
