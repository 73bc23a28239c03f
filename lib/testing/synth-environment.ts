import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Capacity } from '../core/capacity';
import { Component } from '../core/component';
import type { CustomResource } from '../core/custom-resource';
import type { Environment } from '../core/environment';
import type { EnvironmentFacts } from '../core/environment-schema';
import { PlatformApp, type PlatformAppProps } from '../core/platform-app';
import type { Problem } from '../core/problem';
import type { TerraformDocument } from '../core/terraform-check';
import type { Values } from '../providers/values';
import { Graph, type QualifiedAddress } from './graph';

/** A release as Terraform will install it. */
export interface SynthesizedRelease {
  readonly address: QualifiedAddress;
  readonly name: string;
  readonly namespace: string;
  readonly chart: string;
  readonly version: string;
  /** Values after Terraform's escapes are taken off; what is known only after apply stays an expression. */
  readonly values: Values;
}

/** One environment, synthesized as `npm run synth` does it and read back from the files. */
export class SynthesizedEnvironment {
  readonly graph: Graph;

  constructor(
    /** Documents by stack id. */
    readonly stacks: ReadonlyMap<string, TerraformDocument>,
    readonly components: readonly Component[],
    readonly capacity: Capacity,
    readonly warnings: readonly Problem[],
    order: ReadonlyMap<string, readonly string[]>,
  ) {
    this.graph = new Graph(stacks, order);
  }

  /** Every address of every stack, sorted; a change in it is a change that Terraform will carry out. */
  get addresses(): QualifiedAddress[] {
    return this.graph.addresses.toSorted();
  }

  get releases(): SynthesizedRelease[] {
    return this.graph.ofType('helm_release').map((address) => {
      const { name, namespace, chart, version, values } = this.body(address) as unknown as Omit<
        SynthesizedRelease,
        'values'
      > & { values: [string] };
      return { address, name, namespace, chart, version, values: JSON.parse(unescapeTemplates(values[0])) as Values };
    });
  }

  /** Custom resources of all releases of the library's own chart. */
  get customResources(): CustomResource[] {
    return this.releases
      .filter(({ chart }) => chart.startsWith('./'))
      .flatMap(({ values }) => values.resources as CustomResource[]);
  }

  /** @throws when there is no release of that name, or more than one */
  release(name: string): SynthesizedRelease {
    return single(
      this.releases.filter((release) => release.name === name),
      `release '${name}'`,
    );
  }

  /** Bodies of all resources of a type. */
  resources(type: string): Record<string, unknown>[] {
    return this.graph.ofType(type).map((address) => this.body(address));
  }

  component(id: string): Component {
    return single(
      this.components.filter(({ node }) => node.id === id),
      `component '${id}'`,
    );
  }

  /** The resource or data block behind an address. */
  body(address: QualifiedAddress): Record<string, unknown> {
    const [stack = '', path = ''] = address.split('/');
    const [type = '', name = ''] = path.replace(/^data\./, '').split('.');
    const document = this.stacks.get(stack);
    const blocks = path.startsWith('data.') ? document?.data : document?.resource;
    return { ...blocks?.[type]?.[name] };
  }
}

/**
 * Synthesizes one environment for a test, with every validation.
 *
 * @param build places the stacks, as `platform` from `groundplan/stacks` does
 * @throws ModelError with every problem
 */
export function synthEnvironment(
  build: (app: PlatformApp, environment: Environment) => unknown,
  facts: EnvironmentFacts,
  props: Partial<Omit<PlatformAppProps, 'environments' | 'outdir'>> = {},
): SynthesizedEnvironment {
  const folder = mkdtempSync(join(tmpdir(), 'groundplan-'));
  try {
    const app = new PlatformApp({
      project: 'ecotrack',
      ...props,
      environments: [facts],
      outdir: join(folder, 'cdktf.out'),
    });
    const [environment] = app.environments as [Environment];
    build(app, environment);
    app.synth();
    const components = app.node.findAll().filter(Component.isComponent);
    const [capacity] = app.capacities as [Capacity];
    const order = new Map(
      Object.values(readManifest(app.outdir).stacks).map(({ name, dependencies }) => [name, dependencies]),
    );
    return new SynthesizedEnvironment(readStacks(app.outdir), components, capacity, app.warnings, order);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readStacks(outdir: string): Map<string, TerraformDocument> {
  const read = (id: string) =>
    JSON.parse(readFileSync(join(outdir, 'stacks', id, 'cdk.tf.json'), 'utf8')) as TerraformDocument;
  return new Map(readdirSync(join(outdir, 'stacks')).map((id) => [id, read(id)]));
}

function readManifest(outdir: string): { stacks: Record<string, { name: string; dependencies: string[] }> } {
  return JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8'));
}

function unescapeTemplates(text: string): string {
  return text.replace(/([$%])\1\{/g, '$1{');
}

function single<T>(found: readonly T[], what: string): T {
  const [first] = found;
  if (found.length !== 1 || first === undefined) throw new Error(`${what}: found ${found.length}, expected 1`);
  return first;
}
