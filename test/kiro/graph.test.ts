import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dev, prod, staging } from '../../environments';
import {
  Component,
  type EnvironmentFacts,
  PlatformApp,
  Workflow,
  WorkflowStack,
  type WorkflowStackProps,
} from '../../lib';
import type { Foundation, Observability } from '../../lib/core/handles';
import { colorOf } from '../../lib/kiro/graph/colors';
import { dotOf } from '../../lib/kiro/graph/dot';
import { mermaidOf } from '../../lib/kiro/graph/mermaid';
import { graphOf, type PlatformGraph } from '../../lib/kiro/graph/platform-graph';
import { MissingPackage, renderGraph } from '../../lib/kiro/graph/render';
import { PlatformModel } from '../../lib/kiro/model';
import { platform } from '../../stacks/platform';

const folder = mkdtempSync(join(tmpdir(), 'groundplan-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CHECKOUT = Workflow.custom({
  id: 'checkout',
  title: 'Checkout "team" & friends',
  purpose: 'Orders are taken',
  requires: new Map([[Workflow.FOUNDATION, 'runs on its cluster']]),
  recommends: new Map([[Workflow.OBSERVABILITY, 'orders are counted by it']]),
});

class Orders extends Component {
  constructor(scope: WorkflowStack) {
    super(scope, 'orders', { purpose: 'takes orders' });
  }
}

class CheckoutStack extends WorkflowStack {
  constructor(app: PlatformApp, props: WorkflowStackProps & { foundation: Foundation; observability?: Observability }) {
    super(app, CHECKOUT, props);
    new Orders(this);
  }
}

function modelOf(environments: readonly EnvironmentFacts[], withTeam = false): PlatformModel {
  const app = new PlatformApp({ project: 'ecotrack', environments, outdir: join(folder, 'cdktf.out') });
  for (const environment of app.environments) {
    const { foundation, observability } = platform(app, environment);
    if (withTeam) new CheckoutStack(app, { environment, foundation, observability });
  }
  return new PlatformModel(app);
}

const model = modelOf([dev, staging, prod]);
const whole = graphOf(model);
const workflow = (graph: PlatformGraph, id: string) => graph.workflows.find((one) => one.id === id);

