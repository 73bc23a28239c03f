import { nameOf } from '../manifest';
import { type Check, type Finding, placedObjects } from '../rendered';

/** Helm refuses to install an object that another release owns. */
export const ownersAreUnique: Check = (environment) => {
  const owners = new Map<string, string>();
  return placedObjects(environment).flatMap(({ release, object, namespace }): Finding[] => {
    const isHook = object.metadata.annotations?.['helm.sh/hook'] !== undefined;
    if (release.shared.has(object) || isHook) return [];
    const group = object.apiVersion.includes('/') ? object.apiVersion.split('/')[0] : '';
    // A kind without a namespace is told apart by its name; two of one name in two namespaces are rare enough to see.
    const key = `${group}/${nameOf(object)} in ${object.metadata.namespace ?? (isClusterWide(object.kind) ? '-' : namespace)}`;
    const owner = owners.get(key);
    owners.set(key, owner ?? release.id);
    if (owner === undefined) return [];
    return [
      { release: release.id, message: `${nameOf(object)} is made by ${owner === release.id ? 'itself' : owner} too` },
    ];
  });
};

function isClusterWide(kind: string): boolean {
  return /^(Cluster|CustomResourceDefinition|.*WebhookConfiguration|PriorityClass|APIService|StorageClass|.*Class$)/.test(
    kind,
  );
}
