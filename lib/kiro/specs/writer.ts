import type { PlatformModel } from '../model';
import type { GeneratedFile } from '../owned-files';
import { withoutAccounts } from '../steering/wording';
import { numbered } from './check';
import { data } from './data';
import { Facts } from './facts';
import { foundation } from './foundation';
import { gitops } from './gitops';
import { ingress } from './ingress';
import { mesh } from './mesh';
import { microservices } from './microservices';
import { observability } from './observability';
import { designDocument } from './render/design';
import { requirementsDocument } from './render/requirements';
import { tasksDocument } from './render/tasks';
import { security } from './security';
import type { Spec } from './spec';
import { specId } from './spec-id';
import { keepTicks, withoutTicks } from './ticks';

/** Every spec, in the order of the workflows. */
export const specs: readonly Spec[] = [foundation, ingress, observability, gitops, security, mesh, data, microservices];

/** The folders of all specs that say something about this platform. */
export function writeSpecs(model: PlatformModel): GeneratedFile[] {
  const facts = new Facts(model);
  const applies = ({ appliesTo, workflows }: Spec) => appliesTo?.(facts) ?? workflows.some((one) => facts.runs(one));
  return specs.filter(applies).flatMap((spec) => filesOf(spec, facts));
}

/** The four files of one spec. */
export function filesOf(spec: Spec, facts: Facts): GeneratedFile[] {
  const numberedSpec = numbered(spec.name, spec.content(facts), facts);
  const { project } = facts.model;
  const config = { specId: specId(project, spec.name), workflowType: 'requirements-first', specType: 'feature' };
  const file = (name: string, content: string): GeneratedFile => ({
    path: `.kiro/specs/${spec.name}/${name}`,
    content: withoutAccounts(content, facts.model),
  });
  return [
    file('requirements.md', requirementsDocument(numberedSpec.content, facts)),
    file('design.md', designDocument(spec, numberedSpec, facts)),
    { ...file('tasks.md', tasksDocument(spec, numberedSpec, facts)), carryOver: keepTicks, normalize: withoutTicks },
    file('.config.kiro', `${JSON.stringify(config, null, 2)}\n`),
  ];
}
