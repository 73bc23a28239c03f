import type { Workflow } from '../../../core/workflow';
import type { ComponentEdge, ComponentName, EdgeReason } from '../../edges';
import type { PlatformModel } from '../../model';
import { enumeration, environmentNames, numbered } from '../../steering/wording';

/** What an arrow says besides the order. */
const labels: Readonly<Record<Exclude<EdgeReason, 'after'>, string>> = {
  reads: 'reads',
  kinds: 'kinds',
  calls: 'calls',
};

/** Says how the picture is to be read. */
export const legend =
  'An arrow leads from a component to one that it needs: solid within the workflow, dotted into a workflow that is deployed before. ' +
  'Without a word it is installed after it and nothing else; `reads` takes a value of its AWS resources, `kinds` stores objects that it defines, `calls` has its address.';

/** The components of some workflows with everything that they need, as Mermaid; edges of all environments together. */
export function picture(model: PlatformModel, workflows: readonly Workflow[]): string[] {
  const ids = workflows.map(({ id }) => id);
  const edges = merged(model).filter(({ from }) => ids.includes(from.workflow));
  const needed = edges.map(({ to }) => to);
  const groups = model.workflows.flatMap(({ workflow, components }) => {
    const own = ids.includes(workflow.id);
    const shown = components.filter(
      ({ id }) => own || needed.some((name) => name.workflow === workflow.id && name.component === id),
    );
    const nodes = shown.map(({ id, namespace }) => {
      const name = { workflow: workflow.id, component: id };
      return `    ${nodeId(name)}["${id}<br/>${namespace ?? 'AWS'}${missing(model, workflow, id)}"]`;
    });
    return nodes.length === 0 ? [] : [`  subgraph ${workflow.id}_stack["${numbered(workflow)}"]`, ...nodes, '  end'];
  });
  return ['flowchart LR', ...groups, ...edges.map(arrow)];
}

/** Edges of every environment, each pair once with all of its reasons. */
function merged(model: PlatformModel): ComponentEdge[] {
  const pairs = new Map<string, ComponentEdge>();
  for (const edge of model.environments.flatMap(({ edges }) => edges)) {
    const key = `${nodeId(edge.from)} ${nodeId(edge.to)}`;
    const reasons = [...new Set([...(pairs.get(key)?.reasons ?? []), ...edge.reasons])];
    pairs.set(key, { ...edge, reasons });
  }
  return [...pairs.values()];
}

function missing(model: PlatformModel, workflow: Workflow, id: string): string {
  const has = model.variants(id, workflow);
  const without = environmentNames(model).filter((name) => !has.has(name));
  return without.length === 0 ? '' : `<br/>not in ${enumeration(without)}`;
}

function arrow({ from, to, reasons }: ComponentEdge): string {
  const solid = from.workflow === to.workflow;
  const label = reasons.flatMap((reason) => (reason === 'after' ? [] : [labels[reason]])).join(', ');
  const line = solid ? '-->' : '-.->';
  return `  ${nodeId(from)} ${line}${label && `|${label}|`} ${nodeId(to)}`;
}

function nodeId({ workflow, component }: ComponentName): string {
  return `${workflow}_${component}`.replaceAll('-', '_');
}
