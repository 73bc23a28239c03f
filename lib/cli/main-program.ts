import { PlatformApp } from '../core/platform-app';
import { setReader } from '../core/reader';
import { KiroWorkspace } from '../kiro/workspace';
import { type PlacedWorkspace, UsageError } from './context';

/** Runs the main program of a project, such as `main.ts`. */
export type MainProgram = () => Promise<unknown>;

/**
 * Runs a main program once and keeps what it would have written: while it runs, `PlatformApp.synth()` and
 * `KiroWorkspace.write()` hand over what they have.
 */
export class MainProgramReader {
  private readonly apps: unknown[] = [];
  private readonly workspaces: { readonly workspace: unknown; readonly root: string }[] = [];
  private running?: Promise<void>;

  constructor(private readonly main: MainProgram) {}

  /** @throws UsageError where the program synthesizes nothing */
  async platform(): Promise<PlatformApp> {
    await this.run();
    const [app] = this.apps;
    if (app === undefined) throw new UsageError('the main program never calls synth() of a PlatformApp');
    if (!(app instanceof PlatformApp)) throw anotherCopy();
    return app;
  }

  /** @throws UsageError where the program writes no workspace */
  async workspace(): Promise<PlacedWorkspace> {
    const app = await this.platform();
    const [placed] = this.workspaces;
    if (!placed) {
      throw new UsageError(
        "the main program writes no workspace. Add after app.synth(): new KiroWorkspace(app).write('.')",
      );
    }
    const { workspace, root } = placed;
    if (!(workspace instanceof KiroWorkspace)) throw anotherCopy();
    // Edges between stacks and what aspects add are there only after this.
    app.complete();
    return { workspace, root };
  }

  private run(): Promise<void> {
    this.running ??= this.read();
    return this.running;
  }

  private async read(): Promise<void> {
    setReader({
      synthesized: (app) => this.apps.push(app),
      written: (workspace, root) => this.workspaces.push({ workspace, root }),
    });
    try {
      await this.main();
    } finally {
      setReader(undefined);
    }
  }
}

function anotherCopy(): UsageError {
  return new UsageError(
    'the main program uses another copy of groundplan. Run the one of the project: npx groundplan, without --global',
  );
}
