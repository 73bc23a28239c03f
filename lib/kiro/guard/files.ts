import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { PlatformModel } from '../model';
import type { GeneratedFile } from '../owned-files';
import { guardPolicy } from './policy';

/** Scripts that run without the library and without packages; they are written as they are. */
const scripts = [
  'guard.mjs',
  'guard-judge.mjs',
  'guard-call.mjs',
  'guard-environments.mjs',
  'guard-shell.mjs',
  'context.mjs',
];

/** The guard and what it knows, beside the hooks that call it: assistants may not write there. */
export function guardFiles(model: PlatformModel): GeneratedFile[] {
  const policy = [
    '// What the guard knows, made from the model by `npm run synth`.',
    `export default ${JSON.stringify(guardPolicy(model), null, 2)};`,
  ];
  return [
    ...scripts.map((name) => ({ path: `.kiro/hooks/${name}`, content: readFileSync(script(name), 'utf8') })),
    { path: '.kiro/hooks/guard-policy.mjs', content: `${policy.join('\n')}\n` },
  ];
}

/** By the name of the package, because a program that is bundled does not know in which folder its parts were. */
function script(name: string): string {
  const path = `groundplan/guard/${name}`;
  try {
    return require.resolve(path);
  } catch {
    return createRequire(join(process.cwd(), 'package.json')).resolve(path);
  }
}
