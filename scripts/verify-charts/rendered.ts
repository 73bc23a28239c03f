import { type KubernetesObject, textsIn } from './manifest';

/** One release of one environment, with what Helm makes of it. */
export interface RenderedRelease {
  /** `namespace/name` */
  readonly id: string;
  readonly namespace: string;
  /** `undefined` for a release of our own chart. */
  readonly chart?: string;
  /** What the chart got, as a map. */
  readonly values: unknown;
  readonly objects: readonly KubernetesObject[];
  /** Those of them that come from the folder `crds/`, where Helm leaves alone what is there already. */
  readonly shared: ReadonlySet<KubernetesObject>;
  /** Ids of the releases that are there before. */
  readonly after: ReadonlySet<string>;
  /** Why the chart could not be had. */
  readonly unavailable?: string;
}

/** Pods that a component counts towards capacity. */
export interface CountedPods {
  readonly name: string;
  readonly replicas: number;
  readonly perNode: boolean;
  readonly cpu: number;
  readonly memory: number;
}

export interface RenderedComponent {
  readonly id: string;
  /** Ids of its releases. */
  readonly releases: readonly string[];
  readonly pods: readonly CountedPods[];
  /** Requests of the proxy that the mesh puts into its pods; zero outside of the mesh. */
  readonly sidecar: { readonly cpu: number; readonly memory: number };
}

/** Everything that the checks look at; plain data, so that they can be tried on a few lines. */
export interface RenderedEnvironment {
  readonly name: string;
  readonly project: string;
  readonly account: string;
  readonly nodes: number;
  readonly releases: readonly RenderedRelease[];
  readonly components: readonly RenderedComponent[];
  /** Service accounts that an association of Pod Identity or a trust policy names. */
  readonly identities: readonly { readonly namespace: string; readonly serviceAccount: string }[];
  readonly buckets: readonly string[];
  /** Level of pod security by namespace, of those that the platform owns. */
  readonly podSecurity: Readonly<Record<string, string>>;
}

/** Something that is wrong with a release. */
export interface Finding {
  /** Id of the release. */
  readonly release: string;
  readonly message: string;
}

export type Check = (environment: RenderedEnvironment) => Finding[];

/** An object with the release that brings it. */
export interface Placed {
  readonly release: RenderedRelease;
  readonly object: KubernetesObject;
  readonly namespace: string;
}

export function placedObjects({ releases }: RenderedEnvironment): Placed[] {
  return releases.flatMap((release) =>
    release.objects.map((object) => ({ release, object, namespace: object.metadata?.namespace ?? release.namespace })),
  );
}

/** True where something may be missing only because the chart that names its objects like this could not be had. */
export function isUnknown({ releases }: RenderedEnvironment, namespace: string, name: string): boolean {
  const missing = releases.filter((release) => release.unavailable !== undefined && release.namespace === namespace);
  return missing.flatMap(prefixesOf).some((prefix) => name === prefix || name.startsWith(`${prefix}-`));
}

/** Charts name what they make after the release, after themselves, or as they are told. */
function prefixesOf({ id, chart, values }: RenderedRelease): string[] {
  const told = [...textsIn(values)].filter(({ key }) => key === 'fullnameOverride').map(({ text }) => text);
  return [id.split('/')[1], chart?.split(' ')[0], ...told].filter((prefix) => prefix !== undefined);
}
