import {
  dependable,
  TerraformDataSource,
  type TerraformElement,
  TerraformModule,
  TerraformResource,
  TerraformStack,
} from 'cdktf';
import type { IConstruct } from 'constructs';
import { report } from './model-problems';

/** A construct that lets others wait for a part of it instead of for everything inside. */
export interface Awaitable {
  /** What must exist before a dependant is created. */
  readonly awaited: readonly IConstruct[];
}

function isAwaitable(construct: object): construct is Awaitable {
  return 'awaited' in construct;
}

/**
 * Turns `construct.node.addDependency()` into `depends_on`. cdktf itself ignores these edges.
 *
 * An edge into another stack becomes an edge between the stacks, since Terraform cannot depend on a resource of
 * another state.
 */
export function connectDependencies(stack: TerraformStack): void {
  for (const construct of stack.node.findAll()) {
    for (const target of construct.node.dependencies) {
      const targetStack = TerraformStack.of(target);
      if (targetStack === stack) connectParts(construct, awaitedElements(target));
      else dependOnStack(stack, targetStack);
    }
  }
}

/** Adds an edge between stacks; a circle is reported with its two ends. */
export function dependOnStack(stack: TerraformStack, on: TerraformStack): void {
  if (on === stack || stack.dependsOn(on)) return;
  if (on.dependsOn(stack)) {
    report(stack, {
      code: 'GP213',
      message: `'${stack.node.id}' would depend on '${on.node.id}', which already depends on it`,
      allowed: 'edges in one direction',
      fix: 'move the shared part into the earlier workflow',
    });
    return;
  }
  stack.addDependency(on);
}

type Dependant = TerraformResource | TerraformDataSource | TerraformModule;

function isDependant(construct: IConstruct): construct is Dependant {
  return (
    TerraformResource.isTerraformResource(construct) ||
    TerraformDataSource.isTerraformDataSource(construct) ||
    construct instanceof TerraformModule
  );
}

function elementsOf(construct: IConstruct): Dependant[] {
  return construct.node.findAll().filter(isDependant);
}

function awaitedElements(target: IConstruct): Dependant[] {
  return isAwaitable(target) ? target.awaited.flatMap(awaitedElements) : elementsOf(target);
}

/**
 * A component waits with what it runs in the cluster. Its roles, buckets and queues do not wait for charts of others: AWS
 * is complete without the cluster, and an edge made on the resource itself is still taken.
 */
function connectParts(construct: IConstruct, targets: readonly Dependant[]): void {
  const elements = elementsOf(construct);
  const outside = elements.filter(
    (element) => element !== construct && !isInCluster(element) && hasResourceType(element),
  );
  connect(
    elements.filter((element) => !outside.includes(element)),
    targets,
  );
  connect(
    outside,
    targets.filter((target) => !isInCluster(target)),
  );
}

function hasResourceType(element: Dependant): boolean {
  return 'terraformResourceType' in element && element.terraformResourceType !== 'terraform_data';
}

function isInCluster(element: Dependant): boolean {
  return 'terraformResourceType' in element && /^(helm|kubernetes)_/.test(element.terraformResourceType);
}

function connect(from: readonly Dependant[], to: readonly Dependant[]): void {
  for (const element of from) {
    const others = to.filter((target) => target !== element && !isInside(element, target));
    const entries = new Set([...(element.dependsOn ?? []), ...others.map((target) => dependable(target))]);
    element.dependsOn = [...entries];
  }
}

function isInside(element: TerraformElement, target: TerraformElement): boolean {
  return element.node.scopes.includes(target);
}
