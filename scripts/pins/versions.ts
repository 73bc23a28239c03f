import semver from 'semver';

/** True if a chart with that `kubeVersion` installs on a cluster of that minor version, as Helm judges it. */
export function accepts(range: string | undefined, kubernetes: string): boolean {
  return range === undefined || semver.satisfies(`${kubernetes}.0`, withoutSuffix(range));
}

/** Charts write `-0` behind versions so that Helm counts `1.34.1-eks-1` as 1.34.1; here there are no such versions. */
function withoutSuffix(range: string): string {
  return range.replace(/-0\b/g, '');
}

/** True if a range allows nothing that the other one refuses. */
export function isWithin(range = '*', outer = '*'): boolean {
  return semver.subset(withoutSuffix(range), withoutSuffix(outer));
}

/** The highest released version among tags; what is no version, or a preview, does not count. */
export function newest(tags: readonly string[]): string | undefined {
  return tags
    .filter((tag) => semver.valid(tag) !== null && semver.prerelease(tag) === null)
    .toSorted(semver.rcompare)
    .at(0);
}

/** True if the first version is higher. */
export function isNewer(version: string | undefined, than: string): boolean {
  return version !== undefined && semver.valid(version) !== null && semver.gt(version, than);
}
