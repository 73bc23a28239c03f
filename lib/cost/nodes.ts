import { type Resources, requestsOf, smallestNode } from '../core/capacity';
import type { Component } from '../core/component';
import type { Environment } from '../core/environment';
import { prices } from './prices';

/** Nodes of an environment by how they are paid. */
export interface NodeMix {
  readonly nodes: number;
  readonly onDemand: number;
  readonly spot: number;
}

/** Sizes of the group that exists before the autoscaler does, as Terraform has them. */
interface NodeGroup {
  readonly terraformResourceType?: string;
  readonly scalingConfigInput?: { readonly minSize?: number };
}

/**
 * The smallest number of nodes on which the platform fits: `nodes.min`, or more where the autoscaler has to add some for
 * the requests alone.
 */
export function nodesNeeded(environment: Environment, components: readonly Component[]): number {
  const { min, max } = environment.facts.nodes;
  const node = smallestNode(environment);
  const fits = (nodes: number) => {
    const { cpu, memory, pods } = requested(components, nodes);
    return cpu <= node.cpu * nodes && memory <= node.memory * nodes && pods <= node.pods * nodes;
  };
  for (let nodes = min; nodes < max; nodes++) if (fits(nodes)) return nodes;
  return max;
}

/** How a number of nodes is paid: the system group on demand, the others up to their share on spot. */
export function mixOf(environment: Environment, components: readonly Component[], nodes: number): NodeMix {
  const { autoscaler, spot: share } = environment.facts.nodes;
  const autoscaled = autoscaler === 'karpenter' ? Math.max(0, nodes - systemNodes(components)) : 0;
  const spot = Math.floor(autoscaled * Math.min(1, share.ratio));
  return { nodes, spot, onDemand: nodes - spot };
}

/** US dollars a month for nodes with their disks, in the region of the price table. */
export function nodesCost({ facts }: Environment, { nodes, onDemand, spot }: NodeMix): number {
  const hour = cheapest(facts.nodes.types);
  const machines = (onDemand + spot * prices.spotShare) * hour * prices.hoursPerMonth;
  return machines + nodes * facts.nodes.diskGib * prices.monthly.gp3Gib;
}

/** The share of all nodes that a component asks for: the middle of its share of CPU and of memory. */
export function shareOf(environment: Environment, component: Component, nodes: number): number {
  const node = smallestNode(environment);
  const { cpu, memory } = requestsOf(component, nodes);
  return (cpu / (node.cpu * nodes) + memory / (node.memory * nodes)) / 2;
}

/** Limits of the autoscaler count in nodes of the smallest size, and Karpenter takes the cheapest offer that fits. */
function cheapest(types: readonly string[]): number {
  return Math.min(...types.map((type) => prices.instances[type] ?? Number.POSITIVE_INFINITY));
}

function systemNodes(components: readonly Component[]): number {
  const groups = components
    .flatMap(({ node }) => node.findAll() as NodeGroup[])
    .filter(({ terraformResourceType }) => terraformResourceType === 'aws_eks_node_group');
  return groups.reduce((sum, { scalingConfigInput }) => sum + (scalingConfigInput?.minSize ?? 0), 0);
}

function requested(components: readonly Component[], nodes: number): Resources {
  return components
    .map((component) => requestsOf(component, nodes))
    .reduce((sum, { cpu, memory, pods }) => ({
      cpu: sum.cpu + cpu,
      memory: sum.memory + memory,
      pods: sum.pods + pods,
    }));
}
