import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TerraformResource } from 'cdktf';
import { dev, prod } from '../environments';
import { Component, type Environment, type EnvironmentFacts, Percent, PlatformApp, type WorkflowStack } from '../lib';
import { instanceTypes } from '../lib/core/instance-types';
import { regions } from '../lib/core/regions';
import { costOf, type EnvironmentCost } from '../lib/cost/cost';
import { prices } from '../lib/cost/prices';
import { loadBalancersOf } from '../lib/cost/resources';
import { PlatformModel } from '../lib/kiro/model';
import { platform } from '../stacks/platform';
import { facts as all } from './support/platforms';

const folder = mkdtempSync(join(tmpdir(), 'groundplan-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function modelOf(
  facts: EnvironmentFacts,
  extend?: (app: PlatformApp, environment: Environment) => void,
): PlatformModel {
  const app = new PlatformApp({ project: 'ecotrack', environments: [facts], outdir: join(folder, 'cdktf.out') });
  for (const environment of app.environments) {
    platform(app, environment);
    extend?.(app, environment);
  }
  return new PlatformModel(app);
}

function estimate(facts: EnvironmentFacts, extend?: Parameters<typeof modelOf>[1]): EnvironmentCost {
  const [view] = modelOf(facts, extend).environments;
  const cost = view && costOf(view);
  if (!cost) throw new Error('there is no estimate');
  return cost;
}

const known = new Map<string, EnvironmentCost>();
function costIn(name: string): EnvironmentCost {
  const cost = known.get(name) ?? estimate(all[name] as EnvironmentFacts);
  known.set(name, cost);
  return cost;
}

const component = (cost: EnvironmentCost, id: string) =>
  cost.components.find((one) => one.component === id) ?? { aws: Number.NaN, volumes: Number.NaN };

describe('the price table', () => {
  test('says what day and which source it is from', () => {
    expect(prices.asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(prices.source).toMatch(/AWS/);
  });

  test('prices every instance type that an environment may name', () => {
    expect(Object.keys(instanceTypes).filter((type) => !(type in prices.instances))).toEqual([]);
  });

  test('knows regions that the schema knows', () => {
    expect(
      Object.keys(prices.regionFactors).filter((region) => !(regions as readonly string[]).includes(region)),
    ).toEqual([]);
    expect(prices.regionFactors[prices.region]).toBe(1);
  });

  test('spot is cheaper than on demand', () => {
    expect(prices.spotShare).toBeGreaterThan(0);
    expect(prices.spotShare).toBeLessThan(1);
  });
});

describe.each(['dev', 'staging', 'prod'])('%s', (name) => {
  test('components, room and traffic make the total', () => {
    const { components, room, traffic, total } = costIn(name);
    for (const end of ['min', 'max'] as const) {
      const sum = components.reduce((result, one) => result + one.total[end], 0) + room[end] + traffic;
      expect(sum).toBeCloseTo(total[end], 6);
    }
  });

  test('workflows make what their components make', () => {
    const { components, workflows } = costIn(name);
    const sum = (list: readonly { readonly total: { readonly max: number } }[]) =>
      list.reduce((result, { total }) => result + total.max, 0);
    expect(sum(workflows)).toBeCloseTo(sum(components), 6);
    expect(workflows.map(({ workflow }) => workflow)).toHaveLength(7);
  });

  test('shares of the nodes and the room make the nodes', () => {
    const { components, room, nodes } = costIn(name);
    const { types, diskGib = 50 } = all[name]?.nodes ?? dev.nodes;
    const hour = Math.min(...types.map((type) => prices.instances[type] as number));
    for (const end of ['min', 'max'] as const) {
      const { onDemand, spot, nodes: count } = nodes[end];
      const paid = (onDemand + spot * prices.spotShare) * hour * 730 + count * diskGib * prices.monthly.gp3Gib;
      expect(components.reduce((result, one) => result + one.nodes[end], 0) + room[end]).toBeCloseTo(paid, 6);
      expect(onDemand + spot).toBe(count);
    }
  });

  test('there are as few nodes as the requests need, and as many as the environment may have', () => {
    const { nodes, room } = costIn(name);
    const { min, max } = all[name]?.nodes ?? dev.nodes;
    expect(nodes.min.nodes).toBeGreaterThanOrEqual(min);
    expect(nodes.max.nodes).toBe(max);
    expect(room.min).toBeGreaterThanOrEqual(0);
  });

  test('every resource has a price or is free', () => {
    expect(costIn(name).unpriced).toEqual([]);
  });

  test('keeps the budget that its facts name', () => {
    const { budget } = costIn(name);
    expect(budget.monthlyUsd).toBe(all[name]?.budget.monthlyUsd);
    expect(budget.status).toBe('kept');
  });

  test('volumes that pods claim are those in the chart values', () => {
    const [view] = modelOf(all[name] as EnvironmentFacts).environments;
    const components = view?.workflows.flatMap((workflow) => workflow.components) ?? [];
    for (const { id, construct } of components) {
      const declared = construct.pods.flatMap(({ volumes }) => volumes);
      const claimed = construct.releases.flatMap(({ values }) => claimsIn(values));
      expect([id, ...declared.toSorted()]).toEqual([id, ...claimed.toSorted()]);
    }
  });
});

/** Sizes that stand beside a storage class, or inside of a claim that does. */
function claimsIn(value: unknown, inClaim = false): string[] {
  if (value === null || typeof value !== 'object') return [];
  const own = value as Record<string, unknown>;
  const claim = inClaim || ['storageClass', 'storageClassName', 'class'].some((key) => key in own);
  return Object.entries(own).flatMap(([key, item]) =>
    claim && ['size', 'storage'].includes(key) && typeof item === 'string' ? [item] : claimsIn(item, claim),
  );
}

test('the control plane costs its hours and its logs', () => {
  const logs = 30 * 0.3 * prices.perGib.logIngested + 7 * 0.3 * prices.monthly.logGibStored;
  expect(component(costIn('dev'), 'cluster').aws).toBeCloseTo(73 + logs, 6);
});

test('a NAT gateway per zone costs two more, with their addresses', () => {
  const perZone = estimate({ ...dev, network: { ...dev.network, nat: 'per-zone' } });
  const difference = component(perZone, 'network').aws - component(costIn('dev'), 'network').aws;
  expect(difference).toBeCloseTo(2 * 730 * (prices.hourly.natGateway + prices.hourly.publicIpv4), 6);
});

test('a bucket costs what it keeps, from the thirtieth day on at the price of infrequent access', () => {
  const { s3Gib, s3InfrequentGib } = prices.monthly;
  expect(component(costIn('prod'), 'loki').aws).toBeCloseTo(15 * 30 * s3Gib, 6);
  expect(component(costIn('prod'), 'mimir').aws).toBeCloseTo(15 * (30 * s3Gib + 60 * s3InfrequentGib), 6);
});

test('the load balancer stands with the gateway', () => {
  const hour = prices.hourly.networkLoadBalancer + prices.hourly.loadBalancerUnit + 3 * prices.hourly.publicIpv4;
  expect(component(costIn('dev'), 'emissary').aws).toBeCloseTo(730 * hour + 20 * prices.perGib.internetOut, 6);
  expect(loadBalancersOf({ service: { type: 'ClusterIP' } })).toEqual([]);
});

test('volumes are counted per replica', () => {
  const gib = 3 * (100 + 20);
  expect(component(costIn('prod'), 'postgres').volumes).toBeCloseTo(gib * prices.monthly.gp3Gib, 6);
});

test('spot nodes save money', () => {
  const onDemand = estimate({ ...prod, nodes: { ...prod.nodes, spot: Percent.of(0) } });
  expect(onDemand.nodes.max.spot).toBe(0);
  expect(onDemand.total.max).toBeGreaterThan(costIn('prod').total.max);
});

test('with cluster-autoscaler every node is on demand, as its group is', () => {
  const { nodes } = estimate({ ...dev, nodes: { ...dev.nodes, autoscaler: 'cluster-autoscaler' } });
  expect(nodes.max).toEqual({ nodes: 5, onDemand: 5, spot: 0 });
});

test('another region costs its factor', () => {
  const elsewhere = estimate({ ...dev, aws: { ...dev.aws, region: 'eu-central-1' } });
  const factor = prices.regionFactors['eu-central-1'] as number;
  expect(elsewhere.total.max).toBeCloseTo(costIn('dev').total.max * factor, 6);
  expect(elsewhere.prices.regionFactor).toBe(factor);
});

test('a region without prices has no estimate', () => {
  const [view] = modelOf({ ...dev, aws: { ...dev.aws, region: 'mx-central-1' } }).environments;
  expect(view && costOf(view)).toBeUndefined();
});

test.each([
  [100, 'exceeded', ['always', 'always', 'always', 'always']],
  [430, 'exceeded with many nodes', ['always', 'always', 'with many nodes', 'never']],
  [100_000, 'kept', ['never', 'never', 'never', 'never']],
])('a budget of $%d is %s', (monthlyUsd, status, reached) => {
  const { budget } = estimate({ ...dev, budget: { monthlyUsd } });
  expect(budget.status).toBe(status);
  expect(budget.alerts.map((alert) => alert.reached)).toEqual(reached);
  expect(budget.alerts.map(({ usd }) => usd)).toEqual([0.5, 0.8, 1, 1.2].map((share) => share * monthlyUsd));
});

test('a component of a user is priced without further code, and what has no price is named', () => {
  class Search extends Component {
    constructor(scope: WorkflowStack) {
      super(scope, 'search', { purpose: 'finds products' });
      this.podsOf('search', { cpu: '500m', memory: '1Gi', replicas: 2, volumes: ['20Gi'] });
      new TerraformResource(this, 'domain', { terraformResourceType: 'aws_opensearch_domain' });
    }
  }
  const cost = estimate(dev, (app, { name }) => {
    const stack = app.node.findChild(`${name}-data`) as WorkflowStack;
    new Search(stack);
  });
  expect(component(cost, 'search').volumes).toBeCloseTo(2 * 20 * prices.monthly.gp3Gib, 6);
  expect(cost.components.find(({ component: id }) => id === 'search')?.nodes.max).toBeGreaterThan(0);
  expect(cost.unpriced).toEqual(['aws_opensearch_domain']);
});
