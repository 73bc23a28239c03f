import { TerraformElement, TerraformStack } from 'cdktf';
import type { Construct, IConstruct } from 'constructs';
import { configureBackend, type State } from '../providers/backend';
import { configureAws, configureCluster } from '../providers/cluster-providers';
import { ReadyGate } from '../providers/ready-gate';
import { checkedId } from './construct-id';
import { connectDependencies, dependOnStack } from './dependencies';
import type { Environment } from './environment';
import type { Foundation } from './handles';
import { report } from './model-problems';
import { PlatformSettings } from './platform-settings';
import { ModelError } from './problem';
import { SinglePass } from './single-pass';
import { tagComponents } from './tags';
import { checkTerraform } from './terraform-check';
import { Workflow } from './workflow';

export interface WorkflowStackProps {
  /** Checked facts, from `PlatformApp.environments`. */
  readonly environment: Environment;
}

/**
 * One workflow of one environment: a Terraform state of its own, with providers, tags and the gate that charts wait for.
 *
 * Handles among the props that are stacks become edges between stacks, so `cdktf deploy` and `cdktf destroy` know the
 * order. Extend it for a stack of your own team.
 */
export abstract class WorkflowStack extends TerraformStack {
  static isWorkflowStack(construct: unknown): construct is WorkflowStack {
    return construct instanceof WorkflowStack;
  }

  /**
   * The workflow stack around a construct.
   *
   * @throws ModelError outside of one
   */
  static override of(construct: IConstruct): WorkflowStack {
    const stack = construct.node.scopes.findLast((scope) => TerraformStack.isStack(scope));
    if (WorkflowStack.isWorkflowStack(stack)) return stack;
    throw new ModelError([
      {
        code: 'GP217',
        path: construct.node.path || 'the app',
        message: `'${construct.node.path || 'the app'}' is not inside a workflow stack`,
        allowed: 'scopes inside a WorkflowStack',
        fix: 'pass the stack, or a construct in it, as scope',
      },
    ]);
  }

  readonly environment: Environment;
  readonly workflow: Workflow;
  readonly settings: PlatformSettings;

  /** What every chart of this stack waits for; undefined in the stack that makes the cluster. */
  readonly gate?: ReadyGate;

  private prepared = false;
  private readonly rendering = new SinglePass(this);

  protected constructor(scope: Construct, workflow: Workflow, props: WorkflowStackProps) {
    super(scope, checkedId(scope, `${props.environment.name}-${workflow.id}`));
    this.environment = props.environment;
    this.workflow = workflow;
    this.settings = PlatformSettings.of(this);
    configureBackend(this, this.environment, this.stateOfStack(), this.settings.outdir);
    configureAws(this, this.environment, this.standardTags(), this.settings.providerVersions);
    const handles = Object.entries(props);
    for (const [, handle] of handles) if (WorkflowStack.isWorkflowStack(handle)) this.follow(handle);
    const foundation = (props as { foundation?: Foundation }).foundation;
    if (foundation) {
      configureCluster(this, this.environment, foundation.cluster, this.settings.providerVersions);
      this.gate = new ReadyGate(this, 'ready', foundation.ready);
    }
  }

  /** Tags on everything in this stack that can carry any. */
  standardTags(): Record<string, string> {
    const { owner, costCenter, tags } = this.environment.facts;
    return {
      ...tags,
      Project: this.environment.project,
      Environment: this.environment.name,
      Workflow: this.workflow.id,
      Owner: owner,
      CostCenter: costCenter,
      ManagedBy: 'terraform',
    };
  }

  override prepareStack(): void {
    if (!this.prepared) {
      this.prepared = true;
      this.complete();
      this.rendering.prepare();
    }
  }

  override toTerraform(): Record<string, unknown> {
    const { isValid } = this.rendering;
    const { rawOverrides } = this as unknown as { rawOverrides: Record<string, unknown> };
    // Aspects may have added resources and edges since.
    if (!isValid) this.complete();
    const document = isValid ? this.rendering.document(rawOverrides) : super.toTerraform();
    for (const problem of checkTerraform(this.node.path, document)) report(this, problem);
    return document;
  }

  /** What cdktf leaves to others: edges, tags, and a look at the addresses. */
  private complete(): void {
    this.checkAddresses();
    connectDependencies(this);
    tagComponents(this);
  }

  /** Nothing can keep the state of the stack that makes the place for state. */
  private stateOfStack(): State {
    return this.workflow === Workflow.BOOTSTRAP ? { kind: 'local' } : this.settings.state;
  }

  private follow(other: WorkflowStack): void {
    const declared = [...this.workflow.requires.keys(), ...this.workflow.recommends.keys()];
    if (!declared.includes(other.workflow)) {
      report(this, {
        code: 'GP216',
        message: `'${this.workflow.id}' takes a handle of '${other.workflow.id}'`,
        allowed: declared.map(({ id }) => id).join(', ') || 'no handles',
        fix: `declare '${other.workflow.id}' under requires or recommends of the workflow`,
      });
    }
    dependOnStack(this, other);
  }

  private checkAddresses(): void {
    const owners = new Map<string, TerraformElement>();
    for (const element of this.node.findAll().filter(TerraformElement.isTerraformElement)) {
      const address = addressOf(element);
      if (address === undefined) continue;
      const owner = owners.get(address);
      if (owner) {
        report(element, {
          code: 'GP202',
          message: `'${element.node.path}' and '${owner.node.path}' would both be '${address}'`,
          allowed: 'ids that differ in letters, digits or dashes',
          fix: 'rename one of the constructs',
        });
      }
      owners.set(address, element);
    }
  }
}

function addressOf(element: TerraformElement): string | undefined {
  const type = (element as { terraformResourceType?: string }).terraformResourceType;
  return type && `${type}.${element.friendlyUniqueId}`;
}
