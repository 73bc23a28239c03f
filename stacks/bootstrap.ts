import type { Construct } from 'constructs';
import { Workflow } from '../lib/core/workflow';
import { WorkflowStack, type WorkflowStackProps } from '../lib/core/workflow-stack';
import { StateStorage } from '../lib/foundation/state-storage';

/**
 * Bucket and key for the state of all other stacks of an environment, deployed once before they move into it. Its own
 * state stays a local file, and it belongs into an app of its own: a pipeline that deploys `dev-*` does not have that
 * file.
 */
export class BootstrapStack extends WorkflowStack {
  /** Name of the bucket that the other stacks find by the facts of the environment. */
  readonly bucket: string;

  constructor(scope: Construct, props: WorkflowStackProps) {
    super(scope, Workflow.BOOTSTRAP, props);
    this.bucket = new StateStorage(this, 'state').bucket.name;
  }
}
