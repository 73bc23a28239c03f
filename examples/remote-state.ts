// State in a bucket per environment and account. Bucket and key come first, from an app of their own with `BootstrapStack`
// in it, as in bootstrap.ts; every other stack finds them by the facts of its environment.
import type { Environment, PlatformApp, State } from 'groundplan';
import { BootstrapStack, platform } from 'groundplan/stacks';

export const state: State = { kind: 's3' };

export function bootstrap(app: PlatformApp, environment: Environment): void {
  new BootstrapStack(app, { environment });
}

export function build(app: PlatformApp, environment: Environment): void {
  platform(app, environment);
}
