import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readOutput } from './output.mjs';

export const ROOT = resolve(import.meta.dirname, '..');
export const BENCH = join(ROOT, 'bench');

/**
 * What the cases share: a temporary folder and our own output.
 *
 * The folder lies inside the project, so that a program written to it finds the packages that ours finds.
 */
export class Workspace {
  constructor() {
    mkdirSync(join(ROOT, '.build'), { recursive: true });
    this.dir = mkdtempSync(join(ROOT, '.build', 'bench-'));
  }

  path(...names) {
    return join(this.dir, ...names);
  }

  /** Runs a TypeScript program the way `npm run synth` does, with its output in the temporary folder. */
  synth(program, name, env = {}) {
    return this.node([join(ROOT, 'scripts', 'run.mjs'), program], name, env);
  }

  node(args, name, env = {}) {
    const outputDir = this.path(`${name}.out`);
    return {
      command: process.execPath,
      args,
      cwd: ROOT,
      outputDir,
      env: { ...env, CDKTF_OUTDIR: outputDir, CDK_OUTDIR: outputDir },
    };
  }

  /** Our output for the three environments: the model for the apps that are made to its measure. */
  get ours() {
    if (!this.output) {
      const { command, args, cwd, env, outputDir } = this.synth('main.ts', 'model');
      execFileSync(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
      this.output = readOutput(outputDir);
    }
    return this.output;
  }

  remove() {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Installs the packages of the peers where they are missing or of another version. */
export function installPeers() {
  const { dependencies } = readJson(join(BENCH, 'package.json'));
  const outdated = Object.entries(dependencies).filter(([name, version]) => installedVersion(name) !== version);
  if (outdated.length === 0) return;
  console.log(`Installing the peers (${outdated.map(([name]) => name).join(', ')}) into bench/node_modules ...`);
  execFileSync('npm', ['ci', '--prefix', BENCH], { stdio: 'inherit' });
}

function installedVersion(name) {
  const file = join(BENCH, 'node_modules', name, 'package.json');
  return existsSync(file) ? readJson(file).version : undefined;
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
