import type { PlatformApp } from '../../lib';
import { mermaidOf } from '../../lib/kiro/graph/mermaid';
import { graphOf, type PlatformGraph } from '../../lib/kiro/graph/platform-graph';
import { renderGraph } from '../../lib/kiro/graph/render';
import { PlatformModel } from '../../lib/kiro/model';
import { note, table } from './markdown';

/** The picture of the platform: a drawing for the README and a page with the same as Mermaid. */
export async function graphPages(app: PlatformApp): Promise<Record<string, string>> {
  const graph = graphOf(new PlatformModel(app));
  return {
    'docs/graph.svg': String(await renderGraph(graph, 'svg')).trimEnd(),
    'docs/graph.md': graphPage(graph),
  };
}

function graphPage(graph: PlatformGraph): string {
  const titles = new Map(graph.workflows.map(({ id, number, title }) => [id, `${number} ${title}`]));
  const rows = graph.edges.map(({ from, to, kind, reason }) => [
    titles.get(to) ?? to,
    titles.get(from) ?? from,
    kind,
    reason,
  ]);
  return [
    '# The platform as a picture',
    note,
    'A solid arrow leads from what is deployed first to what needs it, a dashed one to what is better with it. Arrows that follow from others are left out. `npx groundplan graph --env dev --output dev.svg` draws one environment.',
    '![The seven workflows with their components](graph.svg)',
    '## As Mermaid',
    `\`\`\`mermaid\n${mermaidOf(graph).trimEnd()}\n\`\`\``,
    '## Every edge with its reason',
    table(['Workflow', 'After', 'Kind', 'Reason'], rows),
  ].join('\n\n');
}
