import { TerraformResource } from 'cdktf';
import { Component } from '../core/component';
import type { Environment } from '../core/environment';
import { mebibytes } from '../core/quantity';
import type { EnvironmentView } from '../kiro/model';
import { mixOf, type NodeMix, nodesCost, nodesNeeded, shareOf } from './nodes';
import { prices } from './prices';
import { loadBalancerPrice, loadBalancersOf, natTraffic, priceOf } from './resources';
import { assumptionsOf, type Usage, usageOf } from './usage';

/** US dollars a month, with as few and with as many nodes as the environment can have. */
export interface Span {
  readonly min: number;
  readonly max: number;
}

/** What a component costs. */
export interface ComponentCost {
  readonly workflow: string;
  readonly component: string;
  /** Its share of the nodes, by what it requests. */
  readonly nodes: Span;
  /** Volumes that its pods claim. */
  readonly volumes: number;
  /** What it has in AWS: gateways, keys, buckets, logs, load balancers. */
  readonly aws: number;
  readonly total: Span;
}

export interface WorkflowCost {
  readonly workflow: string;
  readonly total: Span;
}

/** An alert of the budget. */
export interface BudgetAlert {
  /** Share of the budget in percent. */
  readonly percent: number;
  readonly usd: number;
  /** `always`, `with many nodes` or `never` reached by the estimate. */
  readonly reached: 'always' | 'with many nodes' | 'never';
}

export interface BudgetUse {
  readonly monthlyUsd: number;
  /** Share of the budget that the estimate uses, between 0 and 1 while it is kept. */
  readonly used: Span;
  readonly status: 'kept' | 'exceeded with many nodes' | 'exceeded';
  readonly alerts: readonly BudgetAlert[];
}

/** An estimate of what an environment costs in a month, in US dollars. */
export interface EnvironmentCost {
  readonly environment: string;
  readonly region: string;
  /** Of the price table. */
  readonly prices: { readonly asOf: string; readonly source: string; readonly regionFactor: number };
  readonly assumptions: readonly string[];
  readonly nodes: { readonly min: NodeMix; readonly max: NodeMix };
  readonly components: readonly ComponentCost[];
  readonly workflows: readonly WorkflowCost[];
  /** Nodes that no component asks for: the room for applications. */
  readonly room: Span;
  /** Traffic through NAT, which belongs to everybody. */
  readonly traffic: number;
  readonly total: Span;
  readonly budget: BudgetUse;
  /** Resource types without a price in the table; they are not in the sum. */
  readonly unpriced: readonly string[];
}

/** Regions that have an estimate. */
export const pricedRegions: readonly string[] = Object.keys(prices.regionFactors);

/**
 * Estimates the cost of an environment from its constructs and the price table. Nothing is looked up.
 *
 * @returns undefined for a region without prices
 */
export function costOf({ environment, workflows }: EnvironmentView): EnvironmentCost | undefined {
  const { region } = environment.facts.aws;
  const { size } = environment.facts;
  const factor = prices.regionFactors[region];
  if (factor === undefined) return undefined;
  const usage = usageOf(size);
  const all = workflows.flatMap((view) => view.components.map(({ construct }) => construct));
  const least = mixOf(environment, all, nodesNeeded(environment, all));
  const most = mixOf(environment, all, environment.facts.nodes.max);
  const nodes = { min: nodesCost(environment, least) * factor, max: nodesCost(environment, most) * factor };
  const components = all.map((component) => {
    const share = {
      min: shareOf(environment, component, least.nodes),
      max: shareOf(environment, component, most.nodes),
    };
    return componentCost(component, { min: nodes.min * share.min, max: nodes.max * share.max }, usage, factor);
  });
  const room = { min: nodes.min - sum(components, 'nodes', 'min'), max: nodes.max - sum(components, 'nodes', 'max') };
  const traffic = natTraffic(usage) * factor;
  const total = {
    min: sum(components, 'total', 'min') + room.min + traffic,
    max: sum(components, 'total', 'max') + room.max + traffic,
  };
  return {
    environment: environment.name,
    region,
    prices: { asOf: prices.asOf, source: prices.source, regionFactor: factor },
    assumptions: assumptionsOf(size),
    nodes: { min: least, max: most },
    components,
    workflows: workflows.map(({ workflow }) => workflowCost(workflow.id, components)),
    room,
    traffic,
    total,
    budget: budgetUse(environment, total),
    unpriced: unpricedOf(all, usage),
  };
}

function componentCost(component: Component, nodes: Span, usage: Usage, factor: number): ComponentCost {
  const claimed = component.pods.reduce(
    (gib, { replicas, volumes }) => gib + replicas * volumes.reduce((one, size) => one + mebibytes(size) / 1024, 0),
    0,
  );
  const volumes = claimed * prices.monthly.gp3Gib * factor;
  const balancers = component.releases.flatMap(({ values }) => loadBalancersOf(values));
  const aws =
    factor *
    (ownResources(component).reduce((total, resource) => total + (priceOf(resource, usage) ?? 0), 0) +
      balancers.reduce((total, balancer) => total + loadBalancerPrice(balancer, usage), 0));
  return {
    workflow: component.workflow.id,
    component: component.node.id,
    nodes,
    volumes,
    aws,
    total: { min: nodes.min + volumes + aws, max: nodes.max + volumes + aws },
  };
}

/** Resources of a component that belong to no component inside of it. */
function ownResources(component: Component): TerraformResource[] {
  return component.node
    .findAll()
    .filter(TerraformResource.isTerraformResource)
    .filter((construct) => construct.node.scopes.findLast(Component.isComponent) === component);
}

function unpricedOf(components: readonly Component[], usage: Usage): string[] {
  const types = components
    .flatMap(ownResources)
    .filter((resource) => priceOf(resource, usage) === undefined)
    .map(({ terraformResourceType }) => terraformResourceType);
  return [...new Set(types)].toSorted();
}

function workflowCost(workflow: string, components: readonly ComponentCost[]): WorkflowCost {
  const own = components.filter((component) => component.workflow === workflow);
  return { workflow, total: { min: sum(own, 'total', 'min'), max: sum(own, 'total', 'max') } };
}

function budgetUse({ facts }: Environment, total: Span): BudgetUse {
  const { monthlyUsd, alertAt } = facts.budget;
  const alerts = alertAt.map(({ value: percent }): BudgetAlert => {
    const usd = (monthlyUsd * percent) / 100;
    const reached = total.min >= usd ? 'always' : total.max >= usd ? 'with many nodes' : 'never';
    return { percent, usd, reached };
  });
  const status = total.min > monthlyUsd ? 'exceeded' : total.max > monthlyUsd ? 'exceeded with many nodes' : 'kept';
  return { monthlyUsd, used: { min: total.min / monthlyUsd, max: total.max / monthlyUsd }, status, alerts };
}

function sum(components: readonly ComponentCost[], part: 'nodes' | 'total', end: keyof Span): number {
  return components.reduce((total, component) => total + component[part][end], 0);
}
