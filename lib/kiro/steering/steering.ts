import type { PlatformModel } from '../model';
import type { GeneratedFile } from '../owned-files';
import { costOptimization } from './cost-optimization';
import { type SteeringDocument, steeringFile } from './document';
import { workflowEfficiency } from './efficiency';
import { environmentDocument } from './environment';
import { microservices } from './microservices';
import { autopilotOperations, supervisedOperations } from './modes';
import { operations } from './operations';
import { performanceCycles } from './performance-cycles';
import { product } from './product';
import { safetyControls } from './safety-controls';
import { structure } from './structure';
import { tech } from './tech';
import { workflowOptimization } from './workflow-optimization';
import { workflows } from './workflows';

/** Documents about the platform as a whole. */
const documents: readonly SteeringDocument[] = [
  product,
  tech,
  structure,
  workflows,
  operations,
  costOptimization,
  microservices,
  supervisedOperations,
  autopilotOperations,
  safetyControls,
  workflowOptimization,
  workflowEfficiency,
  performanceCycles,
];

/** What Kiro is told about the platform, and about each of its environments. */
export function steering(model: PlatformModel): GeneratedFile[] {
  return [...documents, ...model.environments.map(environmentDocument)].map((each) => steeringFile(each, model));
}
