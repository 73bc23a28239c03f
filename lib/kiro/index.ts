export { type ComponentView, type EnvironmentView, type ModelOptions, PlatformModel, type WorkflowView } from './model';
export type { FileDifference, GeneratedFile } from './owned-files';
export { KiroWorkspace } from './workspace';
