import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CustomResource } from '../../lib';
import type { Chart } from '../../lib/providers/chart';
import { charts } from '../../lib/providers/charts';
import type { SynthesizedEnvironment, SynthesizedRelease } from '../../lib/testing';
import { isBuiltIn } from '../charts/custom-resource-validator';
import { recordedCharts } from '../charts/recorded';

/** Groups that an operator defines when it sees a resource of the named kind. */
const definedLater: Readonly<Record<string, string>> = {
  'tekton.dev': 'TektonConfig',
  'triggers.tekton.dev': 'TektonConfig',
};

/** Controllers that live in another release than the definitions they look after, by release names. */
export const controllers: Readonly<Record<string, string>> = {
  'karpenter-crd': 'karpenter',
  'emissary-crds': 'emissary',
  'istio-base': 'istiod',
  'tekton-operator-crds': 'tekton-operator',
};

const kindsByChart = new Map<string, string[]>();

/** Kinds that a chart defines, as `group/Kind`; empty where nothing is recorded. Schemas, which take long, stay unread. */
export function recordedKinds({ name, recordedAs = name }: Chart): string[] {
  const folder = join(recordedCharts, recordedAs, 'crds');
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.yaml')) : [];
  const kinds =
    kindsByChart.get(recordedAs) ?? files.flatMap((file) => definedIn(readFileSync(join(folder, file), 'utf8')));
  kindsByChart.set(recordedAs, kinds);
  return kinds;
}

function definedIn(text: string): string[] {
  return text.split(/^---$/m).flatMap((document) => {
    const group = /^ {2}group: "?([\w.-]+)/m.exec(document)?.[1];
    const kind = /^ {4}kind: "?(\w+)/m.exec(document)?.[1];
    return /^kind: CustomResourceDefinition$/m.test(document) && group && kind ? [`${group}/${kind}`] : [];
  });
}

export function pinOf({ chart, version }: SynthesizedRelease): Chart | undefined {
  return Object.values<Chart>(charts).find((pin) => pin.name === chart && pin.version === version);
}

/** Custom resources that a release holds; none for a chart of somebody else. */
export function resourcesOf({ chart, values }: SynthesizedRelease): CustomResource[] {
  return chart.startsWith('./') ? (values.resources as CustomResource[]) : [];
}

/** Resources of a release whose kind has to be defined first. */
export function customOf(release: SynthesizedRelease): CustomResource[] {
  return resourcesOf(release).filter((resource) => !isBuiltIn(resource) && !isDefinition(resource));
}

export function isDefinition({ kind }: CustomResource): boolean {
  return kind === 'CustomResourceDefinition';
}

/** Releases that define a kind. */
export function definersOf(environment: SynthesizedEnvironment, resource: CustomResource): SynthesizedRelease[] {
  return environment.releases.filter((release) => bringsWithChart(release, resource) || holds(release, resource));
}

function bringsWithChart(release: SynthesizedRelease, { apiVersion, kind }: CustomResource): boolean {
  const pin = pinOf(release);
  const group = apiVersion.split('/')[0] ?? '';
  if (!pin?.groups?.includes(group)) return false;
  // Two charts may share a group; the recorded definitions tell whose kind it is.
  const kinds = recordedKinds(pin);
  return kinds.length === 0 || kinds.includes(`${group}/${kind}`);
}

interface Definition {
  readonly spec: {
    readonly group?: string;
    readonly names?: { readonly kind: string };
    readonly crd?: { readonly spec: { readonly names: { readonly kind: string } } };
  };
}

/** Definitions among the resources, constraint templates, and what an operator defines upon them. */
function holds(release: SynthesizedRelease, { apiVersion, kind }: CustomResource): boolean {
  const group = apiVersion.split('/')[0] ?? '';
  return resourcesOf(release).some((other) => {
    const { spec } = other as unknown as Definition;
    if (isDefinition(other)) return spec.group === group && spec.names?.kind === kind;
    if (other.kind === 'ConstraintTemplate')
      return group === 'constraints.gatekeeper.sh' && spec.crd?.spec.names.kind === kind;
    return other.kind === definedLater[group];
  });
}
