import type { Construct, IConstruct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { CustomResource } from '../core/custom-resource';
import type { Percent } from '../core/units';
import { tracingProvider } from './istiod';

/** Ports of a workload in the mesh that clients outside the mesh reach without TLS. */
export interface PlainPorts {
  /** Namespace of the workload. */
  readonly namespace: string;
  /** Labels of its pods; the first value names the exception. */
  readonly labels: Readonly<Record<string, string>>;
  /** TCP ports of its containers. */
  readonly ports: readonly number[];
}

export interface MeshPoliciesProps extends ComponentProps {
  /** The control plane, which checks these resources when they are written. */
  readonly controlPlane: IConstruct;
  /**
   * Share of the requests that are traced.
   *
   * @default - `mesh.tracing` of the environment
   */
  readonly tracing?: Percent;
  /**
   * Which requests the proxies write down: every one, those that failed, those that failed on the server, or none.
   *
   * @default - by `services.logLevel` of the environment: debug all, info failures, warn server errors
   */
  readonly accessLogs?: AccessLogs;
  /**
   * Exceptions from mutual TLS, port by port.
   *
   * @default - none
   */
  readonly plainPorts?: readonly PlainPorts[];
}

export type AccessLogs = 'all' | 'failures' | 'server-errors' | 'none';

const byLogLevel = { debug: 'all', info: 'failures', warn: 'server-errors' } as const;
const filters: Readonly<Partial<Record<AccessLogs, string>>> = {
  failures: 'response.code >= 400',
  'server-errors': 'response.code >= 500',
};

/**
 * What holds in the whole mesh: mutual TLS is required, and telemetry is sampled as the environment says.
 *
 * STRICT concerns pods inside the mesh only. Clients in the mesh find out by themselves who is outside and speak plain
 * to them, so there is no DestinationRule for `*.local`: it would force TLS on services that have no proxy. Probes are
 * answered by the proxy, and metrics leave through its own port. What else must stay plain is listed as an exception.
 *
 * @see https://istio.io/latest/docs/reference/config/security/peer_authentication/
 */
export class MeshPolicies extends Component {
  constructor(scope: Construct, id: string, props: MeshPoliciesProps) {
    super(scope, id, { purpose: 'requires mutual TLS and decides what is traced and logged', ...props });
    const { name } = props.namespace;
    const exceptions = (props.plainPorts ?? []).map(acceptPlain);
    this.customResources('defaults', {
      after: [props.controlPlane],
      resources: [mutualTls(name), this.telemetry(props), ...exceptions],
    });
    this.verifiedBy(`kubectl -n ${name} get peerauthentication default -o jsonpath={.spec.mtls.mode}`);
    this.rolledBackBy(`helm -n ${name} rollback ${id}-defaults`);
    this.handsOver('mutual TLS', 'STRICT');
  }

  private telemetry({ namespace, tracing, accessLogs }: MeshPoliciesProps): CustomResource {
    const { mesh, services } = this.environment.facts;
    const logs = accessLogs ?? byLogLevel[services.logLevel];
    const expression = filters[logs];
    return {
      apiVersion: 'telemetry.istio.io/v1',
      kind: 'Telemetry',
      metadata: { name: 'default', namespace: namespace.name },
      spec: {
        tracing: [
          { providers: [{ name: tracingProvider }], randomSamplingPercentage: (tracing ?? mesh.tracing).value },
        ],
        accessLogging: [
          logs === 'none'
            ? { disabled: true }
            : { providers: [{ name: 'envoy' }], ...(expression && { filter: { expression } }) },
        ],
      },
    };
  }
}

/** In the namespace of istiod, so that it holds in every namespace. */
function mutualTls(namespace: string): CustomResource {
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name: 'default', namespace },
    spec: { mtls: { mode: 'STRICT' } },
  };
}

function acceptPlain({ namespace, labels, ports }: PlainPorts): CustomResource {
  const [app = 'workload'] = Object.values(labels);
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name: `${app}-plain-ports`, namespace },
    spec: {
      selector: { matchLabels: labels },
      mtls: { mode: 'STRICT' },
      portLevelMtls: Object.fromEntries(ports.map((port) => [port, { mode: 'PERMISSIVE' }])),
    },
  };
}
