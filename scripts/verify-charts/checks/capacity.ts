import { at } from '../manifest';
import { operators } from '../operators';
import { type PodGroup, podGroups, requestsOf } from '../pods';
import type { Check, CountedPods, RenderedComponent, RenderedEnvironment } from '../rendered';

/** Pods that are counted although neither a chart nor a custom resource shows them. */
export interface CountedOnly {
  readonly component: string;
  /** Names of the groups in the model. */
  readonly pods: readonly string[];
  readonly reason: string;
}

/** Pods that come and go and are not counted. */
export interface Uncounted {
  readonly component: string;
  /** `Job/some-hook` */
  readonly what: string;
  readonly reason: string;
}

interface Total {
  readonly cpu: number;
  readonly memory: number;
  readonly pods: number;
}

/** The sum of all requests of a component is what the capacity table says. */
export function requestsAreCounted(countedOnly: readonly CountedOnly[], uncounted: readonly Uncounted[]): Check {
  return (environment) => {
    const { components, nodes } = environment;
    return components.flatMap((component) => {
      const releases = environment.releases.filter(({ id }) => component.releases.includes(id));
      const [first] = releases;
      if (!first || releases.some(({ unavailable }) => unavailable)) return [];
      const hidden = countedOnly.filter((entry) => entry.component === component.id).flatMap(({ pods }) => pods);
      const passing = uncounted.filter((entry) => entry.component === component.id).map(({ what }) => what);
      const counted = component.pods.filter(({ name }) => !hidden.includes(name));
      const groups = groupsOf(component, environment).filter(({ owner }) => !passing.includes(owner));
      const model = total(counted.map((pods) => withSidecar(ofModel(pods, nodes), component.sidecar)));
      const real = total(groups.map((group) => withSidecar(ofGroup(group, nodes), proxyOf(group, component))));
      if (isSame(model, real)) return [];
      const details = groups.map((group) => `${group.owner} ${show(ofGroup(group, nodes))}`);
      const message = `${component.id} asks for ${show(real)}, counted are ${show(model)}: ${details.join('; ')}`;
      return [{ release: first.id, message }];
    });
  };
}

function groupsOf(component: RenderedComponent, environment: RenderedEnvironment): PodGroup[] {
  const all = environment.releases.flatMap(({ objects }) => objects);
  return environment.releases
    .filter(({ id }) => component.releases.includes(id))
    .flatMap(({ objects, namespace }) => [
      ...podGroups(objects, namespace),
      ...objects.flatMap((object) => operators[object.kind]?.pods?.(object, all) ?? []),
    ]);
}

function ofModel({ perNode, replicas, cpu, memory }: CountedPods, nodes: number): Total {
  const pods = perNode ? nodes : replicas;
  return { cpu: cpu * pods, memory: memory * pods, pods };
}

function ofGroup({ perNode, replicas, spec }: PodGroup, nodes: number): Total {
  const pods = perNode ? nodes : replicas;
  const { cpu, memory } = requestsOf(spec);
  return { cpu: cpu * pods, memory: memory * pods, pods };
}

function withSidecar({ cpu, memory, pods }: Total, sidecar: { readonly cpu: number; readonly memory: number }): Total {
  return { cpu: cpu + sidecar.cpu * pods, memory: memory + sidecar.memory * pods, pods };
}

/** The mesh leaves out pods that say so, and those in the network of their node. */
function proxyOf({ labels, spec }: PodGroup, { sidecar }: RenderedComponent): RenderedComponent['sidecar'] {
  const refused = labels['sidecar.istio.io/inject'] === 'false' || at(spec, 'hostNetwork') === true;
  return refused ? { cpu: 0, memory: 0 } : sidecar;
}

function total(all: readonly Total[]): Total {
  return all.reduce(
    (one, other) => ({ cpu: one.cpu + other.cpu, memory: one.memory + other.memory, pods: one.pods + other.pods }),
    { cpu: 0, memory: 0, pods: 0 },
  );
}

function isSame(one: Total, other: Total): boolean {
  return Math.abs(one.cpu - other.cpu) < 0.5 && Math.abs(one.memory - other.memory) < 0.5 && one.pods === other.pods;
}

function show({ cpu, memory, pods }: Total): string {
  return `${Math.round(cpu)}m ${Math.round(memory)}Mi in ${pods} pods`;
}
