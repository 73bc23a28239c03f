export * from './core';
export type { CloudState, LocalState, S3State, State } from './providers/backend';
export type { Chart, CrdPolicy } from './providers/chart';
export type { ProviderVersions } from './providers/cluster-providers';
export { Namespace, type NamespaceProps } from './providers/namespace';
export { Release } from './providers/release';
export type { Values } from './providers/values';
