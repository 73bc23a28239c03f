import { colorOf } from './colors';
import type { PlatformGraph, WorkflowNode } from './platform-graph';

/**
 * The picture as a Mermaid flowchart: solid arrows lead from what is required, dotted ones from what is recommended.
 */
export function mermaidOf({ workflows, edges }: PlatformGraph): string {
  const drawn = edges.filter(({ implied }) => !implied);
  return [
    'flowchart TB',
    ...workflows.flatMap(subgraph),
    ...drawn.map(({ from, to, kind }) => `  ${nameOf(from)} ${kind === 'required' ? '-->' : '-.->'} ${nameOf(to)}`),
    ...workflows.map(
      (workflow) => `  style ${nameOf(workflow.id)} fill:${colorOf(workflow).light},stroke:${colorOf(workflow).dark}`,
    ),
    '',
  ].join('\n');
}

function subgraph({ id, number, title, components }: WorkflowNode): string[] {
  return [
    `  subgraph ${nameOf(id)}["${number ? `${number} ` : ''}${escaped(title)}"]`,
    '    direction LR',
    ...components.map((component) => `    ${nameOf(id)}_${nameOf(component.id)}["${escaped(component.id)}"]`),
    '  end',
  ];
}

/** Mermaid reads words such as `end` in names, so every name gets a prefix; dashes would start an arrow. */
function nameOf(id: string): string {
  return `w_${id.replace(/[^A-Za-z0-9]/g, '_')}`;
}

function escaped(text: string): string {
  return text.replace(/"/g, '#quot;');
}
