import { permissionFor } from '../../core/autonomy';
import { type Block, code, heading, list, table } from '../markdown';
import type { PlatformModel } from '../model';
import type { SteeringDocument } from './document';
import { clusterOf, codes, enumeration, environmentNames, factsFile, numbered } from './wording';

/** What the platform is and for whom: enough to place a question, on one page. */
export const product: SteeringDocument = {
  file: 'product.md',
  inclusion: { mode: 'always' },
  render: (model) => [
    heading(1, `The platform ${model.project}`),
    `A platform on Amazon EKS, modelled in TypeScript on CDK for Terraform: ${model.workflows.length} workflows for each of the environments ${enumeration(environmentNames(model))}. The construct tree is the only source: Terraform, these documents and the guides are written from it by \`npm run synth\`.`,
    heading(2, 'Environments'),
    environmentsTable(model),
    heading(2, 'Workflows'),
    list(
      model.workflows.map(
        ({ workflow }) =>
          `**${numbered(workflow)}** (\`${workflow.id}\`): ${workflow.purpose}${offIn(model, workflow.id)}`,
      ),
    ),
    ...applicationOf(model),
    heading(2, 'Rules'),
    list([
      'Change facts and constructs, never what is generated: `cdktf.out`, `.kiro`, and files that say so in their first lines.',
      'Name the environment before any command that reaches an account or a cluster. Where it is not certain, the rules of the strictest environment hold.',
      'Show the plan (`npx cdktf diff <stack>`) before a deployment; whether it may go without a person is in the document of that environment.',
      'Nothing destroys, forces or edits state on its own. Removal is asked for and done by people, stack by stack.',
      'Say where a figure comes from. What is not in the model or measured is not stated.',
    ]),
  ],
};

function environmentsTable(model: PlatformModel): Block {
  return table(
    ['Environment', 'Facts', 'Cluster', 'Nodes', 'Size', 'Domain', 'Mode', 'Scaling by autopilot'],
    model.environments.map((view) => {
      const { name, facts } = view.environment;
      return [
        name,
        code(factsFile(view.environment)),
        code(clusterOf(view)),
        `${facts.nodes.min} to ${facts.nodes.max}`,
        facts.size,
        facts.domain.name,
        facts.automation.mode,
        permissionFor(facts.automation, 'scaling', 'autopilot'),
      ];
    }),
  );
}

function offIn({ environments }: PlatformModel, id: string): string {
  const without = environments
    .filter(({ workflows }) => !workflows.some(({ workflow }) => workflow.id === id))
    .map(({ environment }) => environment.name);
  return without.length > 0 ? `; off in ${enumeration(without)}` : '';
}

function applicationOf({ application }: PlatformModel): Block[] {
  if (!application) return [];
  return [
    heading(2, 'Application'),
    `${application.name} runs in the namespace \`${application.namespace}\`: the services ${codes(Object.keys(application.services))}. Their figures are in \`microservices.md\`.`,
  ];
}
