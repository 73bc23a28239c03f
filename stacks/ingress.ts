import { Construct, type IConstruct } from 'constructs';
import { type Choice, chosen, type Replaceable } from '../lib/core/choice';
import type { Component } from '../lib/core/component';
import type { Foundation, Ingress, Route, RouteProps } from '../lib/core/handles';
import { namespaces } from '../lib/core/namespaces';
import { Workflow } from '../lib/core/workflow';
import { WorkflowStack, type WorkflowStackProps } from '../lib/core/workflow-stack';
import { ClusterServices, type ClusterServicesChoices } from '../lib/foundation/cluster-services';
import { CertManager, type CertManagerProps } from '../lib/ingress/cert-manager';
import { Emissary, type EmissaryProps, gatewayPorts } from '../lib/ingress/emissary';
import { ExternalDns, type ExternalDnsProps } from '../lib/ingress/external-dns';
import type { Gateway } from '../lib/ingress/gateway';
import { Issuers } from '../lib/ingress/issuers';
import { Namespace } from '../lib/providers/namespace';

export interface IngressProps extends WorkflowStackProps {
  /** Cluster, network and key that it works with. */
  readonly foundation: Foundation;
  /**
   * What the foundation runs inside the cluster.
   *
   * @default - all of it
   */
  readonly clusterServices?: ClusterServicesChoices;
  /**
   * Certificates.
   *
   * @default - cert-manager; left out, one must be in the cluster, in the namespace `cert-manager`
   */
  readonly certManager?: Choice<Component, CertManagerProps>;
  /**
   * DNS records.
   *
   * @default - external-dns; left out, a record `*.<domain>` must point to the load balancer
   */
  readonly externalDns?: Choice<Component, ExternalDnsProps>;
  /**
   * The API gateway.
   *
   * @default - Emissary
   */
  readonly gateway?: Replaceable<Gateway, EmissaryProps>;
}

/** Workflow 2: cluster services of the foundation, then certificates, DNS records and the gateway. */
export class IngressStack extends WorkflowStack implements Ingress {
  readonly issuer: string;
  readonly internalIssuer: string;
  readonly gatewayNamespace = namespaces.gateway;
  readonly awaited: readonly IConstruct[];
  private readonly gateway: Gateway;

  constructor(scope: Construct, props: IngressProps) {
    super(scope, Workflow.INGRESS, props);
    const { foundation } = props;
    const services = new ClusterServices(this, 'cluster-services', { foundation, ...props.clusterServices });
    const namespace = this.namespaces();

    const certManager = chosen(
      this,
      props.certManager,
      (changes) => new CertManager(this, 'cert-manager', { namespace: namespace.certManager, foundation, ...changes }),
    );
    const issuers = new Issuers(this, 'issuers', { namespace: namespace.certManager, certManager });
    const externalDns = chosen(
      this,
      props.externalDns,
      (changes) => new ExternalDns(this, 'external-dns', { namespace: namespace.externalDns, foundation, ...changes }),
    );
    this.gateway = chosen(
      this,
      props.gateway,
      (changes) =>
        new Emissary(this, 'emissary', { namespace: namespace.gateway, issuer: issuers.trusted, issuers, ...changes }),
    );
    const parts = [certManager, issuers, externalDns, this.gateway].filter((part) => part !== undefined);
    for (const part of parts) part.node.addDependency(services);
    // Records are written, and taken back, while external-dns is there.
    if (externalDns) this.gateway.node.addDependency(externalDns);

    this.issuer = issuers.trusted;
    this.internalIssuer = issuers.internal;
    this.awaited = [services, ...parts];
  }

  route(props: RouteProps): Route {
    return this.gateway.route(props);
  }

  private namespaces() {
    const scope = new Construct(this, 'namespaces');
    const of = (name: string, admits = {}) => new Namespace(scope, name, { podSecurity: 'restricted', admits });
    return {
      certManager: of('cert-manager', { webhooks: [10250] }),
      externalDns: of('external-dns'),
      gateway: of(namespaces.gateway, { everyone: [gatewayPorts.http, gatewayPorts.https] }),
    };
  }
}
