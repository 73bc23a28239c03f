export * from './core';
export { Namespace, type NamespaceProps } from './providers/namespace';
