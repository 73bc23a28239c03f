import { complaintsAgainst, kindOf, servedSchemas } from '../definitions';
import type { KubernetesSchemas } from '../kubernetes-schemas';
import { type Json, type KubernetesObject, nameOf, withoutNulls } from '../manifest';
import type { Check, RenderedEnvironment, RenderedRelease } from '../rendered';

/** Definitions that charts do not print, and kinds whose definition nobody has. */
export interface OtherDefinitions {
  /** Schemas by `group/version/Kind`. */
  readonly recorded: ReadonlyMap<string, Json>;
  /** Reasons by `group/version/Kind`; what ends in `/` stands for a whole group. */
  readonly unknown: Readonly<Record<string, string>>;
}

interface Defined {
  readonly schema: Json;
  /** The release that brings the definition; undefined for a recorded one. */
  readonly release?: RenderedRelease;
}

/** Every object is one that the API server takes when its release is installed. */
export function objectsAreValid(kubernetes: Pick<KubernetesSchemas, 'complaints'>, others: OtherDefinitions): Check {
  return (environment) => {
    const definitions = definitionsOf(environment, others);
    return environment.releases.flatMap((release) =>
      release.objects
        .flatMap((object) => {
          const builtIn = kubernetes.complaints(object);
          return builtIn ?? complaintsOf(object, release, definitions.get(kindOf(object)), others);
        })
        .map((message) => ({ release: release.id, message })),
    );
  };
}

function definitionsOf({ releases }: RenderedEnvironment, { recorded }: OtherDefinitions): Map<string, Defined> {
  const printed = releases.flatMap((release) =>
    [...servedSchemas(release.objects)].map(([kind, schema]) => [kind, { schema, release }] as const),
  );
  return new Map<string, Defined>([...[...recorded].map(([kind, schema]) => [kind, { schema }] as const), ...printed]);
}

function complaintsOf(
  object: KubernetesObject,
  release: RenderedRelease,
  defined: Defined | undefined,
  { unknown }: OtherDefinitions,
): string[] {
  const kind = kindOf(object);
  if (!defined) {
    const isExcused = Object.keys(unknown).some((key) => key === kind || (key.endsWith('/') && kind.startsWith(key)));
    return isExcused ? [] : [`${nameOf(object)}: nothing defines ${kind}`];
  }
  const brings = defined.release;
  const isLate = brings && brings !== release && !release.after.has(brings.id);
  return [
    ...(isLate ? [`${nameOf(object)}: ${kind} is defined by ${brings.id}, which does not come before it`] : []),
    ...complaintsAgainst(defined.schema, withoutNulls(object)),
  ];
}
