import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TerraformDocument } from '../../lib/core/terraform-check';
import type { Target } from './aws-api';
import { attempts, checkClusterTools, k3sImageFor } from './cluster-half';
import { type Emulator, startEmulator } from './emulator';
import { Failure } from './failure';
import { expectedKinds, inventory } from './inventory';
import type { Options } from './options';
import { prepare, resourceTypes } from './preparation';
import { Processes } from './processes';
import { Progress, seconds } from './progress';
import type { Session } from './session';
import { readDocument, type Synthesized, stacksIn, synthesize } from './synthesized';
import { checkCredentials, givenTarget, ownTarget, regionIn } from './target';
import { reasonIn, Terraform } from './terraform';

/** Where Terraform runs, and against what. */
interface Stage {
  readonly terraform: Terraform;
  readonly target: Target;
}

/** One environment from nothing to nothing. */
export class Rehearsal {
  /** Notes that were printed already, by any environment. */
  private static readonly told = new Set<string>();

  private readonly processes: Processes;
  private readonly mirror = process.env.GROUNDPLAN_TERRAFORM_MIRROR || undefined;
  private readonly outdir: string;
  private emulator?: Emulator;
  private stage?: Stage;
  /** Stacks that may hold resources, in the order in which they were applied. */
  private readonly applied: string[] = [];

  constructor(
    private readonly session: Session,
    private readonly options: Options,
  ) {
    this.processes = new Processes(session);
    this.outdir = join(session.work, 'cdktf.out');
  }

  /** @throws Failure when anything does not go as it must */
  async run(): Promise<void> {
    const started = Date.now();
    const { cluster } = this.options;
    const synthesized = synthesize(this.session.environment, this.outdir, this.options.app);
    await Terraform.check(this.processes, join(this.session.logs, 'terraform.log'));
    if (cluster) await checkClusterTools(this.processes, join(this.session.logs, 'cluster.log'));
    const stage = await this.enter(synthesized);
    const before = await this.baseline(stage);
    await this.prepare(synthesized, stage);
    const stacks = [...synthesized.stacks.keys()];
    for (const stack of stacks) await this.apply(stack, stage);
    await this.lookAround(stacks, stage, before);
    for (const stack of stacks) await this.planAgain(stack, stage);
    await this.destroyApplied(stage);
    await this.checkNothingLeft(stage, before);
    console.log(`${this.session.environment}: applied, unchanged, destroyed, nothing left${seconds(started)}`);
  }

  /** Ctrl-C: Terraform finishes what it is doing and writes its state. */
  interrupt(signal: NodeJS.Signals): void {
    this.processes.interrupt(signal, this.emulator?.process);
  }

  /** Ends everything at once. */
  async abort(signal: NodeJS.Signals): Promise<void> {
    this.processes.interrupt(signal);
    await this.processes.stopAll();
  }

  /** Ends what runs. In an emulator that is not ours, what was applied is destroyed first. */
  async stop(): Promise<void> {
    try {
      if (this.options.endpoint && this.stage && this.applied.length > 0) {
        this.processes.resume();
        console.error('destroying what was applied (Ctrl-C leaves it to the next run)');
        await this.destroyApplied(this.stage);
      }
    } finally {
      await this.processes.stopAll();
    }
  }

  /** What is worth keeping of a run that failed. */
  get worthKeeping(): 'logs' | 'work' | 'all' {
    if (this.options.endpoint && this.applied.length > 0) return 'all';
    return this.applied.length > 0 ? 'work' : 'logs';
  }

  /** Destroys what a run that was killed has left in an emulator that is still there. */
  async recover(endpoint: string): Promise<void> {
    const stacks = this.stacksWithState();
    if (stacks.length === 0) return;
    const target = givenTarget(readDocument(this.stackFolder, stacks[0] ?? ''), endpoint);
    const stage = { target, terraform: this.terraformFor(target) };
    this.applied.push(...stacks);
    await this.destroyApplied(stage);
    if (!existsSync(this.baselineFile)) return;
    await this.checkNothingLeft(stage, new Set(JSON.parse(readFileSync(this.baselineFile, 'utf8')) as string[]));
  }

  private get stackFolder(): string {
    return join(this.outdir, 'stacks');
  }

  /** What was in the emulator before. */
  private get baselineFile(): string {
    return join(this.session.work, 'baseline.json');
  }

  /** Finds or starts the emulator. */
  private async enter({ stacks }: Synthesized): Promise<Stage> {
    const first = stacks.values().next().value as TerraformDocument;
    const { endpoint } = this.options;
    const target = endpoint ? givenTarget(first, endpoint) : ownTarget(first, await this.start(stacks, first));
    await checkCredentials(target, first, this.session.environment);
    if (endpoint) this.session.usesEndpoint(endpoint);
    this.stage = { target, terraform: this.terraformFor(target) };
    return this.stage;
  }

