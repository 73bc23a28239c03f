import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ModelError } from '../../core/problem';
import { suggestion } from '../../core/suggestion';
import { environmentMark } from './settings-file';

/** What may tell which environment a person works in. */
export interface Circumstances {
  /**
   * Value of `GROUNDPLAN_ENVIRONMENT`.
   *
   * @default - not set
   */
  readonly variable?: string;
  /**
   * Current context of kubectl.
   *
   * @default - there is none
   */
  readonly kubeContext?: string;
  /**
   * Profile of the AWS command line.
   *
   * @default - not set
   */
  readonly awsProfile?: string;
}

export type Detect = () => Circumstances;

/** An environment and why it was taken. */
export interface Choice {
  readonly environment: string;
  /** `unknown`: nothing told, so it is the strictest. */
  readonly reason: 'name' | 'variable' | 'kube context' | 'AWS profile' | 'unknown';
  /**
   * The value that told it, or that told nothing.
   *
   * @default - nothing was said
   */
  readonly evidence?: string;
}

/** Reads the circumstances of this process; nothing is started for it. */
export function circumstances(env: NodeJS.ProcessEnv = process.env): Circumstances {
  return {
    variable: env[environmentMark] || undefined,
    kubeContext: currentContext(env),
    awsProfile: env.AWS_PROFILE || env.AWS_DEFAULT_PROFILE || undefined,
  };
}

/**
 * Chooses an environment: explicit name, then variable, then kube context, then AWS profile, else the strictest.
 *
 * @param environments from the loosest to the strictest
 * @throws ModelError for an explicit name that does not exist
 */
export function choose(environments: readonly string[], name: string | undefined, detect: Detect): Choice {
  const strictest = environments.at(-1) ?? '';
  if (name !== undefined) return { environment: known(environments, name), reason: 'name', evidence: name };
  const { variable, kubeContext, awsProfile } = detect();
  if (variable !== undefined) {
    // Somebody said something that is not understood: that is no reason to guess.
    const found = environments.includes(variable);
    return { environment: found ? variable : strictest, reason: found ? 'variable' : 'unknown', evidence: variable };
  }
  const told = [
    { reason: 'kube context', evidence: kubeContext },
    { reason: 'AWS profile', evidence: awsProfile },
  ] as const;
  for (const { reason, evidence } of told) {
    const environment = named(environments, evidence);
    if (environment) return { environment, reason, evidence };
  }
  return { environment: strictest, reason: 'unknown', evidence: kubeContext ?? awsProfile };
}

/** @throws ModelError */
export function known(environments: readonly string[], name: string): string {
  if (environments.includes(name)) return name;
  const near = suggestion(name, environments);
  throw new ModelError([
    {
      code: 'GP114',
      path: 'command line',
      message: `there is no environment '${name}'`,
      allowed: environments.join(', '),
      fix: near ? `did you mean '${near}'?` : 'name one of them',
    },
  ]);
}

/** The environment that is a whole word of a text, such as `dev` of `cluster/ecotrack-dev-cluster`; of two, the stricter. */
function named(environments: readonly string[], text = ''): string | undefined {
  const words = text.toLowerCase().split(/[^a-z0-9]+/);
  return environments.findLast((name) => words.includes(name));
}

/** The first kubeconfig that names a context decides, as for kubectl. */
function currentContext(env: NodeJS.ProcessEnv): string | undefined {
  const files = env.KUBECONFIG ? env.KUBECONFIG.split(delimiter) : [join(env.HOME ?? homedir(), '.kube', 'config')];
  const contexts = files
    .filter((file) => file !== '' && existsSync(file))
    .map((file) => /^\s*"?current-context"?:\s*"?([^"\s,]+)"?/m.exec(readText(file))?.[1]);
  return contexts.find(Boolean);
}

/** Empty for what cannot be read, such as a folder. */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
