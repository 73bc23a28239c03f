import { code, fence, heading, list, table } from '../markdown';
import type { PlatformModel } from '../model';
import type { SteeringDocument } from './document';
import { deploymentWaves } from './order';
import { codes, enumeration, environmentNames } from './wording';

/** How to get an answer or a change with the least effort and the least context. */
export const workflowEfficiency: SteeringDocument = {
  file: 'workflow-efficiency-guide.md',
  inclusion: {
    mode: 'manual',
    name: 'workflow-efficiency-guide',
    description:
      'The cheapest way to an answer or a change: which command, which document, which stack, what runs side by side',
  },
  render: (model) => [
    heading(1, 'Working efficiently'),
    heading(2, 'From a question to the answer'),
    table(
      ['Question', 'Cheapest answer'],
      [
        ['What exists, who needs whom?', '`npx groundplan graph`, or `workflows.md`'],
        ['Does it fit?', '`npx groundplan capacity --env <name>`'],
        ['What does it cost?', '`npx groundplan cost --env <name>`'],
        ['What are the facts of an environment?', '`npx groundplan environments`, or its file in `environments`'],
        ['Is what is committed what the model says?', '`npm run kiro -- --check`'],
        ['What would change in AWS or the cluster?', '`npx cdktf diff <stack>`; needs an account'],
        [
          'Which chart value is set to what?',
          'the component in `lib/<workflow>`, then `cdktf.out/stacks/<stack>/cdk.tf.json`',
        ],
      ],
    ),
    heading(2, 'The loop of a change'),
    fence(
      'sh',
      [
        `${`npm run synth -- ${environmentNames(model)[0]}`.padEnd(31)} # one environment is enough while trying`,
        'npx jest test/observability     # the tests of one folder or file',
        'npm run synth                   # all environments, and the documents',
        'npm run check                   # once, before the commit',
      ].join('\n'),
    ),
    'Synthesis and tests need no network. A problem is told with all others of the same run: mend them together.',
    heading(2, 'Deploying less'),
    list([
      'A change in one workflow is deployed with its stack alone; the flag `--ignore-missing-stack-dependencies` says that the others are there.',
      'A fact that several workflows read (`size`, `retention`, `domain`) changes several stacks: `npm run synth`, then `git diff --stat cdktf.out` where it is kept, or a diff of each.',
      sideBySide(model),
      'The longest parts of a first deployment are the control plane and the nodes; nothing shortens them. Charts wait up to 10 minutes for their pods, the large ones 15.',
    ]),
    heading(2, 'Keeping the context small'),
    list([
      `Always loaded: ${codes(['product.md', 'tech.md', 'structure.md'])}. \`workflows.md\` comes with files of stacks and workflows, \`environment-<name>.md\` with the facts of that environment, the rest when its description fits or by name.`,
      'Ask about one workflow in one environment at a time, and attach its stack.',
      '`npx groundplan mcp use <name>` leaves only the servers of one environment switched on; fewer tools are offered for each question.',
      'Prefer the model to the cluster: what can be read from `stacks` and `environments` needs no server.',
    ]),
    heading(2, 'What not to do'),
    list([
      'Editing generated files: the next run refuses them by name.',
      'Deploying to try: a diff tells the same, and a unit test of the component tells it without an account.',
      'Raising a chart and changing its values in one commit: when it fails, nobody knows which of both did.',
    ]),
  ],
};

function sideBySide({ environments }: PlatformModel): string {
  const [first] = environments;
  const wave = first ? deploymentWaves(first).find(({ length }) => length > 1) : undefined;
  if (!first || !wave) return 'The stacks are deployed one after the other.';
  return `cdktf deploys side by side what does not wait for each other, such as ${enumeration(wave.map(({ stack }) => code(stack.node.id)))}.`;
}
