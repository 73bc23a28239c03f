import { at, type Json, mapAt } from '../manifest';
import { containersOf, podGroups } from '../pods';
import type { Check, Finding, RenderedRelease } from '../rendered';

/** Something that a pod is allowed although others are not. */
export interface Allowance {
  /** Name of the release. */
  readonly release: string;
  /** `DaemonSet/alloy`, or with the container behind another slash. */
  readonly what: string;
  readonly rights: readonly string[];
  readonly reason: string;
}

/** What takes a pod out of its walls. */
function rightsOfPod(spec: Json): string[] {
  const paths = (at(spec, 'volumes') as Json[] | undefined) ?? [];
  return [
    ...['hostNetwork', 'hostPID', 'hostIPC'].filter((right) => spec[right] === true),
    ...(paths.some(({ hostPath }) => hostPath) ? ['hostPath'] : []),
  ];
}

/** Listening on ports below 1024 is the one capability that the strictest level of pod security grants. */
function rightsOfContainer({ securityContext }: Json): string[] {
  const added = (at(securityContext, 'capabilities.add') as string[] | null | undefined) ?? [];
  return [
    ...(at(securityContext, 'privileged') === true ? ['privileged'] : []),
    ...added.filter((capability) => capability !== 'NET_BIND_SERVICE'),
  ];
}

function gaps(container: Json): string[] {
  const { requests, limits } = {
    requests: mapAt(container, 'resources.requests'),
    limits: mapAt(container, 'resources.limits'),
  };
  return [
    ...(requests.cpu === undefined ? ['no CPU request'] : []),
    ...(requests.memory === undefined ? ['no memory request'] : []),
    ...(limits.memory === undefined ? ['no memory limit'] : []),
  ];
}

/** Marks of a pod, by the place it was found at. */
function* marksOf(release: RenderedRelease): Generator<{ readonly what: string; readonly marks: readonly string[] }> {
  for (const { owner, spec } of podGroups(release.objects, release.namespace)) {
    yield { what: owner, marks: rightsOfPod(spec) };
    for (const container of containersOf(spec)) {
      yield { what: `${owner}/${container.name}`, marks: [...rightsOfContainer(container), ...gaps(container)] };
    }
  }
}

/** Containers ask for what they need and stay inside their walls, except for those in the list. */
export function containersBehave(allowances: readonly Allowance[]): Check {
  return ({ releases }) =>
    releases.flatMap((release) =>
      [...marksOf(release)].flatMap(({ what, marks }) => {
        const allowed = allowances
          .filter((allowance) => release.id.endsWith(`/${allowance.release}`) && allowance.what === what)
          .flatMap(({ rights }) => rights);
        const left = marks.filter((mark) => !allowed.includes(mark));
        return left.length === 0 ? [] : [{ release: release.id, message: `${what} has ${left.join(', ')}` }];
      }),
    );
}

/** Allowances that nothing needs any more; only for releases that were rendered. */
export function staleAllowances(allowances: readonly Allowance[], releases: readonly RenderedRelease[]): Allowance[] {
  return allowances.filter(({ release: name, what, rights }) => {
    const own = releases.filter(({ id, unavailable }) => id.endsWith(`/${name}`) && unavailable === undefined);
    const found = own.flatMap((release) => [...marksOf(release)]).filter((mark) => mark.what === what);
    return own.length > 0 && !rights.every((right) => found.some(({ marks }) => marks.includes(right)));
  });
}

/** Images whose content may change under the same name. */
export function imagesArePinned(allowed: readonly { readonly release: string; readonly image: string }[]): Check {
  return ({ releases }) =>
    releases.flatMap((release): Finding[] => {
      const images = release.objects
        .filter(({ kind }) => kind !== 'CustomResourceDefinition')
        .flatMap((object) => [...imagesIn(object)]);
      return [...new Set(images)]
        .filter((image) => isLoose(image))
        .filter((image) => !allowed.some((entry) => entry.image === image && release.id.endsWith(`/${entry.release}`)))
        .map((image) => ({ release: release.id, message: `the image '${image}' has no fixed version` }));
    });
}

function* imagesIn(value: unknown): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* imagesIn(item);
  else if (value !== null && typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) {
      if ((key === 'image' || key === 'imageName') && typeof item === 'string' && item !== '') yield item;
      else yield* imagesIn(item);
    }
  }
}

function isLoose(image: string): boolean {
  if (image.includes('@sha256:') || image.includes('$(')) return false;
  const tag = /:([^:/]+)$/.exec(image)?.[1];
  return tag === undefined || tag === 'latest';
}
