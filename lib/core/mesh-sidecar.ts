import type { ContainerSize } from './pods';

/**
 * The proxy in every pod of a namespace inside the mesh, in sidecar mode. The capacity table counts it and istiod
 * injects it with the same figures.
 */
export const meshSidecar: ContainerSize = { cpu: '50m', memory: '64Mi', memoryLimit: '256Mi' };
