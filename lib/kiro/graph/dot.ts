import { colorOf } from './colors';
import type { PlatformGraph, WorkflowEdge, WorkflowNode } from './platform-graph';

const font = 'Helvetica,Arial,DejaVu Sans,sans-serif';
/** Points that text takes in the widest of these fonts; Graphviz counts with the narrowest, and text would leave its box. */
const widthOf = (text: string, size: number) => Math.ceil(text.length * size * 0.63);

const ink = '#1b1f24';
const lines = {
  required: `color="${ink}", penwidth=1.8`,
  recommended: 'color="#b35900", penwidth=1.6, style=dashed',
} as const;

/** The picture in the language of Graphviz: a box per workflow, from what comes first on the left to what comes last. */
export function dotOf({ environment, workflows, edges }: PlatformGraph): string {
  const title = environment === undefined ? 'The platform' : `The platform in ${environment}`;
  return [
    'digraph platform {',
    `  graph [rankdir=LR, nodesep=0.35, ranksep=0.75, pad=0.3, bgcolor="white", fontname="${font}", fontsize=18,`,
    `         fontcolor="${ink}", label=<${marked(title)}<br align="left"/><font point-size="11">Arrows that follow from others are left out.</font><font point-size="20"> </font><br align="left"/>>, labelloc=t, labeljust=l];`,
    `  node [shape=plain, fontname="${font}", fontsize=12, fontcolor="${ink}"];`,
    `  edge [fontname="${font}", fontsize=11, arrowsize=0.9];`,
    ...workflows.map(box),
    ...edges.filter(({ implied }) => !implied).map(arrow),
    ...legend(),
    '}',
    '',
  ].join('\n');
}

function box(workflow: WorkflowNode): string {
  const { id, number, title, purpose, components } = workflow;
  const { dark, light } = colorOf(workflow);
  const heading = `${number ? `${number}  ` : ''}${title}`;
  const names = components.length > 0 ? components.map((component) => component.id) : ['no components'];
  const width = Math.max(widthOf(heading, 14), ...names.map((name) => widthOf(name, 12))) + 16;
  return [
    `  "${quoted(id)}" [tooltip="${quoted(purpose)}", label=<`,
    `    <table border="1" cellborder="0" cellspacing="0" cellpadding="4" color="${dark}" bgcolor="${light}">`,
    `      <tr><td bgcolor="${dark}" cellpadding="7" align="left" width="${width}"><font color="white" point-size="14"> ${marked(heading)} </font></td></tr>`,
    ...names.map((name) => `      <tr><td align="left"> ${marked(name)} </td></tr>`),
    '    </table>>];',
  ].join('\n');
}

function arrow({ from, to, kind, reason }: WorkflowEdge): string {
  return `  "${quoted(from)}" -> "${quoted(to)}" [${lines[kind]}, tooltip="${quoted(reason)}"];`;
}

/** Two short arrows with their meaning. */
function legend(): string[] {
  const inches = (text: string) => (widthOf(text, 11) / 72).toFixed(2);
  const entry = (name: string, text: string, style: string) => [
    `    "${name}-from" [label="deployed first", width=${inches('deployed first')}];`,
    `    "${name}-to" [label="${text}", width=${inches(text)}];`,
    `    "${name}-from" -> "${name}-to" [${style}];`,
  ];
  return [
    '  subgraph cluster_legend {',
    '    graph [label="", color="#9aa4af", style=rounded, margin=8];',
    '    node [shape=plaintext, margin="0.08,0.02", height=0.2, fontsize=11];',
    ...entry('legend-recommended', 'is better with it', lines.recommended),
    ...entry('legend-required', 'needs it', lines.required),
    '  }',
  ];
}

function quoted(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/"/g, '\\"');
}

function marked(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
