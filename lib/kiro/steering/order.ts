import type { Workflow } from '../../core/workflow';
import type { EnvironmentView, PlatformModel, WorkflowView } from '../model';

/** Workflows of an environment in waves; those of one wave are deployed side by side. */
export function deploymentWaves({ workflows }: EnvironmentView): WorkflowView[][] {
  const waves: WorkflowView[][] = [];
  let waiting = [...workflows];
  while (waiting.length > 0) {
    const ids = new Set(waiting.map(({ stack }) => stack.node.id));
    const ready = waiting.filter(({ after }) => !after.some((id) => ids.has(id)));
    // Circles between stacks stop the synthesis before anything is written.
    if (ready.length === 0) return [...waves, waiting];
    waves.push(ready);
    waiting = waiting.filter((view) => !ready.includes(view));
  }
  return waves;
}

/** Workflows that need a workflow, directly or through others, nearest first. */
export function dependants({ workflows }: PlatformModel, workflow: Workflow): Workflow[] {
  const found: Workflow[] = [];
  let nearest = [workflow];
  while (nearest.length > 0) {
    nearest = workflows
      .map((view) => view.workflow)
      .filter((other) => !found.includes(other) && nearest.some((one) => other.requires.has(one)));
    found.push(...nearest);
  }
  return found;
}
