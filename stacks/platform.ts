import type { Construct } from 'constructs';
import type { Environment } from '../lib/core/environment';
import { FoundationStack } from './foundation';
import { IngressStack } from './ingress';
import { ObservabilityStack } from './observability';

/** The whole platform of one environment; each workflow takes the handles of those it builds on. */
export function platform(app: Construct, environment: Environment) {
  const foundation = new FoundationStack(app, { environment });
  const ingress = new IngressStack(app, { environment, foundation });
  const observability = new ObservabilityStack(app, { environment, foundation, ingress });
  return { foundation, ingress, observability };
}