describe('the graph', () => {
  test('has the seven workflows in their order', () => {
    expect(whole.workflows.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(whole.workflows.map(({ id }) => id)).toEqual(Workflow.all.map(({ id }) => id));
  });

  test('has every component that some environment has, once', () => {
    for (const view of model.environments.flatMap(({ workflows }) => workflows)) {
      const ids = workflow(whole, view.workflow.id)?.components.map(({ id }) => id) ?? [];
      expect(ids).toEqual(expect.arrayContaining(view.components.map(({ id }) => id)));
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  test('has the edges that the workflows declare, with their reasons', () => {
    const declared = Workflow.all.flatMap((to) => [
      ...[...to.requires].map(([from, reason]) => ({ from: from.id, to: to.id, kind: 'required', reason })),
      ...[...to.recommends].map(([from, reason]) => ({ from: from.id, to: to.id, kind: 'recommended', reason })),
    ]);
    expect(whole.edges.map(({ implied: _, ...edge }) => edge)).toEqual(declared);
  });

  test('leaves nothing out that does not follow from required edges', () => {
    const ancestors = (to: string): Set<string> => {
      const direct = whole.edges.filter((edge) => edge.to === to && edge.kind === 'required' && !edge.implied);
      return new Set(direct.flatMap(({ from }) => [from, ...ancestors(from)]));
    };
    const left = whole.edges.filter(({ implied }) => implied);
    expect(left.length).toBeGreaterThan(0);
    for (const { from, to } of left) expect([...ancestors(to)]).toContain(from);
  });

  test('tells of one environment with the edges between its components', () => {
    const graph = graphOf(model, 'dev');
    expect(graph.environment).toBe('dev');
    expect(graph.componentEdges.length).toBeGreaterThan(20);
    expect(whole.componentEdges).toEqual([]);
    expect(workflow(whole, 'observability')?.components.map(({ id }) => id)).toContain('mimir');
    expect(workflow(graph, 'observability')?.components.map(({ id }) => id)).not.toContain('mimir');
  });

  test('refuses an environment that does not exist', () => {
    expect(() => graphOf(model, 'qa')).toThrow(RangeError);
  });

  test('leaves out a workflow that is off, with its edges', () => {
    const graph = graphOf(modelOf([{ ...dev, workflows: { mesh: false } }]), 'dev');
    expect(workflow(graph, 'mesh')).toBeUndefined();
    expect(graph.edges.filter(({ from, to }) => from === 'mesh' || to === 'mesh')).toEqual([]);
  });
});

describe('what a team adds', () => {
  const graph = graphOf(modelOf([dev], true), 'dev');

  test('appears with its components and edges', () => {
    expect(workflow(graph, 'checkout')).toMatchObject({ number: undefined, components: [{ id: 'orders' }] });
    expect(graph.edges.filter(({ to }) => to === 'checkout').map(({ from, kind }) => [from, kind])).toEqual([
      ['foundation', 'required'],
      ['observability', 'recommended'],
    ]);
  });

  test('appears in every format, with its marks escaped', async () => {
    expect(mermaidOf(graph)).toContain('subgraph w_checkout["Checkout #quot;team#quot; & friends"]');
    expect(mermaidOf(graph)).toContain('w_observability -.-> w_checkout');
    const svg = String(await renderGraph(graph, 'svg'));
    expect(svg).toContain('Checkout &quot;team&quot; &amp; friends');
    expect(svg).toContain('orders');
  });
});

describe('Mermaid', () => {
  const lines = mermaidOf(whole).split('\n');

  test('draws a subgraph per workflow and closes it', () => {
    expect(lines[0]).toBe('flowchart TB');
    expect(lines.filter((line) => /^ {2}subgraph w_\w+\["\d .+"\]$/.test(line))).toHaveLength(7);
    expect(lines.filter((line) => line === '  end')).toHaveLength(7);
  });

  test('names every component, no name twice', () => {
    const nodes = lines.flatMap((line) => /^ {4}(w_\w+)\["([^"]+)"\]$/.exec(line)?.slice(1, 3) ?? []);
    const names = nodes.filter((_, index) => index % 2 === 0);
    expect(names).toHaveLength(whole.workflows.flatMap(({ components }) => components).length);
    expect(new Set(names).size).toBe(names.length);
  });

  test('draws solid arrows for what is required and dotted ones for what is recommended', () => {
    expect(lines).toContain('  w_foundation --> w_ingress');
    expect(lines).toContain('  w_mesh -.-> w_data');
    expect(lines.filter((line) => /-->|-\.->/.test(line))).toHaveLength(
      whole.edges.filter(({ implied }) => !implied).length,
    );
  });
});

describe('drawn', () => {
  test('as SVG it shows every title and component, and a legend', async () => {
    const svg = String(await renderGraph(whole, 'svg'));
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) =>
      text
        ?.replace(/&#160;/g, ' ')
        .replace(/&#45;/g, '-')
        .trim(),
    );
    for (const { number, title, components } of whole.workflows) {
      expect(texts).toContain(`${number}  ${title}`);
      expect(texts).toEqual(expect.arrayContaining(components.map(({ id }) => id)));
    }
    expect(texts).toEqual(expect.arrayContaining(['needs it', 'is better with it']));
    expect(svg).not.toContain('Generated by graphviz');
    expect(svg.endsWith('</svg>\n')).toBe(true);
  });

  test('as PNG it is a picture', async () => {
    const png = (await renderGraph(whole, 'png')) as Uint8Array;
    expect([...png.slice(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
    expect(png.length).toBeGreaterThan(50_000);
  });

  test('as JSON it can be read back', async () => {
    expect(JSON.parse(String(await renderGraph(whole, 'json')))).toEqual(JSON.parse(JSON.stringify(whole)));
  });

  test('twice it gives the same bytes', async () => {
    const [first, again] = [graphOf(model, 'dev'), graphOf(modelOf([dev]), 'dev')];
    for (const format of ['svg', 'json', 'mermaid'] as const)
      expect(await renderGraph(again, format)).toBe(await renderGraph(first, format));
  });

  test('a package that is not installed is named', async () => {
    jest.resetModules();
    jest.doMock('@viz-js/viz', () => {
      throw Object.assign(new Error('cannot find it'), { code: 'MODULE_NOT_FOUND' });
    });
    const fresh = require('../../lib/kiro/graph/render') as { renderGraph: typeof renderGraph };
    await expect(fresh.renderGraph(whole, 'svg')).rejects.toThrow('npm install --save-dev @viz-js/viz');
    expect(new MissingPackage('svg', '@viz-js/viz').message).toContain('svg');
    jest.dontMock('@viz-js/viz');
  });
});

describe('colours', () => {
  /** Relative luminance as WCAG counts it. */
  const luminance = (color: string) => {
    const channels = [1, 3, 5].map((start) => Number.parseInt(color.slice(start, start + 2), 16) / 255);
    const [red = 0, green = 0, blue = 0] = channels.map((value) =>
      value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one: string, other: string) => {
    const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };

  test.each([1, 2, 3, 4, 5, 6, 7, undefined])('of workflow %s can be read', (number) => {
    const { dark, light } = colorOf({ number });
    expect(contrast('#ffffff', dark)).toBeGreaterThanOrEqual(7);
    expect(contrast('#1b1f24', light)).toBeGreaterThanOrEqual(7);
  });

  test('differ between the workflows', () => {
    expect(new Set(Workflow.all.map((one) => colorOf(one).dark)).size).toBe(7);
    expect(dotOf(whole)).toContain(colorOf({ number: 7 }).dark);
  });
});
