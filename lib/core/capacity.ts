import { Component } from './component';
import type { Environment } from './environment';
import { instanceTypes } from './instance-types';
import { meshSidecar } from './mesh-sidecar';
import { Pods } from './pods';
import type { Problem } from './problem';
import { textTable } from './text-table';
import type { WorkflowStack } from './workflow-stack';

/** CPU in millicores, memory in MiB, and a number of pods. */
export interface Resources {
  readonly cpu: number;
  readonly memory: number;
  readonly pods: number;
}

/** What one component asks for with the environment's largest number of nodes. */
export interface CapacityRow extends Resources {
  readonly workflow: string;
  readonly component: string;
}

/** Requests of an environment against what its nodes can give. */
export interface Capacity {
  readonly environment: string;
  readonly nodes: number;
  readonly rows: readonly CapacityRow[];
  readonly requested: Resources;
  readonly allocatable: Resources;
  /** The fullest of the three, as a share between 0 and 1. */
  readonly fill: number;
}

/** Pods that a node takes; set on the nodes themselves, so that less memory is kept back than for the default of 110. */
export const podsPerNode = 58;

/**
 * What one node of a type leaves for pods.
 *
 * The kernel and firmware take about 4.5 % of the memory, the kubelet 255 MiB and 11 MiB a pod plus 100 MiB before it
 * evicts; of the CPU it takes 6 % of the first core, 1 % of the second and half a percent of the next two.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html
 */
export function allocatable(type: string): Resources {
  const { vcpus, memoryGib } = instanceTypes[type] ?? { vcpus: 0, memoryGib: 0 };
  const reservedCpu =
    [60, 10, 5, 5].slice(0, vcpus).reduce((sum, share) => sum + share, 0) + Math.max(0, vcpus - 4) * 2.5;
  return {
    cpu: Math.floor(vcpus * 1000 - reservedCpu),
    memory: Math.floor(memoryGib * 1024 * 0.955 - 255 - 11 * podsPerNode - 100),
    pods: podsPerNode,
  };
}

/** The smallest node that the environment may get decides; a larger one only adds room. */
export function smallestNode(environment: Environment): Resources {
  const all = environment.facts.nodes.types.map(allocatable);
  return {
    cpu: Math.min(...all.map(({ cpu }) => cpu)),
    memory: Math.min(...all.map(({ memory }) => memory)),
    pods: podsPerNode,
  };
}

/** Adds up the pods of every component of an environment. */
export function capacityOf(environment: Environment, stacks: readonly WorkflowStack[]): Capacity {
  const nodes = environment.facts.nodes.max;
  const rows = stacks
    .flatMap((stack) => stack.node.findAll().filter(Component.isComponent))
    .filter(({ pods }) => pods.length > 0)
    .map((component) => rowOf(component, nodes));
  const requested = sum(rows);
  const node = smallestNode(environment);
  const available = { cpu: node.cpu * nodes, memory: node.memory * nodes, pods: node.pods * nodes };
  const fill = Math.max(
    requested.cpu / available.cpu,
    requested.memory / available.memory,
    requested.pods / available.pods,
  );
  return { environment: environment.name, nodes, rows, requested, allocatable: available, fill };
}

function rowOf(component: Component, nodes: number): CapacityRow {
  return { workflow: component.workflow.id, component: component.node.id, ...requestsOf(component, nodes) };
}

/** What the pods of a component ask for on a number of nodes. */
export function requestsOf(component: Component, nodes: number): Resources {
  const sidecar = sidecarOf(component);
  return sum(
    component.pods.map((pods) => {
      const count = pods.perNode ? nodes : pods.replicas;
      return { cpu: count * (pods.cpu + sidecar.cpu), memory: count * (pods.memory + sidecar.memory), pods: count };
    }),
  );
}

/** The proxy that every pod of the component gets; in ambient mode the nodes carry it. */
function sidecarOf({ namespace, environment }: Component): { readonly cpu: number; readonly memory: number } {
  const injected = namespace?.inMesh && environment.facts.mesh.mode === 'sidecar';
  return injected ? new Pods('sidecar', meshSidecar, false) : { cpu: 0, memory: 0 };
}

function sum(all: readonly Resources[]): Resources {
  const total = (pick: (resources: Resources) => number) =>
    all.reduce((result, resources) => result + pick(resources), 0);
  return { cpu: total(({ cpu }) => cpu), memory: total(({ memory }) => memory), pods: total(({ pods }) => pods) };
}

/** An error where the platform does not fit, a warning where it fills more than 80 %. */
export function capacityProblems(capacity: Capacity): Problem[] {
  if (capacity.fill <= 0.8) return [];
  const fits = capacity.fill <= 1;
  return [
    {
      code: fits ? 'GP302' : 'GP301',
      severity: fits ? 'warning' : 'error',
      path: `${capacity.environment}.nodes.max`,
      message: `the platform asks for ${Math.round(capacity.fill * 100)} % of ${capacity.nodes} nodes\n${capacityTable(capacity)}\n`,
      allowed: fits ? 'up to 100 %, with little room for applications above 80 %' : 'up to 100 %',
      fix: 'raise nodes.max, choose larger nodes.types, choose a smaller size, or switch a workflow off',
    },
  ];
}

/** The capacity as a text table: a line per component, the sum, and what there is. */
export function capacityTable({ rows, requested, allocatable: available }: Capacity): string {
  const lines = [
    ['workflow', 'component', 'CPU', 'memory', 'pods'],
    ...rows.map((row) => [row.workflow, row.component, ...figures(row)]),
    ['', 'requested', ...figures(requested)],
    ['', 'allocatable', ...figures(available)],
  ];
  return textTable(lines, 2)
    .map((line) => `  ${line}`)
    .join('\n');
}

function figures({ cpu, memory, pods }: Resources): string[] {
  return [`${Math.round(cpu)}m`, `${Math.round(memory)}Mi`, String(pods)];
}
