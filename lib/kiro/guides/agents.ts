import { humanOnly } from '../../core/escalation';
import { type Block, code, heading, list, table } from '../markdown';
import type { PlatformModel } from '../model';
import { environmentNames, factsFile, stacksOf } from '../steering/wording';
import type { Guide } from './guide';
import { oldest } from './tools';

/** What any coding agent has to know before it touches the repository. */
export const agents: Guide = {
  file: 'AGENTS.md',
  title: 'For agents',
  render: (model) => [
    `This repository models the EKS platform ${code(model.project)} as TypeScript constructs on CDK for Terraform. \`npm run synth\` writes the Terraform of ${environmentNames(model).join(', ')} and every generated document, this one too. Change the model, never what it generates.`,
    heading(2, 'Commands'),
    table(
      ['Command', 'Does'],
      [
        [code('npm ci'), `installs; Node.js ${oldest.node} or newer`],
        [code('npm run synth'), 'writes `cdktf.out`, `.kiro` and the guides; needs no account and no network'],
        [
          code('npm run kiro -- --check'),
          'tells what generated files differ from the model; ends with 1 where one does',
        ],
        [code('npm run typecheck'), 'types'],
        [code('npx jest test/<file>.test.ts'), 'one test file; `npm test` for all'],
        [code('npm run check'), 'lint, types, generated pages and tests: green before every commit'],
        [code('npx groundplan capacity'), 'requests against nodes; `graph`, `cost` and `environments` likewise'],
      ],
    ),
    heading(2, 'Where things are'),
    places(model),
    heading(2, 'Rules'),
    list([
      'A fact stands in one place: an environment in `environments`, a version in `lib/providers/charts.ts`, a command in its component.',
      'The order is made of objects: a workflow takes the handles it needs as props, a component names what comes before it with `after`.',
      'Ids of constructs are Terraform addresses. Renaming one replaces what it made.',
      'Values of charts hold no secret. Names come from `environment.named()`.',
      'A change comes with its test. [CONTRIBUTING.md](CONTRIBUTING.md) has all rules.',
      'Files in `.kiro` and the guides in the root are generated; ticks in `tasks.md` and switches of MCP servers are kept.',
    ]),
    heading(2, 'What a person does'),
    `Agents synthesize, test and plan. They do not destroy, edit state, delete data or force. How far changes go is a fact of each environment: ${modes(model)}. In every mode a person changes:`,
    list(humanOnly),
    `To deploy, a person runs ${model.environments.map(({ environment }) => code(`npx cdktf deploy ${stacksOf(environment)}`)).join(', ')}.`,
    heading(2, 'More'),
    list([
      '[PLATFORM_ONBOARDING.md](PLATFORM_ONBOARDING.md): access, deployment, verification, rollback',
      '[MICROSERVICES_PLATFORM_GUIDE.md](MICROSERVICES_PLATFORM_GUIDE.md): services on the platform',
      '[MCP_CONFIGURATION_GUIDE.md](MCP_CONFIGURATION_GUIDE.md): servers for Kiro',
      '[KIRO_TESTING_GUIDE.md](KIRO_TESTING_GUIDE.md): how to try the workspace',
    ]),
  ],
};

function modes({ environments }: PlatformModel): string {
  return environments
    .map(({ environment }) => `${environment.name} is ${environment.facts.automation.mode}`)
    .join(', ');
}

function places(model: PlatformModel): Block {
  return table(
    ['Path', 'Holds'],
    [
      [
        '`environments`',
        `facts: ${model.environments.map(({ environment }) => code(factsFile(environment))).join(', ')}`,
      ],
      ['`stacks`', 'a stack per workflow; `stacks/platform.ts` has all of them on one screen'],
      ...model.workflows
        .filter(({ workflow }) => workflow.number !== undefined)
        .map(({ workflow, components }) => [
          code(`lib/${workflow.id}`),
          `${components.length} components: ${workflow.purpose}`,
        ]),
      ['`lib/core`', 'the model: facts, workflows, components, order, capacity, problems'],
      ['`lib/providers`', 'the only place that knows provider packages; charts and releases'],
      ['`lib/kiro`', 'the workspace and the guides, made from the model'],
      ['`test`', 'mirrors the folders above'],
      ['`docs`', 'a page per workflow, and generated references'],
    ],
  );
}
