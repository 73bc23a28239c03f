import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dev, prod, services, staging } from '../../environments';
import { PlatformApp } from '../../lib';
import { PlatformModel } from '../../lib/kiro/model';
import type { GeneratedFile } from '../../lib/kiro/owned-files';
import { KiroWorkspace } from '../../lib/kiro/workspace';
import { platform } from '../../stacks/platform';

export interface HelmRelease {
  readonly name: string;
  readonly namespace: string;
  readonly chart: string;
  readonly version: string;
  readonly values: readonly string[];
}

export type Resource = Readonly<Record<string, unknown>>;

interface Terraform {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Resource>>>>;
}

interface Stack {
  readonly synthesizedStackPath: string;
  readonly dependencies: readonly string[];
}

type Build = (app: PlatformApp, environment: PlatformApp['environments'][number]) => unknown;

export const environments = [dev, staging, prod];

/** A platform with three environments: what it generates, and the Terraform that it wrote, read back from disk. */
export class SynthesizedWorkspace {
  readonly app: PlatformApp;
  readonly model: PlatformModel;
  readonly files: readonly GeneratedFile[];
  /** Stacks as the manifest has them, by id. */
  readonly stacks: Readonly<Record<string, Stack>>;
  readonly releases: readonly HelmRelease[];
  private readonly terraform: readonly Terraform[];

  constructor(build: Build = platform) {
    const outdir = mkdtempSync(join(tmpdir(), 'groundplan-workspace-'));
    const written = (path: string) => JSON.parse(readFileSync(join(outdir, path), 'utf8'));
    this.app = new PlatformApp({ project: 'ecotrack', environments, outdir });
    for (const environment of this.app.environments) build(this.app, environment);
    this.app.synth();
    this.model = new PlatformModel(this.app, { services });
    this.files = new KiroWorkspace(this.app, { services }).files;
    this.stacks = (written('manifest.json') as { stacks: Record<string, Stack> }).stacks;
    this.terraform = Object.values(this.stacks).map(({ synthesizedStackPath: path }) => written(path) as Terraform);
    this.releases = this.resources('helm_release') as unknown as HelmRelease[];
    rmSync(outdir, { recursive: true });
  }

  /** Resources of a type in all stacks of all environments. */
  resources(type: string): Resource[] {
    return this.terraform.flatMap(({ resource }) => Object.values(resource?.[type] ?? {}));
  }

  /** Content of a generated file; empty where there is none. */
  text(path: string): string {
    return this.files.find((file) => file.path === path)?.content ?? '';
  }
}
