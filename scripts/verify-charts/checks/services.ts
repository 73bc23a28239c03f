import { at, listAt, textsIn } from '../manifest';
import { operators, type ServicePorts } from '../operators';
import { type Check, isUnknown, placedObjects, type RenderedEnvironment, type RenderedRelease } from '../rendered';

/** A place in the values that leads to a service. */
export interface ServiceReference {
  readonly namespace: string;
  readonly name: string;
  /** Undefined where the text names none. */
  readonly port?: number;
}

const host = /(?:(\w+):\/\/)?((?:[a-z0-9][a-z0-9-]*\.)+)svc(?:\.cluster\.local)?\.?(?::(\d+))?(?![\w-])/g;
const defaultPorts: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** Services that a text names as `<service>.<namespace>.svc`, whatever stands around it. */
export function referencesIn(text: string): ServiceReference[] {
  return [...text.matchAll(host)].flatMap(([, scheme = '', labels = '', port]) => {
    const [namespace, name] = labels.split('.').filter(Boolean).toReversed();
    // A name of one label is the namespace of a wildcard, as certificates have it.
    if (!namespace || !name) return [];
    return [{ namespace, name, port: port === undefined ? defaultPorts[scheme] : Number(port) }];
  });
}

/** Services that requests are routed to: the gateway writes them without the ending. */
function routeTargets(release: RenderedRelease): ServiceReference[] {
  return release.objects
    .filter(({ kind }) => kind === 'Mapping')
    .flatMap((mapping) => {
      const target = /^(?:\w+:\/\/)?([\w-]+)\.([\w-]+):(\d+)$/.exec(String(at(mapping, 'spec.service')));
      return target ? [{ name: String(target[1]), namespace: String(target[2]), port: Number(target[3]) }] : [];
    });
}

/** Services with every port under which a pod behind them is reached. */
export function servicesOf(environment: RenderedEnvironment): ServicePorts[] {
  const placed = placedObjects(environment);
  const all = placed.map(({ object }) => object);
  return placed.flatMap(({ object, namespace }) => {
    const made = (operators[object.kind]?.services?.(object, all) ?? []).map((service) => ({ ...service, namespace }));
    if (object.kind !== 'Service') return made;
    const ports = listAt(object, 'spec.ports');
    // Clients that ask a headless service for its pods connect to the port of the pods.
    const numbers =
      at(object, 'spec.clusterIP') === 'None' ? ports.flatMap((p) => [p.port, p.targetPort]) : ports.map((p) => p.port);
    return [...made, { namespace, name: object.metadata.name, ports: numbers.map(Number) }];
  });
}

/** The API server of the cluster. */
const builtIn: ServicePorts = { namespace: 'default', name: 'kubernetes', ports: [443] };

/** Whoever is pointed at a service finds it, under that port. */
export const servicesExist: Check = (environment) => {
  const services = [...servicesOf(environment), builtIn];
  return environment.releases.flatMap((release) => {
    const named = [...textsIn(release.values)].flatMap(({ text }) => referencesIn(text));
    const complaints = [...named, ...routeTargets(release)].flatMap((reference) => {
      const complaint = complaintAbout(reference, services);
      return complaint && !isUnknown(environment, reference.namespace, reference.name) ? [complaint] : [];
    });
    return [...new Set(complaints)].map((message) => ({ release: release.id, message }));
  });
};

function complaintAbout(
  { namespace, name, port }: ServiceReference,
  services: readonly ServicePorts[],
): string | undefined {
  const found = services.filter((service) => service.namespace === namespace && service.name === name);
  if (found.length === 0) return `points at the service ${name}.${namespace}, which nothing makes`;
  const ports = found.flatMap((service) => service.ports);
  if (port === undefined || ports.includes(port)) return undefined;
  return `points at port ${port} of the service ${name}.${namespace}, which has ${ports.join(', ')}`;
}
