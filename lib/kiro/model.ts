import type { Application } from '../core/application';
import { type Capacity, type CapacityRow, capacityOf } from '../core/capacity';
import { Component, type Handover } from '../core/component';
import type { Environment } from '../core/environment';
import type { PlatformApp } from '../core/platform-app';
import { Workflow } from '../core/workflow';
import type { WorkflowStack } from '../core/workflow-stack';
import type { Release } from '../providers/release';
import { type ComponentEdge, componentEdges } from './edges';

/** A component as one environment has it. */
export interface ComponentView {
  readonly id: string;
  /** A verb first: `stores logs and answers LogQL`. */
  readonly purpose: string;
  readonly workflow: Workflow;
  /** Stack that places it, such as `dev-observability`. */
  readonly stack: string;
  /** Namespace of its pods; undefined where it lives in AWS only. */
  readonly namespace: string | undefined;
  readonly releases: readonly Release[];
  /** Commands that show that it works. */
  readonly checks: readonly string[];
  /** Commands that take it back. */
  readonly rollbacks: readonly string[];
  readonly handovers: readonly Handover[];
  /** Requests with the largest number of nodes; undefined where it runs no pods. */
  readonly requests: CapacityRow | undefined;
  /** The component itself, for what is not told here. */
  readonly construct: Component;
}

/** A workflow as one environment has it. */
export interface WorkflowView {
  readonly workflow: Workflow;
  readonly components: readonly ComponentView[];
  /** Ids of the stacks that its stack is deployed after. */
  readonly after: readonly string[];
  /** The stack itself, for what is not told here. */
  readonly stack: WorkflowStack;
}

/** An environment with what it runs. */
export interface EnvironmentView {
  readonly environment: Environment;
  /** Workflows that are on, in the order of the library, a team's own after them. */
  readonly workflows: readonly WorkflowView[];
  readonly capacity: Capacity;
  /** Who needs whom among the components; found when it is first asked for. */
  readonly edges: readonly ComponentEdge[];
}

/** What documents tell besides the tree. */
export interface ModelOptions {
  /**
   * The services of the application.
   *
   * @default - documents about services tell of the platform alone
   */
  readonly services?: Application;
}

/**
 * The platform as documents and tables see it: read from the construct tree, never written down a second time. The same
 * objects make the Terraform, so a version printed from here is the one that is installed.
 */
export class PlatformModel {
  readonly project: string;
  readonly environments: readonly EnvironmentView[];
  /** The application that runs on the platform; undefined where none is described. */
  readonly application: Application | undefined;

  constructor(app: PlatformApp, { services }: ModelOptions = {}) {
    this.application = services;
    this.environments = app.environments.map((environment) => viewOf(environment, app.stacksOf(environment)));
    this.project = this.environments[0]?.environment.project ?? '';
  }

  /** Every workflow that is on in some environment, with the components of the first environment that has each. */
  get workflows(): readonly WorkflowView[] {
    const known = new Map<Workflow, WorkflowView>();
    for (const { workflows } of this.environments) {
      for (const view of workflows) {
        const before = known.get(view.workflow);
        known.set(view.workflow, before ? { ...before, components: union(before.components, view.components) } : view);
      }
    }
    return [...known.values()];
  }

  /** @throws RangeError for a name that the platform does not have */
  environment(name: string): EnvironmentView {
    const found = this.environments.find(({ environment }) => environment.name === name);
    if (!found) throw new RangeError(`there is no environment '${name}'`);
    return found;
  }

  /** A component in every environment that has it. */
  variants(id: string, workflow: Workflow): ReadonlyMap<string, ComponentView> {
    return new Map(
      this.environments.flatMap(({ environment, workflows }) =>
        workflows
          .flatMap(({ components }) => components)
          .filter((component) => component.id === id && component.workflow === workflow)
          .map((component) => [environment.name, component] as const),
      ),
    );
  }
}

function viewOf(environment: Environment, stacks: readonly WorkflowStack[]): EnvironmentView {
  const capacity = capacityOf(environment, stacks);
  const components = stacks.flatMap((stack) =>
    stack.node
      .findAll()
      .filter(Component.isComponent)
      .map((component) => componentView(component, stack, capacity)),
  );
  const workflows = stacks.map((stack) => ({
    workflow: stack.workflow,
    components: components.filter(({ workflow }) => workflow === stack.workflow),
    after: stack.dependencies.map(({ node }) => node.id),
    stack,
  }));
  const rank = ({ workflow }: WorkflowView) => workflow.number ?? Workflow.all.length + 1;
  let edges: readonly ComponentEdge[] | undefined;
  return {
    environment,
    capacity,
    workflows: workflows.toSorted((one, other) => rank(one) - rank(other)),
    get edges() {
      edges ??= componentEdges(stacks);
      return edges;
    },
  };
}

function componentView(component: Component, stack: WorkflowStack, { rows }: Capacity): ComponentView {
  const { purpose, workflow, namespace, releases, checks, rollbacks, handovers, node } = component;
  return {
    id: node.id,
    purpose,
    workflow,
    stack: stack.node.id,
    namespace: namespace?.name,
    releases,
    checks,
    rollbacks,
    handovers,
    requests: rows.find((row) => row.component === node.id && row.workflow === workflow.id),
    construct: component,
  };
}

function union(one: readonly ComponentView[], other: readonly ComponentView[]): ComponentView[] {
  return [...one, ...other.filter(({ id }) => !one.some((known) => known.id === id))];
}
