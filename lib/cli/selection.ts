import type { PlatformApp } from '../core/platform-app';
import { suggestion } from '../core/suggestion';
import { type EnvironmentView, PlatformModel } from '../kiro/model';
import { UsageError } from './context';

/** Options of commands that tell of environments. */
export interface EnvironmentOptions {
  /** @default - all of them */
  readonly env?: string;
  /**
   * Print JSON instead of tables.
   *
   * @default false
   */
  readonly json?: boolean;
}

/**
 * The environment that was named, or all of them.
 *
 * @throws UsageError for a name that the platform does not have
 */
export function selected(app: PlatformApp, name: string | undefined): readonly EnvironmentView[] {
  const model = new PlatformModel(app);
  return name === undefined ? model.environments : [model.environment(knownName(app, name))];
}

/** @throws UsageError for a name that the platform does not have */
export function knownName(app: PlatformApp, name: string): string {
  const names = app.environments.map((environment) => environment.name);
  if (names.includes(name)) return name;
  const near = suggestion(name, names);
  throw new UsageError(
    `there is no environment '${name}'. ${near ? `Did you mean '${near}'? ` : ''}There are: ${names.join(', ')}`,
  );
}
