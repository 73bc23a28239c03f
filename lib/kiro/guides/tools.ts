import type { PlatformModel } from '../model';
import { perEnvironment } from '../steering/wording';

/** Oldest versions that the platform is worked on with. */
export const oldest = {
  node: '20',
  terraform: '1.11',
  awsCli: '2.7',
  helm: '3.8',
} as const;

/** Programs that a person needs, and for what. */
export function toolRows(model: PlatformModel): string[][] {
  const kubernetes = perEnvironment(model, ({ environment }) => environment.facts.cluster.version);
  return [
    ['Node.js', `${oldest.node} or newer`, 'synthesis, tests, the `groundplan` command; all that a first change needs'],
    ['Git', 'any', 'everything'],
    ['Terraform', `${oldest.terraform} or newer`, 'deployment; `cdktf` runs it'],
    ['AWS CLI', `${oldest.awsCli} or newer`, 'deployment, access to the clusters'],
    ['kubectl', `within one minor version of ${kubernetes}`, 'verification'],
    ['Helm', `${oldest.helm} or newer`, 'rollback'],
  ];
}
