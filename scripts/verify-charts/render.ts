import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { meshSidecar } from '../../lib/core/mesh-sidecar';
import { Pods } from '../../lib/core/pods';
import type { Chart } from '../../lib/providers/chart';
import { charts } from '../../lib/providers/charts';
import { writeChart } from '../../lib/providers/resource-chart';
import type { SynthesizedEnvironment } from '../../lib/testing';
import type { ChartSource } from './chart-source';
import { servedSchemas } from './definitions';
import { fillIn } from './expressions';
import type { Helm } from './helm';
import { parseManifest } from './manifest';
import type { Finding, RenderedComponent, RenderedEnvironment, RenderedRelease } from './rendered';
import { UserError } from './user-error';

type Component = SynthesizedEnvironment['components'][number];

/** Body of a `helm_release` as Terraform reads it. */
interface ReleaseBody {
  readonly name: string;
  readonly namespace: string;
  readonly chart: string;
  readonly version: string;
  readonly repository?: string;
  readonly values: readonly [string];
  readonly skip_crds?: boolean;
}

interface Planned {
  readonly address: string;
  readonly id: string;
  readonly body: ReleaseBody;
  readonly after: ReadonlySet<string>;
}

export interface Rendered {
  readonly environment: RenderedEnvironment;
  /** What rendering itself found. */
  readonly findings: readonly Finding[];
}

/** Renders every release of an environment with real Helm, in the order in which they are installed. */
export async function renderEnvironment(
  synthesized: SynthesizedEnvironment,
  helm: Helm,
  source: ChartSource,
): Promise<Rendered> {
  const folder = mkdtempSync(join(tmpdir(), 'groundplan-charts-'));
  try {
    return await new Renderer(synthesized, helm, source, folder).render();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

class Renderer {
  private readonly findings: Finding[] = [];
  private readonly done = new Map<string, RenderedRelease>();

  constructor(
    private readonly synthesized: SynthesizedEnvironment,
    private readonly helm: Helm,
    private readonly source: ChartSource,
    private readonly folder: string,
  ) {}

  async render(): Promise<Rendered> {
    writeChart(join(this.folder, 'resources'));
    for (const planned of inOrder(this.synthesized)) this.done.set(planned.id, await this.renderRelease(planned));
    return { environment: this.describe(), findings: this.findings };
  }

  private get facts() {
    const [first] = this.synthesized.components;
    if (!first) throw new UserError('The environment has no component.');
    return first.environment;
  }

  private async renderRelease({ id, body, after }: Planned): Promise<RenderedRelease> {
    const json = fillIn(body.values[0], this.facts.facts.aws);
    const isOwn = body.chart.startsWith('./');
    const common = {
      id,
      namespace: body.namespace,
      chart: isOwn ? undefined : `${body.chart} ${body.version}`,
      values: JSON.parse(json) as unknown,
      after,
    };
    try {
      const chart = isOwn ? join(this.folder, 'resources') : await this.source.folderOf(pinOf(body));
      return { ...common, ...(await this.template(id, chart, body, json, after)) };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { ...common, objects: [], shared: new Set(), unavailable: error.message };
    }
  }

  private async template(
    id: string,
    chart: string,
    body: ReleaseBody,
    json: string,
    after: ReadonlySet<string>,
  ): Promise<Pick<RenderedRelease, 'objects' | 'shared'>> {
    const values = join(this.folder, `${id.replace('/', '_')}.json`);
    writeFileSync(values, json);
    try {
      const text = await this.helm.template({
        chart,
        values,
        name: body.name,
        namespace: body.namespace,
        kubeVersion: `${this.facts.facts.cluster.version}.0`,
        apiVersions: this.apiVersions(after),
        skipCrds: body.skip_crds ?? false,
      });
      const { objects, shared, problems } = parseManifest(text);
      this.findings.push(...problems.map((message) => ({ release: id, message })));
      return { objects, shared };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.findings.push({ release: id, message: error.message });
      return { objects: [], shared: new Set() };
    }
  }

  /** Definitions of earlier releases, as charts ask for them: `group/version` and `group/version/Kind`. */
  private apiVersions(after: ReadonlySet<string>): string[] {
    const earlier = [...after].flatMap((id) => this.done.get(id)?.objects ?? []);
    const kinds = [...servedSchemas(earlier).keys()];
    return [...new Set(kinds.flatMap((kind) => [kind.slice(0, kind.lastIndexOf('/')), kind]))];
  }

  private describe(): RenderedEnvironment {
    const { facts, project, name } = this.facts;
    const { synthesized } = this;
    return {
      name,
      project,
      account: facts.aws.account,
      nodes: facts.nodes.max,
      releases: [...this.done.values()],
      components: synthesized.components.map(describeComponent),
      identities: synthesized.resources('aws_eks_pod_identity_association').map((body) => ({
        namespace: String(body.namespace),
        serviceAccount: String(body.service_account),
      })),
      buckets: synthesized.resources('aws_s3_bucket').map(({ bucket }) => String(bucket)),
      podSecurity: Object.fromEntries(
        synthesized.resources('kubernetes_namespace_v1').map(({ metadata }) => {
          const { name, labels } = metadata as { name: string; labels: Record<string, string> };
          return [name, String(labels['pod-security.kubernetes.io/enforce'])];
        }),
      ),
    };
  }
}

function describeComponent(component: Component): RenderedComponent {
  const { namespace, environment } = component;
  const injected = namespace?.inMesh && environment.facts.mesh.mode === 'sidecar';
  const { cpu, memory } = new Pods('sidecar', meshSidecar, false);
  return {
    id: component.node.id,
    releases: component.releases.map((release) => `${release.namespace.name}/${release.name}`),
    pods: component.pods,
    sidecar: injected ? { cpu, memory } : { cpu: 0, memory: 0 },
  };
}

/** Releases with those that are there before them, first ones first. */
function inOrder(synthesized: SynthesizedEnvironment): Planned[] {
  const { graph } = synthesized;
  const all = graph.ofType('helm_release').map((address) => {
    const body = synthesized.body(address) as unknown as ReleaseBody;
    return { address, body, id: `${body.namespace}/${body.name}` };
  });
  const planned = all.map((release) => ({
    ...release,
    after: new Set(all.filter((other) => graph.isBefore(other.address, release.address)).map(({ id }) => id)),
  }));
  return planned.toSorted((one, other) => one.after.size - other.after.size);
}

function pinOf({ chart, version, repository }: ReleaseBody): Chart {
  const pins: readonly Chart[] = Object.values(charts);
  const pin = pins.find((candidate) => candidate.name === chart && candidate.version === version);
  // A team's own component brings a chart that the table does not hold.
  return pin ?? { name: chart, version, repository: String(repository), appVersion: '', crds: 'none' };
}
