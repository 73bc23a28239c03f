import { existsSync, rmSync } from 'node:fs';
import { App, Aspects, TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';
import type { State } from '../providers/backend';
import type { ProviderVersions } from '../providers/cluster-providers';
import { Namespace } from '../providers/namespace';
import { Release } from '../providers/release';
import { type Capacity, capacityOf, capacityProblems } from './capacity';
import { Environment } from './environment';
import type { EnvironmentFacts } from './environment-schema';
import { problemsOf, report } from './model-problems';
import { checkWritable, publish } from './output-folder';
import { PlatformSettings } from './platform-settings';
import { formatProblem, ModelError, type Problem } from './problem';
import { currentReader } from './reader';
import { suggestion } from './suggestion';
import { type RenderedStack, render, write } from './synthesis';
import { WorkflowStack } from './workflow-stack';

export interface PlatformAppProps {
  /** First part of every name; lower-case letters, digits and dashes. */
  readonly project: string;
  /** All environments of the platform. */
  readonly environments: readonly EnvironmentFacts[];
  /**
   * Names of the environments to synthesize; stacks of the others stay as they are.
   *
   * @default - all of them
   */
  readonly only?: readonly string[];
  /** @default - a file per stack beside the output folder */
  readonly state?: State;
  /** @default - the ranges the library is tested with */
  readonly providerVersions?: ProviderVersions;
  /** @default - the folder that the cdktf CLI asks for, else `cdktf.out` */
  readonly outdir?: string;
}

/**
 * The root of a platform. It checks all facts before a construct is made, and the whole model before a file is written.
 *
 * @throws ModelError with every problem of every environment
 */
export class PlatformApp extends App {
  /** The environments to synthesize. */
  readonly environments: readonly Environment[];
  readonly settings: PlatformSettings;
  private readonly all: readonly Environment[];
  private rendered?: readonly RenderedStack[];

  constructor(props: PlatformAppProps) {
    const outdir = props.outdir ?? process.env.CDKTF_OUTDIR ?? 'cdktf.out';
    const all = Environment.parse(props.project, props.environments);
    const environments = selected(all, props.only ?? []);
    checkWritable(outdir);
    const isNew = !existsSync(outdir);
    super({ outdir });
    // cdktf makes its folder at once; until everything is checked there shall be none.
    if (isNew) rmSync(outdir, { recursive: true });
    this.all = all;
    this.environments = environments;
    this.settings = new PlatformSettings(outdir, props.state, props.providerVersions);
  }

  /** Requests against nodes, per environment. */
  get capacities(): readonly Capacity[] {
    return this.environments.map((environment) => capacityOf(environment, this.stacksOf(environment)));
  }

  get warnings(): readonly Problem[] {
    return problemsOf(this).warnings;
  }

  /** False where the command line left environments out. */
  get isWhole(): boolean {
    return this.environments.length === this.all.length;
  }

  stacksOf(environment: Environment): WorkflowStack[] {
    return this.node
      .findAll()
      .filter(WorkflowStack.isWorkflowStack)
      .filter((stack) => stack.environment === environment);
  }

  /**
   * Writes the Terraform of every environment, or hands the platform to the tool that runs the program.
   *
   * @throws ModelError with every problem; the output folder is then as it was before
   */
  override synth(): void {
    const reader = currentReader();
    if (reader) {
      reader.synthesized(this);
      return;
    }
    const rendered = this.complete();
    for (const { stack } of rendered) this.manifest.forStack(stack);
    const keep = (stack: string) => this.belongsToOtherEnvironment(stack);
    publish(this.outdir, this.manifest.buildManifest(), keep, () =>
      write(rendered, { outdir: this.outdir, manifest: this.manifest, skipValidation: true }),
    );
    for (const warning of this.warnings) console.warn(formatProblem(warning));
  }

  /**
   * Checks the model without writing anything.
   *
   * @throws ModelError with every problem
   */
  check(): void {
    this.checkStackIds();
    this.checkOwners();
    for (const construct of this.node.findAll()) {
      for (const message of construct.node.validate()) {
        report(construct, {
          code: 'GP208',
          message,
          allowed: 'what the construct accepts',
          fix: 'see its documentation',
        });
      }
    }
    problemsOf(this).add(...this.capacities.flatMap(capacityProblems));
    problemsOf(this).throwIfAny();
  }

  /**
   * Does everything that `synth` does before it writes. Aspects that add constructs can run once only, so a second call
   * returns what the first one made.
   *
   * @throws ModelError with every problem
   */
  complete(): readonly RenderedStack[] {
    this.rendered ??= this.render();
    return this.rendered;
  }

  private render(): readonly RenderedStack[] {
    this.check();
    this.inheritAspects();
    const rendered = render(this.node.findAll().filter(TerraformStack.isStack));
    problemsOf(this).throwIfAny();
    this.node.lock();
    return rendered;
  }

  private checkStackIds(): void {
    reportTwins(
      this.node.findAll().filter(TerraformStack.isStack),
      (stack) => stack.node.id,
      (stack, other) =>
        report(stack, {
          code: 'GP201',
          message: `'${stack.node.path}' and '${other.node.path}' are both written to 'stacks/${stack.node.id}'`,
          allowed: 'one stack per id in the whole app',
          fix: 'put the environment into the id',
        }),
    );
  }

  private checkOwners(): void {
    const constructs = this.node.findAll();
    const inCluster = (construct: IConstruct, name: string) =>
      `${WorkflowStack.of(construct).environment.name}/${name}`;
    reportTwins(
      constructs.filter(Namespace.isNamespace),
      (namespace) => inCluster(namespace, namespace.name),
      (namespace, other) =>
        report(namespace, {
          code: 'GP209',
          message: `the namespace '${namespace.name}' is owned by '${other.node.path}' already`,
          allowed: 'one owner per namespace and environment',
          fix: 'pass the first namespace on, or use Namespace.existing()',
        }),
    );
    reportTwins(
      constructs.filter(Release.isRelease),
      (release) => inCluster(release, `${release.namespace.name}/${release.name}`),
      (release, other) =>
        report(release, {
          code: 'GP210',
          message: `the release '${release.name}' in namespace '${release.namespace.name}' is made by '${other.node.path}' already`,
          allowed: 'one release per name and namespace',
          fix: 'give the release another name',
        }),
    );
  }

  /** cdktf never visits what lies under an Aspect above the stacks, so the stacks take it over. */
  private inheritAspects(): void {
    for (const stack of this.node.findAll().filter(TerraformStack.isStack)) {
      const above = stack.node.scopes.filter((scope) => scope !== stack);
      for (const aspect of above.flatMap((scope) => Aspects.of(scope).all)) Aspects.of(stack).add(aspect);
    }
  }

  private belongsToOtherEnvironment(stack: string): boolean {
    const others = this.all.filter((environment) => !this.environments.includes(environment));
    return others.some(({ name }) => stack.startsWith(`${name}-`));
  }
}

function reportTwins<T>(items: readonly T[], keyOf: (item: T) => string, tell: (item: T, first: T) => void): void {
  const first = new Map<string, T>();
  for (const item of items) {
    const known = first.get(keyOf(item));
    if (known) tell(item, known);
    else first.set(keyOf(item), item);
  }
}

function selected(all: readonly Environment[], only: readonly string[]): readonly Environment[] {
  const names = all.map(({ name }) => name);
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new ModelError(
      unknown.map((name) => {
        const near = suggestion(name, names);
        return {
          code: 'GP114',
          path: 'command line',
          message: `there is no environment '${name}'`,
          allowed: names.join(', '),
          fix: near ? `did you mean '${near}'?` : 'name one of them, or none for all',
        };
      }),
    );
  }
  return only.length === 0 ? all : all.filter(({ name }) => only.includes(name));
}
