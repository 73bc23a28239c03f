// A workflow switched off in one environment. Workflows that need it would be named in an error; those that only like it
// do without.
import { type Environment, environment, type PlatformApp } from 'groundplan';
import { platform } from 'groundplan/stacks';
import { dev } from '../environments';

export const facts = environment({ ...dev, name: 'lab', workflows: { mesh: false } });

export function build(app: PlatformApp, lab: Environment): void {
  platform(app, lab);
}
