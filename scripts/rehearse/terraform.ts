import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Target } from './aws-api';
import { CannotRun, Failure } from './failure';
import type { Outcome, Processes } from './processes';
import type { ProviderSchemas } from './provider-schema';
import type { Session } from './session';

/** Oldest Terraform that knows the lock file in S3, which the platform may use. */
const oldest = [1, 11] as const;

/** Things of the user's own session that must not reach a rehearsal, least of all credentials. */
const foreign = /^(AWS_|TF_VAR_|TF_CLI_ARGS|TF_WORKSPACE$|TF_DATA_DIR$|TF_TOKEN_|TF_LOG)/;

/** Runs Terraform in the folders of the rehearsed stacks. */
export class Terraform {
  /** @throws CannotRun where Terraform is missing or too old */
  static async check(processes: Processes, log: string): Promise<void> {
    const command = { program: 'terraform', args: ['version', '-json'], env: process.env, log, words: 'terraform' };
    const { output } = await processes.run(command).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      throw new CannotRun(
        `Terraform is not installed: install ${oldest.join('.')} or newer (https://developer.hashicorp.com/terraform/install)`,
      );
    });
    const version = /"terraform_version":\s*"([^"]+)"/.exec(output)?.[1] ?? '0.0.0';
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
      throw new CannotRun(`Terraform ${version} is too old: install ${oldest.join('.')} or newer`);
    }
  }

  private readonly env: NodeJS.ProcessEnv;

  constructor(
    private readonly processes: Processes,
    private readonly session: Session,
    private readonly stacks: string,
    target: Target,
    private readonly mirror?: string,
  ) {
    const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
    this.env = {
      ...Object.fromEntries(kept),
      ...this.providerSource(),
      TF_IN_AUTOMATION: '1',
      CHECKPOINT_DISABLE: '1',
      AWS_ACCESS_KEY_ID: target.credentials.accessKey,
      AWS_SECRET_ACCESS_KEY: target.credentials.secretKey,
      AWS_REGION: target.region,
      // For every service, so that no call can reach AWS, whatever a stack comes to use.
      AWS_ENDPOINT_URL: target.endpoint,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
    };
  }

  /** @throws CannotRun where the providers cannot be had */
  async init(stack: string): Promise<void> {
    const { code, output } = await this.run(stack, 'init', []);
    if (code === 0) return;
    if (/provider packages|no available releases|registry/i.test(output)) {
      const from = this.mirror ? `GROUNDPLAN_TERRAFORM_MIRROR=${this.mirror}` : 'the registry';
      throw new CannotRun(
        `Terraform cannot get the providers of ${stack} from ${from}: check the network, or name a folder that holds them. Log: ${this.log(stack)}`,
      );
    }
    throw new Failure(`${stack}: terraform init failed. ${reasonIn(output)}. Log: ${this.log(stack)}`);
  }

  async schemas(stack: string): Promise<ProviderSchemas> {
    const { output } = await this.succeed(stack, 'providers', ['schema', '-json'], { log: this.log('schemas') });
    return JSON.parse(output.slice(output.indexOf('{'))) as ProviderSchemas;
  }

  apply(stack: string, onLine: (line: string) => void): Promise<Outcome> {
    return this.run(stack, 'apply', ['-auto-approve', '-input=false', '-compact-warnings'], { onLine });
  }

  /** Exit code 0: nothing to do, 2: something is. */
  plan(stack: string, onLine: (line: string) => void): Promise<Outcome> {
    return this.run(stack, 'plan', ['-detailed-exitcode', '-input=false', '-compact-warnings'], { onLine });
  }

  destroy(stack: string, onLine: (line: string) => void): Promise<Outcome> {
    return this.run(stack, 'destroy', ['-auto-approve', '-input=false', '-compact-warnings'], { onLine });
  }

  log(stack: string): string {
    return join(this.session.logs, `${stack}.log`);
  }

  private async succeed(...parameters: Parameters<Terraform['run']>): Promise<Outcome> {
    const outcome = await this.run(...parameters);
    const [stack, verb] = parameters;
    if (outcome.code === 0) return outcome;
    throw new Failure(`${stack}: terraform ${verb} failed. ${reasonIn(outcome.output)}. Log: ${this.log(stack)}`);
  }

  private run(
    stack: string,
    verb: string,
    args: readonly string[],
    { onLine, log = this.log(stack) }: { onLine?: (line: string) => void; log?: string } = {},
  ): Promise<Outcome> {
    const folder = join(this.stacks, stack);
    const plain = verb === 'providers' ? [] : ['-no-color'];
    return this.processes.run({
      program: 'terraform',
      args: [`-chdir=${folder}`, verb, ...args, ...plain],
      env: this.env,
      log,
      words: folder,
      onLine,
    });
  }

  /** Providers from the mirror, or from the registry with a cache that later rehearsals find again. */
  private providerSource(): NodeJS.ProcessEnv {
    if (this.mirror) {
      const file = join(this.session.work, 'terraform.rc');
      const path = JSON.stringify(resolve(this.mirror));
      writeFileSync(file, `provider_installation {\n  filesystem_mirror {\n    path = ${path}\n  }\n}\n`);
      return { TF_CLI_CONFIG_FILE: file };
    }
    if (process.env.TF_PLUGIN_CACHE_DIR) return {};
    const cache = resolve('.build', 'terraform-providers');
    mkdirSync(cache, { recursive: true });
    return { TF_PLUGIN_CACHE_DIR: cache };
  }
}

/** The first error in Terraform's output that says something, on one line. */
export function reasonIn(output: string): string {
  const lines = output.split('\n').map((line) => line.replace(/^[│╷╵\s]+/, '').trim());
  const errors = lines
    .join('\n')
    .split(/^(?=Error: )/m)
    .filter((text) => text.startsWith('Error: '));
  const telling = errors.find((text) => !text.startsWith('Error: Terraform encountered problems')) ?? errors[0];
  if (!telling) return lines.findLast((line) => line !== '') ?? 'no output';
  return telling.replace(/\s+/g, ' ').trim().replace(/\.$/, '').slice(0, 500);
}
