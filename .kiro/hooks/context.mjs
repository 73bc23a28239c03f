// Tells an assistant at the start of a session where it works: environment, mode, limits, and whether the generated
// files are as the model says.
import { spawnSync } from 'node:child_process';
import { Environments } from './guard-environments.mjs';
import policy from './guard-policy.mjs';

const shownLines = 20;

function environmentLines() {
  const environments = new Environments(policy, process.env);
  const detected = environments.detected();
  const { name, cluster, mode, configuration, scaling, maxReplicas } = detected ?? environments.in();
  return [
    detected
      ? `Environment: ${name} (cluster ${cluster}).`
      : `Environment: unknown, so the rules of ${name} hold. Name one: ${policy.environmentVariable}=<${policy.environments.map((one) => one.name).join('|')}>.`,
    `Mode: ${mode}. Changes of configuration: ${configuration}. Scaling: ${scaling}, up to ${maxReplicas} replicas of a service.`,
    process.env[policy.approval] ? `A person opened ${process.env[policy.approval]} for this session.` : '',
  ];
}

/** The output of `npm run kiro -- --check`, which compares all generated files with the model. */
function driftLines() {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'kiro', '--', '--check'], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
    timeout: 45_000,
  });
  if (status === 0) return ['Drift: none, every generated file is as the model says.'];
  const lines = `${stdout ?? ''}${stderr ?? ''}`.split('\n').filter(Boolean);
  const head = 'Drift: generated files differ from the model, or the check failed (npm run kiro -- --check):';
  return [
    head,
    ...lines.slice(0, shownLines),
    lines.length > shownLines ? `... ${lines.length - shownLines} more lines` : '',
  ];
}

process.stdout.write(`${[...environmentLines(), ...driftLines()].filter(Boolean).join('\n')}\n`);
