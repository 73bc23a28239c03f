import type { Construct } from 'constructs';
import type { Environment } from '../lib/core/environment';
import { DataStack } from './data';
import { FoundationStack } from './foundation';
import { GitopsStack } from './gitops';
import { IngressStack } from './ingress';
import { MeshStack } from './mesh';
import { ObservabilityStack } from './observability';
import { SecurityStack } from './security';

/**
 * The whole platform of one environment. Each workflow takes the handles of those it builds on, so the order is the one
 * of ordinary variables; a workflow that is switched off is `undefined` for those after it.
 */
export function platform(app: Construct, environment: Environment) {
  const on = environment.switchedOn();
  const foundation = new FoundationStack(app, { environment });
  const ingress = on.ingress && new IngressStack(app, { environment, foundation });
  const observability =
    ingress && on.observability && new ObservabilityStack(app, { environment, foundation, ingress });
  const gitops = ingress && on.gitops && new GitopsStack(app, { environment, foundation, ingress, observability });
  const security =
    ingress && on.security && new SecurityStack(app, { environment, foundation, ingress, observability });
  const mesh =
    ingress && observability && on.mesh && new MeshStack(app, { environment, foundation, ingress, observability });
  const data =
    ingress &&
    security &&
    on.data &&
    new DataStack(app, { environment, foundation, ingress, security, observability, mesh });
  return { foundation, ingress, observability, gitops, security, mesh, data };
}
