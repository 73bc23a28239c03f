import { writeFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { graphOf } from '../kiro/graph/platform-graph';
import { type GraphFormat, graphFormats, renderGraph } from '../kiro/graph/render';
import { PlatformModel } from '../kiro/model';
import { type Context, UsageError } from './context';
import { knownName } from './selection';

interface GraphOptions {
  readonly env?: string;
  readonly format?: GraphFormat;
  readonly output?: string;
}

const formatsByEnding: Readonly<Record<string, GraphFormat>> = {
  '.svg': 'svg',
  '.png': 'png',
  '.json': 'json',
  '.mmd': 'mermaid',
  '.mermaid': 'mermaid',
};

/** `groundplan graph`: the workflows, their components and what has to be there first. */
export function graphCommand(context: Context): Command {
  return new Command('graph')
    .summary('draw workflows, components and what they need')
    .description('Draws the workflows with their components, and which has to be there before which.')
    .option('-e, --env <name>', 'only this environment; JSON then has the edges between components too')
    .addOption(
      new Option(
        '-f, --format <format>',
        'by default the ending of the output file, else mermaid; svg and png need the packages @viz-js/viz and @resvg/resvg-js',
      ).choices(graphFormats),
    )
    .option('-o, --output <file>', 'write to this file instead of standard output')
    .action(async ({ env, format, output }: GraphOptions) => {
      const chosen = format ?? formatsByEnding[extname(output ?? '').toLowerCase()] ?? 'mermaid';
      if (chosen === 'png' && output === undefined)
        throw new UsageError('a PNG is no text: name a file with --output platform.png');
      const app = await context.platform();
      const graph = graphOf(new PlatformModel(app), env === undefined ? undefined : knownName(app, env));
      const picture = await renderGraph(graph, chosen);
      if (output === undefined) return context.print(picture);
      writeFileSync(resolve(context.folder, output), picture);
      context.remark(`wrote ${output}`);
    });
}
