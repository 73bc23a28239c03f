import type { PlatformApp } from '../core/platform-app';
import { currentReader } from '../core/reader';
import { agentFiles } from './agents/agents';
import { guardFiles } from './guard/files';
import { guides } from './guides/guides';
import { hookFiles } from './hooks/hooks';
import { mcpSettings } from './mcp/settings';
import { type ModelOptions, PlatformModel } from './model';
import { type FileDifference, type GeneratedFile, OwnedFiles } from './owned-files';
import { writeSpecs } from './specs/writer';
import { steering } from './steering/steering';

/** Makes the files of one kind from the model. */
export type Writer = (model: PlatformModel) => readonly GeneratedFile[];

/** Every kind of file in the workspace. */
const writers: readonly Writer[] = [steering, mcpSettings, agentFiles, guardFiles, hookFiles, guides, writeSpecs];

/** The workspace for Kiro and the guides for people, made from the same tree as the Terraform. */
export class KiroWorkspace {
  private made?: readonly GeneratedFile[];

  /** @param app a platform whose stacks are all made */
  constructor(
    private readonly app: PlatformApp,
    private readonly options: ModelOptions = {},
  ) {}

  get files(): readonly GeneratedFile[] {
    this.made ??= this.make();
    return this.made;
  }

  /**
   * Writes the workspace into a project. It tells of all environments, so it stays as it is where the command line left
   * some of them out.
   *
   * @throws ModelError naming every file that was edited by hand
   */
  write(root: string, options: { readonly force?: boolean } = {}): FileDifference[] {
    const reader = currentReader();
    if (reader) {
      reader.written(this, root);
      return [];
    }
    if (!this.app.isWhole) {
      console.warn('The Kiro workspace stays as it is: it is written when all environments are.');
      return [];
    }
    return new OwnedFiles(root, this.files).write(options);
  }

  /** What differs between model and disk. */
  differences(root: string): FileDifference[] {
    return new OwnedFiles(root, this.files).differences();
  }

  /** A file on disk and as the model has it, as texts to compare; empty where there is none. */
  texts(root: string, path: string): { readonly onDisk: string; readonly generated: string } {
    return new OwnedFiles(root, this.files).texts(path);
  }

  private make(): readonly GeneratedFile[] {
    const model = new PlatformModel(this.app, this.options);
    return writers.flatMap((write) => write(model));
  }
}
