export {
  type Amounts,
  type Application,
  application,
  type ServiceFacts,
  type SizedService,
  sizedFor,
  startWaves,
  type TopicFacts,
} from './application';
export { type Capacity, type CapacityRow, capacityTable, type Resources } from './capacity';
export { type Choice, chosen, type Replaceable } from './choice';
export {
  Component,
  type ComponentIntroduction,
  type ComponentProps,
  type CustomResourcesSpec,
  type Handover,
  type Leftover,
  type ReleaseSpec,
} from './component';
export type { CustomResource } from './custom-resource';
export { Environment, environment } from './environment';
export type { CompleteFacts, EnvironmentFacts } from './environment-schema';
export type * from './handles';
export { report } from './model-problems';
export { PlatformApp, type PlatformAppProps } from './platform-app';
export type { PodSecurity } from './pod-security';
export { type ContainerResources, type ContainerSize, type PodSize, Pods } from './pods';
export { formatProblem, ModelError, type Problem } from './problem';
export { type ProblemCode, problemCodes } from './problem-codes';
export type { Size, Sized } from './size';
export { Days, Duration, Percent } from './units';
export { Workflow, type WorkflowId, type WorkflowProps } from './workflow';
export { WorkflowStack, type WorkflowStackProps } from './workflow-stack';
