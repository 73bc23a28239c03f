import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Phases and the functions that begin them. Where these are nested, the later one in this list decides. */
const PHASES = [
  { phase: 'start of Node, loading esbuild', begins: /^\(root\)$/ },
  { phase: 'esbuild bundles the sources', begins: /^(\(idle\)|build|runInThisContext)$/ },
  { phase: 'loading cdktf and the provider classes', begins: /^(node_modules\/.*|require)$/ },
  { phase: 'making the constructs', begins: /^platform$/ },
  { phase: 'checking the model, writing the files', begins: /^synth$/ },
  { phase: 'making the JSON (`toTerraform`)', begins: /^toTerraform$/ },
  { phase: 'resolving tokens, finding references (`prepareStack`)', begins: /^prepareStack$/ },
  { phase: 'garbage collection', begins: /^\(garbage collector\)$/ },
];

/** Runs a program under the sampling profiler of Node and returns the seconds of each phase. */
export function profile({ command, args, cwd, env }, tempDir) {
  const profileDir = mkdtempSync(join(tempDir, 'profile-'));
  execFileSync(command, ['--cpu-prof', '--cpu-prof-dir', profileDir, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: 'ignore',
  });
  const [file] = readdirSync(profileDir);
  return secondsByPhase(JSON.parse(readFileSync(join(profileDir, file), 'utf8')));
}

function secondsByPhase({ nodes, samples, timeDeltas }) {
  const nodesById = new Map(nodes.map((node) => [node.id, node]));
  const phases = new Map();
  const assign = (node, inherited) => {
    const own = PHASES.findIndex(({ begins }) => begins.test(node.callFrame.functionName));
    const phase = Math.max(own, inherited);
    phases.set(node.id, phase);
    for (const child of node.children ?? []) assign(nodesById.get(child), phase);
  };
  assign(nodes[0], 0);

  const seconds = PHASES.map(() => 0);
  samples.forEach((id, index) => {
    seconds[phases.get(id)] += timeDeltas[index] / 1e6;
  });
  return Object.fromEntries(PHASES.map(({ phase }, index) => [phase, seconds[index]]));
}
