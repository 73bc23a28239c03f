import { parseDocument, type Tags } from 'yaml';

export type Json = { readonly [key: string]: unknown };

/** An object as the API server takes it. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** Objects of a rendered chart, with what is wrong with the text itself. */
export interface Manifest {
  readonly objects: readonly KubernetesObject[];
  /** Those of them that come from a folder `crds/`. */
  readonly shared: ReadonlySet<KubernetesObject>;
  readonly problems: readonly string[];
}

interface Document {
  readonly objects: readonly KubernetesObject[];
  readonly isShared: boolean;
  readonly problems: readonly string[];
}

/** Environments share most documents, definitions above all, and reading YAML is what takes the time. */
const known = new Map<string, Document>();

/** Reads what `helm template` printed. */
export function parseManifest(text: string): Manifest {
  const documents = text.split(/^---.*$/m).map((document) => {
    const found = known.get(document) ?? read(document);
    known.set(document, found);
    return found;
  });
  return {
    objects: documents.flatMap(({ objects }) => objects),
    shared: new Set(documents.filter(({ isShared }) => isShared).flatMap(({ objects }) => objects)),
    problems: documents.flatMap(({ problems }) => problems),
  };
}

/** Helm reads YAML 1.1 as Go does, which knows neither times nor numbers to the base of 60. */
const goTags = (tags: Tags): Tags =>
  tags.filter((tag) => typeof tag === 'string' || (tag.format !== 'TIME' && !tag.tag.endsWith(':timestamp')));

function read(text: string): Document {
  const source = /^# Source: (\S+)/m.exec(text)?.[1] ?? 'the output';
  const isShared = /^[^/]+\/(charts\/[^/]+\/)*crds\//.test(source);
  const document = parseDocument(text, { version: '1.1', customTags: goTags, logLevel: 'error' });
  const [error] = document.errors;
  const failed = (problem: string): Document => ({ objects: [], isShared, problems: [problem] });
  if (error) return failed(`${source} is not YAML: ${error.message.split('\n')[0]}`);
  const object = document.toJS({ maxAliasCount: -1 }) as KubernetesObject | null;
  if (!object || typeof object !== 'object') return { objects: [], isShared, problems: [] };
  if (!object.apiVersion || !object.kind) return failed(`${source} prints an object without a kind`);
  return { objects: object.kind === 'List' ? (object.items as KubernetesObject[]) : [object], isShared, problems: [] };
}

/** `Deployment/loki` */
export function nameOf({ kind, metadata }: KubernetesObject): string {
  return `${kind}/${metadata?.name}`;
}

/** The value at a path such as `spec.template.spec`; undefined where it ends early. */
export function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((found, key) => (found as Record<string, unknown> | null | undefined)?.[key], value);
}

/** Like `at`, for a map. */
export function mapAt(value: unknown, path: string): Json {
  return (at(value, path) as Json | undefined) ?? {};
}

/** Like `at`, for a list. */
export function listAt(value: unknown, path: string): Json[] {
  return (at(value, path) as Json[] | null | undefined) ?? [];
}

/** Every text in a value, with the key it stands under. */
export function* textsIn(value: unknown, key = ''): Generator<{ readonly key: string; readonly text: string }> {
  if (typeof value === 'string') yield { key, text: value };
  else if (Array.isArray(value)) for (const item of value) yield* textsIn(item, key);
  else if (value !== null && typeof value === 'object')
    for (const [name, item] of Object.entries(value)) yield* textsIn(item, name);
}

/** The API server drops a field that is null, as if it were not there. */
export function withoutNulls<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withoutNulls) as T;
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutNulls(item)])) as T;
}
