import type { Construct, IConstruct } from 'constructs';
import type { Foundation, Ingress, Route, RouteProps } from '../lib/core/handles';
import { Workflow } from '../lib/core/workflow';
import { WorkflowStack, type WorkflowStackProps } from '../lib/core/workflow-stack';

export interface IngressProps extends WorkflowStackProps {
  readonly foundation: Foundation;
}

/** Workflow 2: cluster services of the foundation, then certificates, DNS records and the gateway. */
export class IngressStack extends WorkflowStack implements Ingress {
  readonly issuer = 'letsencrypt-prod';
  readonly internalIssuer = 'internal';
  readonly gatewayNamespace = 'emissary';
  readonly awaited: readonly IConstruct[] = [];

  constructor(scope: Construct, props: IngressProps) {
    super(scope, Workflow.INGRESS, props);
  }

  route({ name, namespace, service, port }: RouteProps): Route {
    const host = `${name}.${this.environment.facts.domain.name}`;
    const mapping = {
      apiVersion: 'getambassador.io/v3alpha1',
      kind: 'Mapping',
      metadata: { name, namespace },
      spec: { hostname: host, prefix: '/', service: `${service}.${namespace}:${port}`, timeout_ms: 30_000 },
    };
    return { host, url: `https://${host}`, resources: [mapping] };
  }
}
