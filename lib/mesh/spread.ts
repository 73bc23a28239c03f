/** Keeps pods of one Deployment on different nodes and spreads them over zones, where there is room. */
export function spreadOverNodes(matchLabels: Readonly<Record<string, string>>) {
  const constraint = (topologyKey: string) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels },
  });
  return {
    topologySpreadConstraints: [constraint('kubernetes.io/hostname'), constraint('topology.kubernetes.io/zone')],
  };
}
