export {
  type BudgetAlert,
  type BudgetUse,
  type ComponentCost,
  costOf,
  type EnvironmentCost,
  pricedRegions,
  type Span,
  type WorkflowCost,
} from './cost';
export { prices } from './prices';
