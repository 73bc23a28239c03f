import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { ModelError, type Problem } from '../core/problem';

/** A file that is made from the model. */
export interface GeneratedFile {
  /** Path from the root of the project, with forward slashes. */
  readonly path: string;
  /** Whole content, ending in a line feed. */
  readonly content: string;
  /**
   * Carries what people changed in the file on disk over into the new content, such as ticks in a list of tasks, or
   * switches of servers. What it carries is not a hand edit.
   *
   * @default - nothing is carried over
   */
  readonly carryOver?: (generated: string, onDisk: string) => string;
  /**
   * The file on disk as it was generated: without what `carryOver` carries. With it every other change is a hand edit.
   *
   * @default - the file as it is; where something is carried over, no change counts as a hand edit
   */
  readonly normalize?: (onDisk: string) => string;
}

/** What differs between the model and the files on disk. */
export interface FileDifference {
  readonly path: string;
  readonly kind: 'missing' | 'changed' | 'stale' | 'edited';
}

interface Manifest {
  readonly format: 1;
  /** SHA-256 of the generated content, before anything was carried over. */
  readonly files: Readonly<Record<string, string>>;
}

const manifestPath = '.kiro/.generated.json';

/**
 * Files below a folder that the model owns. A manifest knows their hashes, so that files which left the model are
 * removed and an edit by hand is refused instead of overwritten.
 */
export class OwnedFiles {
  constructor(
    private readonly root: string,
    private readonly files: readonly GeneratedFile[],
  ) {
    for (const { path } of files) if (!isInside(path)) throw new TypeError(`${path} is outside the project`);
  }

  /**
   * Every file that is not as the model says; empty when all are.
   *
   * @throws ModelError when a file or the manifest cannot be read
   */
  differences(): FileDifference[] {
    const before = this.manifest();
    const names = new Set(this.files.map(({ path }) => path));
    const stale = Object.keys(before.files).filter((path) => !names.has(path) && existsSync(join(this.root, path)));
    return [
      ...this.files.flatMap((file) => this.difference(file, before)),
      ...stale.map((path) => ({ path, kind: this.isEdited(path, before) ? ('edited' as const) : ('stale' as const) })),
    ];
  }

  /**
   * Writes what differs and removes what left the model.
   *
   * @param force overwrites files that were edited by hand
   * @throws ModelError naming every file that was edited by hand, or the first that cannot be written; in the former
   *   case nothing is written
   */
  write({ force = false }: { readonly force?: boolean } = {}): FileDifference[] {
    const differences = this.differences();
    const edited = differences.filter(({ kind }) => kind === 'edited');
    if (edited.length > 0 && !force) throw new ModelError(edited.map(handEdit));
    for (const { path } of differences) {
      const file = this.files.find((one) => one.path === path);
      if (file) this.put(path, this.target(file));
      else attempt(path, () => rmSync(join(this.root, path)));
    }
    const manifest = this.manifestText();
    if (this.read(manifestPath) !== manifest) this.put(manifestPath, manifest);
    return differences;
  }

  /** A file on disk and as the model has it, as texts to compare; empty where there is none. */
  texts(path: string): { readonly onDisk: string; readonly generated: string } {
    const file = this.files.find((one) => one.path === path);
    return { onDisk: this.read(path) ?? '', generated: file ? this.target(file) : '' };
  }

  /** The content a file gets: as generated, with what people may change carried over. */
  private target({ path, content, carryOver }: GeneratedFile): string {
    const onDisk = this.read(path);
    return onDisk !== undefined && carryOver ? carryOver(content, onDisk) : content;
  }

  private difference(file: GeneratedFile, before: Manifest): FileDifference[] {
    const onDisk = this.read(file.path);
    if (onDisk === undefined) return [{ path: file.path, kind: 'missing' }];
    if (onDisk === this.target(file)) return [];
    return [{ path: file.path, kind: this.isEdited(file.path, before, file) ? 'edited' : 'changed' }];
  }

  /** True where the file on disk is not what an earlier run wrote; a file that no run wrote counts as edited. */
  private isEdited(path: string, before: Manifest, file?: GeneratedFile): boolean {
    if (file?.carryOver && !file.normalize) return false;
    // Git may have checked the file out with other line ends.
    const onDisk = this.read(path)?.replaceAll('\r\n', '\n') ?? '';
    return before.files[path] !== hash(file?.normalize?.(onDisk) ?? onDisk);
  }

  private read(path: string): string | undefined {
    const file = join(this.root, path);
    return existsSync(file) ? attempt(path, () => readFileSync(file, 'utf8')) : undefined;
  }

  private put(path: string, content: string): void {
    const file = join(this.root, path);
    attempt(path, () => {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    });
  }

  private manifest(): Manifest {
    const text = this.read(manifestPath);
    const { files }: Partial<Manifest> =
      text === undefined ? {} : attempt(manifestPath, () => JSON.parse(text) as Manifest);
    // What somebody wrote into the manifest must not remove files elsewhere.
    return { format: 1, files: Object.fromEntries(Object.entries(files ?? {}).filter(([path]) => isInside(path))) };
  }

  private manifestText(): string {
    const files = Object.fromEntries(this.files.map(({ path, content }) => [path, hash(content)] as const).toSorted());
    return `${JSON.stringify({ format: 1, files } satisfies Manifest, null, 2)}\n`;
  }
}

function isInside(path: string): boolean {
  return !isAbsolute(path) && normalize(path).split(/[/\\]/)[0] !== '..';
}

/** Turns what the file system or a parser says into one message for users. */
function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new ModelError([
      {
        code: 'GP401',
        path,
        message: error instanceof Error ? error.message : String(error),
        allowed: 'a file and a folder that you may write',
        fix: 'move what is in the way, or check the permissions',
      },
    ]);
  }
}

function handEdit({ path }: FileDifference): Problem {
  return {
    code: 'GP402',
    path,
    message: 'the file was changed by hand since it was generated',
    allowed: 'changes in the model',
    fix: 'move the change into the model, or overwrite it with `npx groundplan kiro --force`',
  };
}

function hash(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}
