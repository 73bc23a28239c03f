import { Construct, type IConstruct } from 'constructs';
import type { Chart } from '../providers/chart';
import { Release } from '../providers/release';
import type { Values } from '../providers/values';
import { checkedId } from './construct-id';
import type { CustomResource } from './custom-resource';
import type { Awaitable } from './dependencies';
import type { Environment } from './environment';
import type { NamespaceHandle } from './handles';
import { type ContainerSize, type PodSize, Pods } from './pods';
import type { Sized } from './size';
import { componentContext } from './tags';
import type { Workflow } from './workflow';
import { WorkflowStack } from './workflow-stack';

/** Props that every component takes. */
export interface ComponentProps {
  /** Namespace to install into; one construct owns it. */
  readonly namespace: NamespaceHandle;
  /**
   * Chart values laid over those of the component; the last resort when no prop fits.
   *
   * @default - none
   */
  readonly values?: Values;
}

/** How a component introduces itself to documents, tables and tests. */
export interface ComponentIntroduction {
  /** What the platform has it for: a verb first, such as `stores logs and answers LogQL`. */
  readonly purpose: string;
  /**
   * Namespace of what it installs.
   *
   * @default - it lives in AWS only
   */
  readonly namespace?: NamespaceHandle;
  /**
   * Workflow it belongs to.
   *
   * @default - the workflow of its stack
   */
  readonly workflow?: Workflow;
  /**
   * Raw chart values of the user, laid over those of the release that has the name of the component.
   *
   * @default - none
   */
  readonly values?: Values;
}

/** A chart that a component installs. */
export interface ReleaseSpec {
  readonly chart: Chart;
  readonly values: Values;
  /**
   * Release name, at most 53 characters.
   *
   * @default - the id of the component
   */
  readonly name?: string;
  /**
   * What has to be there first, besides the gate of the stack.
   *
   * @default - nothing else
   */
  readonly after?: readonly IConstruct[];
  /**
   * Leaves the chart's `crds/` folder out, because another release brings them.
   *
   * @default false
   */
  readonly skipCrds?: boolean;
  /**
   * Seconds that an installation may take.
   *
   * @default 600
   */
  readonly timeout?: number;
}

/** Custom resources that a component applies through the library's own chart. */
export interface CustomResourcesSpec {
  readonly resources: readonly CustomResource[];
  /**
   * What has to be there first; name the release that brings the definitions.
   *
   * @default - every release of the component made so far
   */
  readonly after?: readonly IConstruct[];
  /** @default 600 */
  readonly timeout?: number;
}

/** A value that other workflows or people use. */
export interface Handover {
  readonly name: string;
  readonly value: string;
}

/** Something outside of Terraform's sight. */
export interface Leftover {
  /** One sentence that says what it is and why it matters. */
  readonly what: string;
  /** Commands that show or remove it. */
  readonly commands: readonly string[];
}

/**
 * One tool of the platform. It places its Terraform and describes itself; documents and tables are printed from the
 * description, so nobody writes them twice.
 */
export abstract class Component extends Construct implements Awaitable {
  static isComponent(this: void, construct: unknown): construct is Component {
    return construct instanceof Component;
  }

  readonly purpose: string;
  readonly namespace?: NamespaceHandle;
  readonly workflow: Workflow;
  readonly releases: Release[] = [];
  readonly pods: Pods[] = [];
  /** Commands that show that it works. */
  readonly checks: string[] = [];
  /** Commands that take it back to what ran before. */
  readonly rollbacks: string[] = [];
  readonly handovers: Handover[] = [];
  /** What has to go while the component is still there. */
  readonly drains: Leftover[] = [];
  /** What stays when the component is gone. */
  readonly leftovers: Leftover[] = [];

  private readonly patch?: Values;

  protected constructor(scope: Construct, id: string, introduction: ComponentIntroduction) {
    super(scope, checkedId(scope, id));
    this.purpose = introduction.purpose;
    this.namespace = introduction.namespace;
    this.node.setContext(componentContext, id);
    this.workflow = introduction.workflow ?? this.stack.workflow;
    this.patch = introduction.values;
  }

  get stack(): WorkflowStack {
    return WorkflowStack.of(this);
  }

  get environment(): Environment {
    return this.stack.environment;
  }

  /** Releases are what dependants wait for; a component without any is awaited as a whole. */
  get awaited(): readonly IConstruct[] {
    return this.releases.length > 0 ? this.releases : this.node.children;
  }

  /** The setting for the size of this environment. */
  protected sized<T>(choices: Sized<T>): T {
    return choices[this.environment.facts.size];
  }

  /** Counts a group of pods towards capacity and returns their figures for the chart values. */
  protected podsOf(name: string, size: PodSize): Pods {
    const pods = new Pods(name, size, false);
    this.pods.push(pods);
    return pods;
  }

  /** Counts one pod on every node towards capacity. */
  protected podsPerNode(name: string, size: ContainerSize & Pick<PodSize, 'sidecars'>): Pods {
    const pods = new Pods(name, size, true);
    this.pods.push(pods);
    return pods;
  }

  /** Installs a chart. */
  protected release({ name = this.node.id, after = [], ...spec }: ReleaseSpec): Release {
    const release = new Release(this, name, {
      ...spec,
      name,
      namespace: this.requiredNamespace(),
      patch: name === this.node.id ? this.patch : undefined,
    });
    release.node.addDependency(
      ...after,
      ...this.node.children.filter((child) => child !== release && !Release.isRelease(child)),
    );
    this.releases.push(release);
    return release;
  }

  /** Applies custom resources after the operator that understands them. */
  protected customResources(id: string, { after = [...this.releases], ...spec }: CustomResourcesSpec): Release {
    const release = Release.ofResources(this, id, {
      ...spec,
      name: `${this.node.id}-${id}`,
      namespace: this.requiredNamespace(),
    });
    release.node.addDependency(...after);
    this.releases.push(release);
    return release;
  }

  protected verifiedBy(...commands: readonly string[]): void {
    this.checks.push(...commands);
  }

  protected rolledBackBy(...commands: readonly string[]): void {
    this.rollbacks.push(...commands);
  }

  /** Tells what users made with it and Terraform cannot see: it has to go first, with these commands. */
  protected drainedBy(what: string, ...commands: readonly string[]): void {
    this.drains.push({ what, commands });
  }

  /** Tells what stays after a destroy, and the commands that show or remove it. */
  protected leavesBehind(what: string, ...commands: readonly string[]): void {
    this.leftovers.push({ what, commands });
  }

  protected handsOver(name: string, value: string): void {
    this.handovers.push({ name, value });
  }

  private requiredNamespace(): NamespaceHandle {
    if (!this.namespace) throw new TypeError(`${this.node.path} has no namespace to install a chart into`);
    return this.namespace;
  }
}
