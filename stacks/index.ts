export { BootstrapStack } from './bootstrap';
export { type DataProps, DataStack } from './data';
export { type FoundationProps, FoundationStack } from './foundation';
export { type GitopsProps, GitopsStack } from './gitops';
export { type IngressProps, IngressStack } from './ingress';
export { type MeshProps, MeshStack } from './mesh';
export { type ObservabilityProps, ObservabilityStack } from './observability';
export { platform } from './platform';
export { type SecurityProps, SecurityStack } from './security';
