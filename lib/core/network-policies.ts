import type { CustomResource } from './custom-resource';
import type { Environment } from './environment';
import { namespaces } from './namespaces';

/** Who may open connections to the pods of a namespace, besides each other and the monitoring. */
export interface Admits {
  /**
   * Namespaces whose pods may connect.
   *
   * @default - none
   */
  readonly namespaces?: readonly string[];
  /**
   * TCP ports of webhooks, which the control plane calls from addresses of the VPC.
   *
   * @default - none
   */
  readonly webhooks?: readonly number[];
  /**
   * TCP ports open to every pod of the cluster and to load balancers.
   *
   * @default - none
   */
  readonly everyone?: readonly number[];
}

/** Address at which the agent of EKS Pod Identity answers on every node. */
const podIdentityAgent = '169.254.170.23/32';

/** Address from which the mesh's node agent sends the probes of the kubelet in ambient mode. */
const ambientProbes = '169.254.7.127/32';

/**
 * Policies of one namespace: nothing comes in but what is listed, and where the environment is strict nothing goes out
 * but DNS, the VPC and TLS.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function networkPolicies(environment: Environment, namespace: string, admits: Admits): CustomResource[] {
  const { security, network, cluster } = environment.facts;
  // Pods have addresses of the VPC, but Cilium knows them as pods and never by a range.
  const pods = cluster.networking === 'cilium' ? [{ namespaceSelector: {} }] : [];
  const incoming = [
    { from: [{ podSelector: {} }, inNamespace(namespaces.monitoring), ...(admits.namespaces ?? []).map(inNamespace)] },
    { from: [inRange(ambientProbes)] },
    ...opened([...(admits.webhooks ?? []), ...(admits.everyone ?? [])], [inRange(network.cidr), ...pods]),
  ];
  const policies = [policy(namespace, 'incoming', { policyTypes: ['Ingress'], ingress: incoming })];
  if (security.networkPolicies === 'strict') {
    const outgoing = [
      // Only the cluster's resolvers: names asked of a server outside would carry data out.
      { to: [inNamespace('kube-system')], ports: [port(53, 'UDP'), port(53)] },
      { to: [...[network.cidr, network.serviceCidr, podIdentityAgent].map(inRange), ...pods] },
      { to: [inRange('0.0.0.0/0')], ports: [port(443)] },
    ];
    policies.push(policy(namespace, 'outgoing', { policyTypes: ['Egress'], egress: outgoing }));
  }
  return policies;
}

function policy(namespace: string, name: string, spec: object): CustomResource {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace },
    spec: { podSelector: {}, ...spec },
  };
}

function inNamespace(name: string) {
  return { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } };
}

function inRange(cidr: string) {
  return { ipBlock: { cidr } };
}

/** Pods have addresses of the VPC too, so these ports are open to all of them. */
function opened(ports: readonly number[], from: readonly object[]) {
  return ports.length > 0 ? [{ from, ports: [...new Set(ports)].map((number) => port(number)) }] : [];
}

function port(number: number, protocol: 'TCP' | 'UDP' = 'TCP') {
  return { protocol, port: number };
}
