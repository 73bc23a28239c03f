import type { Construct, IConstruct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { CustomResource } from '../core/custom-resource';
import type { Route, RouteProps } from '../core/handles';
import type { Pods } from '../core/pods';
import { charts } from '../providers/charts';
import type { Values } from '../providers/values';
import { hostnameAnnotation } from './dns-annotation';
import type { Gateway } from './gateway';

export interface EmissaryProps extends ComponentProps {
  /** ClusterIssuer that signs the certificate of the gateway. */
  readonly issuer: string;
  /**
   * What must be there before the certificate is asked for.
   *
   * @default - the issuer is in the cluster already
   */
  readonly issuers?: IConstruct;
  /**
   * Whether the load balancer has public addresses.
   *
   * @default 'internet-facing'
   */
  readonly scheme?: 'internet-facing' | 'internal';
  /**
   * Ranges that may reach the load balancer.
   *
   * @default - everybody
   */
  readonly allowedRanges?: readonly string[];
}

/** Ports on which Envoy listens; the load balancer maps 80 and 443 to them. */
export const gatewayPorts = { http: 8080, https: 8443 } as const;

const certificateSecret = 'gateway-certificate';

/**
 * Emissary, an API gateway on Envoy, behind a network load balancer. It serves every name under the domain with one
 * certificate and sends plain HTTP to HTTPS.
 *
 * The load balancer passes TLS on and tells the address of the client through the proxy protocol, so requests have to
 * come through it.
 *
 * @see https://emissary-ingress.dev/docs/
 */
export class Emissary extends Component implements Gateway {
  constructor(scope: Construct, id: string, props: EmissaryProps) {
    super(scope, id, { purpose: 'routes requests from outside to services', ...props });
    const { namespace } = props;
    const definitions = this.release({
      name: `${id}-crds`,
      chart: charts.emissaryCrds,
      values: { enableLegacyVersions: false, enableV1: false, emissary: { namespace: namespace.name } },
    });
    const pods = this.podsOf(
      'emissary',
      this.sized({
        small: { replicas: 1, cpu: '150m', memory: '320Mi', memoryLimit: '640Mi' },
        medium: { replicas: 2, cpu: '200m', memory: '384Mi', memoryLimit: '768Mi' },
        large: { replicas: 3, cpu: '250m', memory: '512Mi', memoryLimit: '1Gi' },
      }),
    );
    const gateway = this.release({
      chart: charts.emissary,
      after: [definitions],
      timeout: 900,
      values: {
        fullnameOverride: 'emissary',
        ...deployment(id, pods),
        service: this.service(props),
        metrics: { serviceMonitor: { enabled: true } },
        module: { diagnostics: { enabled: false } },
      },
    });
    this.customResources('gateway', {
      after: [gateway, ...(props.issuers ? [props.issuers] : [])],
      resources: [...listeners(namespace.name), this.certificate(props), this.host(namespace.name)],
    });
    this.describe(namespace.name);
  }

  route({ name, namespace, service, port }: RouteProps): Route {
    const host = `${name}.${this.environment.facts.domain.name}`;
    const mapping = {
      apiVersion: 'getambassador.io/v3alpha1',
      kind: 'Mapping',
      metadata: { name, namespace },
      spec: {
        hostname: host,
        prefix: '/',
        service: `${service}.${namespace}:${port}`,
        timeout_ms: 30_000,
        allow_upgrade: ['websocket'],
      },
    };
    return { host, url: `https://${host}`, resources: [mapping] };
  }

  /** A network load balancer whose targets are the pods themselves, and a record for every name under the domain. */
  private service({ scheme = 'internet-facing', allowedRanges = [] }: EmissaryProps): Values {
    const balancer = (setting: string) => `service.beta.kubernetes.io/aws-load-balancer-${setting}`;
    return {
      type: 'LoadBalancer',
      annotations: {
        [balancer('type')]: 'external',
        [balancer('nlb-target-type')]: 'ip',
        [balancer('scheme')]: scheme,
        [balancer('proxy-protocol')]: '*',
        [balancer('attributes')]: 'load_balancing.cross_zone.enabled=true',
        [hostnameAnnotation.key]: `*.${this.environment.facts.domain.name}`,
      },
      loadBalancerSourceRanges: allowedRanges,
    };
  }

  private certificate({ namespace, issuer }: EmissaryProps): CustomResource {
    const { name } = this.environment.facts.domain;
    return {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name: 'gateway', namespace: namespace.name },
      spec: {
        secretName: certificateSecret,
        dnsNames: [name, `*.${name}`],
        issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: issuer },
        privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
      },
    };
  }

  private host(namespace: string): CustomResource {
    return {
      apiVersion: 'getambassador.io/v3alpha1',
      kind: 'Host',
      metadata: { name: 'gateway', namespace },
      spec: {
        hostname: `*.${this.environment.facts.domain.name}`,
        acmeProvider: { authority: 'none' },
        tlsSecret: { name: certificateSecret },
        tls: { min_tls_version: 'v1.2', alpn_protocols: 'h2,http/1.1' },
        requestPolicy: { insecure: { action: 'Redirect' } },
      },
    };
  }

  private describe(namespace: string): void {
    const { name } = this.environment.facts.domain;
    this.verifiedBy(
      `kubectl -n ${namespace} rollout status deployment/emissary`,
      `kubectl -n ${namespace} wait --for condition=ready certificate/gateway --timeout 300s`,
      `kubectl -n ${namespace} get service emissary -o jsonpath='{.status.loadBalancer.ingress[0].hostname}'`,
      `curl -sI http://any.${name} | grep -i '^location: https'`,
    );
    this.rolledBackBy(
      `helm -n ${namespace} rollback ${this.node.id}-gateway`,
      `helm -n ${namespace} rollback ${this.node.id}`,
    );
    this.handsOver('names under', `https://*.${name}`);
    this.drainedBy(
      'Hosts and mappings of applications: their definitions go with the stack, and they with them.',
      'kubectl get hosts.getambassador.io,mappings.getambassador.io --all-namespaces',
    );
  }
}

/** Pods as a restricted namespace wants them, on different nodes where there are several. */
function deployment(release: string, pods: Pods): Values {
  const labelSelector = { matchLabels: { 'app.kubernetes.io/instance': release } };
  const spread = (topologyKey: string) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector,
  });
  return {
    replicaCount: pods.replicas,
    resources: pods.resources,
    ...(pods.replicas > 1 && { podDisruptionBudget: { minAvailable: 1 } }),
    topologySpreadConstraints: [spread('kubernetes.io/hostname'), spread('topology.kubernetes.io/zone')],
    security: {
      podSecurityContext: { runAsUser: 8888, runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      // Binding low ports stays allowed: a binary that is marked for it does not start without.
      containerSecurityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
      },
    },
  };
}

/** Both ports speak the proxy protocol with the load balancer. */
function listeners(namespace: string): CustomResource[] {
  const listener = (name: string, port: number, protocol: string, securityModel: string) => ({
    apiVersion: 'getambassador.io/v3alpha1',
    kind: 'Listener',
    metadata: { name, namespace },
    spec: { port, protocol, securityModel, hostBinding: { namespace: { from: 'ALL' } } },
  });
  return [
    listener('http', gatewayPorts.http, 'HTTPPROXY', 'INSECURE'),
    listener('https', gatewayPorts.https, 'HTTPSPROXY', 'SECURE'),
  ];
}
