/** Namespaces that workflows know of each other, because traffic between them must be let through. */
export const namespaces = {
  gateway: 'emissary',
  monitoring: 'monitoring',
  mesh: 'istio-system',
} as const;
