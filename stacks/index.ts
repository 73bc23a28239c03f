export { type FoundationProps, FoundationStack } from './foundation';
export { type IngressProps, IngressStack } from './ingress';
export { type ObservabilityProps, ObservabilityStack } from './observability';
export { platform } from './platform';
