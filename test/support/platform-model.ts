import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PlatformApp } from '../../lib';
import { PlatformModel } from '../../lib/kiro/model';
import type { GeneratedFile } from '../../lib/kiro/owned-files';
import { platform } from '../../stacks/platform';
import { facts } from './platforms';

let model: PlatformModel | undefined;

/** The model of the real platform with all its environments, without its Terraform; made once per test file. */
export function platformModel(): PlatformModel {
  if (model) return model;
  const outdir = join(tmpdir(), 'groundplan-model');
  const app = new PlatformApp({ project: 'ecotrack', environments: Object.values(facts), outdir });
  for (const environment of app.environments) platform(app, environment);
  model = new PlatformModel(app);
  return model;
}

/** Writes files into a new folder, as if it were a project. */
export function projectWith(files: readonly GeneratedFile[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'groundplan-'));
  for (const { path, content } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}
