import type { Workflow } from '../../core/workflow';
import type { ComponentEdge } from '../edges';
import type { PlatformModel, WorkflowView } from '../model';

/** A component in the picture. */
export interface ComponentNode {
  readonly id: string;
  readonly purpose: string;
  /** Undefined where it lives in AWS only. */
  readonly namespace: string | undefined;
}

/** A workflow in the picture. */
export interface WorkflowNode {
  readonly id: string;
  /** 1 to 7; undefined for a workflow that a team added. */
  readonly number: number | undefined;
  readonly title: string;
  readonly purpose: string;
  readonly components: readonly ComponentNode[];
}

/** One workflow is deployed before another one. */
export interface WorkflowEdge {
  /** The one that comes first. */
  readonly from: string;
  /** The one that needs it, or is better with it. */
  readonly to: string;
  readonly kind: 'required' | 'recommended';
  readonly reason: string;
  /** True where other required edges say the same; pictures leave it out. */
  readonly implied: boolean;
}

/** Workflows, their components, and what has to be there first. */
export interface PlatformGraph {
  /** Undefined for all environments together. */
  readonly environment: string | undefined;
  readonly workflows: readonly WorkflowNode[];
  readonly edges: readonly WorkflowEdge[];
  /** Who needs whom among the components; empty for all environments together. */
  readonly componentEdges: readonly ComponentEdge[];
}

/**
 * The picture of one environment, or of everything that runs in some environment.
 *
 * @throws RangeError for an environment that the platform does not have
 */
export function graphOf(model: PlatformModel, environment?: string): PlatformGraph {
  const view = environment === undefined ? undefined : model.environment(environment);
  const workflows = view?.workflows ?? model.workflows;
  return {
    environment,
    workflows: workflows.map(nodeOf),
    edges: edgesOf(workflows.map(({ workflow }) => workflow)),
    componentEdges: view?.edges ?? [],
  };
}

function nodeOf({ workflow: { id, number, title, purpose }, components }: WorkflowView): WorkflowNode {
  const nodes = components.map((component) => ({
    id: component.id,
    purpose: component.purpose,
    namespace: component.namespace,
  }));
  return { id, number, title, purpose, components: nodes };
}

function edgesOf(workflows: readonly Workflow[]): WorkflowEdge[] {
  return workflows.flatMap((workflow) => {
    const edges = (needed: ReadonlyMap<Workflow, string>, kind: WorkflowEdge['kind']) =>
      [...needed]
        .filter(([other]) => workflows.includes(other))
        .map(([other, reason]) => ({
          from: other.id,
          to: workflow.id,
          kind,
          reason,
          implied: [...workflow.requires.keys()].some((between) => between !== other && needs(between, other)),
        }));
    return [...edges(workflow.requires, 'required'), ...edges(workflow.recommends, 'recommended')];
  });
}

/** True if one workflow cannot be there without the other. */
function needs(workflow: Workflow, other: Workflow): boolean {
  return [...workflow.requires.keys()].some((required) => required === other || needs(required, other));
}
