import { podsPerNode } from '../core/capacity';
import type { CustomResource } from '../core/custom-resource';
import type { Environment } from '../core/environment';
import type { Foundation } from '../core/handles';
import { instanceTypes } from '../core/instance-types';
import { SystemNodes } from './system-nodes';

export interface NodePoolsProps {
  /** Environment whose `nodes` decide. */
  readonly environment: Environment;
  /** Role, subnets and security group of the nodes. */
  readonly foundation: Foundation;
  /** Alias of the machine image. */
  readonly image: string;
  /** Tags of instances, volumes and launch templates. */
  readonly tags: Readonly<Record<string, string>>;
}

type CapacityType = 'spot' | 'on-demand';

const nodeClass = 'default';

/** How long a pod may hold up the removal of its node; shorter than Helm waits for the pools to go. */
export const drainMinutes = 25;

/** Taken off by Cilium; a pod that starts before it would be out of reach of its policies. */
const untilCiliumRuns = { key: 'node.cilium.io/agent-not-ready', value: 'true', effect: 'NoExecute' } as const;

/** How soon and how many nodes at once are given up when others can take their pods. */
const consolidation = {
  aggressive: { policy: 'WhenEmptyOrUnderutilized', after: '1m', atOnce: '50%' },
  balanced: { policy: 'WhenEmptyOrUnderutilized', after: '10m', atOnce: '20%' },
  conservative: { policy: 'WhenEmpty', after: '30m', atOnce: '10%' },
} as const;

/**
 * The class of nodes and a pool for each way of paying. Spot is preferred up to its share of the nodes; what does not
 * fit there, or what spot cannot offer, runs on demand.
 *
 * @see https://karpenter.sh/docs/concepts/nodepools/
 */
export function nodePools(props: NodePoolsProps): CustomResource[] {
  const shares = Object.entries(nodesOf(props.environment)) as [CapacityType, number][];
  const pools = shares.filter(([, nodes]) => nodes > 0).map(([type, nodes]) => nodePool(props, type, nodes));
  return [ec2NodeClass(props), ...pools];
}

/** Nodes that each pool may have beside the system group. The share of spot is a ceiling, so it is rounded down. */
export function nodesOf({ facts: { nodes } }: Environment): Readonly<Record<CapacityType, number>> {
  const all = Math.max(0, nodes.max - SystemNodes.count);
  const spot = Math.floor(all * Math.min(1, nodes.spot.ratio));
  return { spot, 'on-demand': all - spot };
}

function nodePool({ environment }: NodePoolsProps, capacityType: CapacityType, nodes: number): CustomResource {
  const { types, scaling } = environment.facts.nodes;
  const { policy, after, atOnce } = consolidation[scaling];
  return {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name: capacityType },
    spec: {
      weight: capacityType === 'spot' ? 50 : 10,
      limits: { cpu: nodes * smallestCpu(types) },
      disruption: { consolidationPolicy: policy, consolidateAfter: after, budgets: [{ nodes: atOnce }] },
      template: {
        metadata: { labels: { 'groundplan.dev/pool': capacityType } },
        spec: {
          nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: nodeClass },
          expireAfter: '720h',
          terminationGracePeriod: `${drainMinutes}m`,
          requirements: [
            oneOf('kubernetes.io/os', ['linux']),
            oneOf('kubernetes.io/arch', ['amd64']),
            oneOf('karpenter.sh/capacity-type', [capacityType]),
            oneOf('node.kubernetes.io/instance-type', types),
          ],
          ...(environment.facts.cluster.networking === 'cilium' && { startupTaints: [untilCiliumRuns] }),
        },
      },
    },
  };
}

/** The ceiling counts cores: with larger types there are fewer nodes, not more capacity than the model counts with. */
function smallestCpu(types: readonly string[]): number {
  return Math.min(...types.map((type) => instanceTypes[type]?.vcpus ?? 2));
}

function oneOf(key: string, values: readonly string[]) {
  return { key, operator: 'In', values };
}

/** Nodes in private subnets behind the security group of the cluster, with the figures of the system group. */
function ec2NodeClass({ environment, foundation, image, tags }: NodePoolsProps): CustomResource {
  return {
    apiVersion: 'karpenter.k8s.aws/v1',
    kind: 'EC2NodeClass',
    metadata: { name: nodeClass },
    spec: {
      role: foundation.nodeRole.name,
      amiSelectorTerms: [{ alias: image }],
      subnetSelectorTerms: foundation.network.privateSubnetIds.map((id) => ({ id })),
      securityGroupSelectorTerms: [{ id: foundation.cluster.securityGroupId }],
      kubelet: { maxPods: podsPerNode },
      metadataOptions: { httpEndpoint: 'enabled', httpTokens: 'required', httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [
        {
          deviceName: '/dev/xvda',
          rootVolume: true,
          ebs: {
            volumeType: 'gp3',
            volumeSize: `${environment.facts.nodes.diskGib}Gi`,
            encrypted: true,
            deleteOnTermination: true,
          },
        },
      ],
      tags,
    },
  };
}
