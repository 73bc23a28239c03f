import { type Check, isUnknown, placedObjects } from '../rendered';

/** Service accounts that operators make. */
export const madeByOperators: Readonly<Record<string, (name: string) => boolean>> = {
  /** CloudNativePG makes one per cluster, with its name. */
  Cluster: () => true,
};

/** Credentials reach pods only through a service account that exists under the name the association has. */
export const identitiesExist: Check = (environment) => {
  const placed = placedObjects(environment);
  return environment.identities.flatMap(({ namespace, serviceAccount }) => {
    const exists = placed.some(
      ({ object, namespace: home }) =>
        home === namespace &&
        object.metadata.name === serviceAccount &&
        (object.kind === 'ServiceAccount' || object.kind in madeByOperators),
    );
    if (exists || isUnknown(environment, namespace, serviceAccount)) return [];
    const accounts = placed
      .filter(({ object, namespace: home }) => home === namespace && object.kind === 'ServiceAccount')
      .map(({ object }) => object.metadata.name);
    const message = `no chart makes the service account '${serviceAccount}' that has permissions in AWS; there are ${accounts.join(', ') || 'none'}`;
    return [{ release: `${namespace}/-`, message }];
  });
};
