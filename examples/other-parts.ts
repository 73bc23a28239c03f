// Parts of a workflow changed by typed props, left out, or replaced by one of your own.
import type { Construct } from 'constructs';
import { Component, type ComponentProps, Days, type Environment, Namespace, type PlatformApp } from 'groundplan';
import { FoundationStack, IngressStack, ObservabilityStack, SecurityStack } from 'groundplan/stacks';

/** Records that another team writes: nothing is installed, but the documents say who is in charge. */
class ManagedDns extends Component {
  constructor(scope: Construct, id: string, props: ComponentProps) {
    super(scope, id, { purpose: 'stands for DNS records that the network team writes', ...props });
    this.handsOver('owner of the zone', 'network team');
  }
}

export function build(app: PlatformApp, environment: Environment): void {
  const foundation = new FoundationStack(app, { environment });
  const ingress = new IngressStack(app, {
    environment,
    foundation,
    // replaced
    externalDns: (scope) => new ManagedDns(scope, 'dns', { namespace: Namespace.existing('kube-system') }),
  });
  const observability = new ObservabilityStack(app, {
    environment,
    foundation,
    ingress,
    // changed
    loki: { keep: Days.of(60) },
  });
  new SecurityStack(app, {
    environment,
    foundation,
    ingress,
    observability,
    // left out
    falco: false,
  });
}
