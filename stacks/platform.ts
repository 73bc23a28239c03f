import type { Construct } from 'constructs';
import type { Environment } from '../lib/core/environment';
import { FoundationStack } from './foundation';

/** The whole platform of one environment; each workflow takes the handles of those it builds on. */
export function platform(app: Construct, environment: Environment) {
  const foundation = new FoundationStack(app, { environment });
  return { foundation };
}