  private async start(stacks: Synthesized['stacks'], first: TerraformDocument): Promise<string> {
    const { cluster, k3sImage, port } = this.options;
    const progress = new Progress('start', 'emulator');
    const image = cluster ? (k3sImage ?? k3sImageFor(stacks)) : undefined;
    const props = { port, region: regionIn(first), k3sImage: image };
    this.emulator = await startEmulator(this.processes, this.session, props);
    progress.end(this.emulator.endpoint);
    return this.emulator.endpoint;
  }

  private terraformFor(target: Target): Terraform {
    return new Terraform(this.processes, this.session, this.stackFolder, target, this.mirror);
  }

  private async baseline({ target }: Stage): Promise<Set<string>> {
    const before = await inventory(target);
    writeFileSync(this.baselineFile, JSON.stringify([...before]));
    return before;
  }

  private async prepare(synthesized: Synthesized, { terraform }: Stage): Promise<void> {
    const progress = new Progress('prepare', this.session.environment);
    const { cluster } = this.options;
    const notes = await prepare(synthesized, { terraform, cluster, anyVersion: this.mirror !== undefined });
    progress.end(`${synthesized.stacks.size} stacks`);
    for (const note of notes.filter((text) => !Rehearsal.told.has(text))) console.log(`  note: ${note}`);
    for (const note of notes) Rehearsal.told.add(note);
  }

  private async apply(stack: string, { terraform }: Stage): Promise<void> {
    const progress = new Progress('apply', stack);
    this.applied.push(stack);
    let outcome = await terraform.apply(stack, progress.read);
    // The webhooks of charts that do not wait for their pods answer after a while.
    for (let attempt = 1; this.options.cluster && outcome.code !== 0 && attempt < attempts.count; attempt += 1) {
      await sleep(attempts.pauseMs);
      outcome = await terraform.apply(stack, progress.read);
    }
    const added = /Resources: (\d+) added/.exec(outcome.output)?.[1] ?? '0';
    progress.end(outcome.code === 0 ? `${added} added` : 'failed');
    if (outcome.code !== 0) throw failed(terraform, stack, outcome.output);
  }

  /** A listing that sees nothing of what was just made would see nothing of what is left either. */
  private async lookAround(stacks: readonly string[], { target }: Stage, before: ReadonlySet<string>): Promise<void> {
    const progress = new Progress('list', `${this.session.environment} what is there`);
    const made = [...(await inventory(target))].filter((item) => !before.has(item));
    progress.end(`${made.length} things`);
    const types = resourceTypes(stacks.map((stack) => readDocument(this.stackFolder, stack)));
    const blind = expectedKinds(types).filter((kind) => !made.some((item) => item.startsWith(`${kind}: `)));
    if (blind.length > 0) throw new Failure(`applied, but not to be seen in the emulator: ${blind.join(', ')}`);
  }

  private async planAgain(stack: string, { terraform }: Stage): Promise<void> {
    const progress = new Progress('plan', stack);
    const { code, output } = await terraform.plan(stack, progress.read);
    const results: Readonly<Record<number, string>> = { 0: 'no changes', 2: 'changes' };
    progress.end(results[code] ?? 'failed');
    if (code === 0) return;
    if (code !== 2) throw failed(terraform, stack, output);
    const found = output.matchAll(/^ *# (\S+) ((?:will|must) be .+)$/gm);
    const changes = [...found].map(([, name, what]) => `${name} ${what}`).join(', ') || 'outputs';
    throw new Failure(`${stack}: a second plan is not empty: ${changes}. Log: ${terraform.log(stack)}`);
  }

  private async destroyApplied({ terraform }: Stage): Promise<void> {
    for (let stack = this.applied.at(-1); stack !== undefined; stack = this.applied.at(-1)) {
      const progress = new Progress('destroy', stack);
      const { code, output } = await terraform.destroy(stack, progress.read);
      const count = /Resources: (\d+) destroyed/.exec(output)?.[1] ?? '0';
      progress.end(code === 0 ? `${count} destroyed` : 'failed');
      if (code !== 0) throw failed(terraform, stack, output);
      this.applied.pop();
    }
  }

  private async checkNothingLeft({ target }: Stage, before: ReadonlySet<string>): Promise<void> {
    const progress = new Progress('list', `${this.session.environment} what is left`);
    const inStates = this.stacksWithState().map((stack) => `state of ${stack}`);
    const left = [...(await inventory(target))].filter((item) => !before.has(item)).concat(inStates);
    progress.end(left.length === 0 ? 'nothing' : `${left.length} things`);
    if (left.length > 0) throw new Failure(`left after the destroy:\n  ${left.join('\n  ')}`);
  }

  /** Stacks whose state holds resources, in the order in which they are deployed. */
  private stacksWithState(): string[] {
    return stacksIn(this.outdir, this.session.environment).filter((stack) => {
      const file = join(this.stackFolder, stack, 'terraform.tfstate');
      if (!existsSync(file)) return false;
      const { resources } = JSON.parse(readFileSync(file, 'utf8')) as { resources: { mode: string }[] };
      return resources.some(({ mode }) => mode === 'managed');
    });
  }
}

function failed(terraform: Terraform, stack: string, output: string): Failure {
  return new Failure(`${stack}: ${reasonIn(output)}. Log: ${terraform.log(stack)}`);
}
