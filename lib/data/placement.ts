import type { Values } from '../providers/values';

/** Affinity that puts equal pods on different nodes where there are enough. */
export function spreadOver(matchLabels: Readonly<Record<string, string>>): Values {
  const podAffinityTerm = { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels } };
  return { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm }] } };
}

/** Never two of them on one node, and evenly over the zones. */
export function onePerNode(matchLabels: Readonly<Record<string, string>>): Values {
  const labelSelector = { matchLabels };
  return {
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector }],
      },
    },
    ...evenlyOverZones(matchLabels),
  };
}

export function evenlyOverZones(matchLabels: Readonly<Record<string, string>>): Values {
  return {
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'topology.kubernetes.io/zone',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels },
      },
    ],
  };
}
