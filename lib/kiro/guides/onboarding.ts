import { problemCodes } from '../../core/problem-codes';
import { type Block, code, fence, heading, list, table } from '../markdown';
import type { ComponentView, PlatformModel, WorkflowView } from '../model';
import { commandsOf, portable, shellLines } from '../steering/commands';
import { deploymentWaves } from '../steering/order';
import { codes, enumeration, environmentNames, factsFile, numbered, perEnvironment } from '../steering/wording';
import { accessTable, shellStart } from './access';
import { type Guide, steps } from './guide';
import { whoAnswers } from './routing';
import { toolRows } from './tools';

/** From the first day to the first deployment, and what to do when something goes wrong. */
export const onboarding: Guide = {
  file: 'PLATFORM_ONBOARDING.md',
  title: 'Onboarding',
  render: (model) => [
    ...introduction(model),
    ...firstDay(model),
    ...access(model),
    ...deployment(model),
    ...verification(model),
    ...rollback(model),
    ...troubleshooting(),
    ...whoAnswers(model),
    ...removal(model),
  ],
};

function introduction(model: PlatformModel): Block[] {
  const components = model.workflows.flatMap((view) => view.components);
  return [
    `${model.project} runs on EKS in ${enumeration(environmentNames(model))}: ${model.workflows.length} workflows with ${components.length} components, all of them TypeScript constructs in this repository. Terraform, the Kiro workspace and this guide are made from the same constructs, so names and versions below are those that run.`,
    table(
      ['Workflow', 'What a platform has with it', 'Components'],
      model.workflows.map(({ workflow, components: own }) => [
        numbered(workflow),
        workflow.purpose,
        codes(own.map(({ id }) => id)),
      ]),
    ),
    heading(2, 'What you need'),
    table(['Tool', 'Version', 'For'], toolRows(model)),
    'The MCP servers of Kiro need uv and Docker besides: [MCP_CONFIGURATION_GUIDE.md](MCP_CONFIGURATION_GUIDE.md).',
  ];
}

function firstDay({ environments }: PlatformModel): Block[] {
  const [first] = environments;
  if (!first) return [];
  const { environment } = first;
  return [
    heading(2, 'First day'),
    'No account is needed for any of this.',
    steps(
      [
        'Install and synthesize. The Terraform is in `cdktf.out/stacks`, a folder per stack.',
        fence('sh', 'npm ci\nnpm run synth\nnpm test'),
      ],
      [
        'See what there is.',
        fence(
          'sh',
          [
            'npx groundplan environments',
            `npx groundplan capacity --env ${environment.name}`,
            `npx groundplan graph --env ${environment.name}`,
            `npx groundplan cost --env ${environment.name}`,
          ].join('\n'),
        ),
      ],
      `Read [stacks/platform.ts](stacks/platform.ts), then one workflow in \`stacks\` and one of its components in \`lib\`. [docs/components.md](docs/components.md) has them all with versions and requests.`,
      `Make a change: raise \`nodes.max\` in [${factsFile(environment)}](${factsFile(environment)}), run \`npm run kiro -- --check\` and see which documents tell of it, then take it back with \`git checkout ${factsFile(environment)}\`.`,
      `Make a mistake: write \`size: 'smal'\` there, run \`npm run synth\`, and read the answer: code, path, value, what is allowed, what to change. Nothing is written.`,
      'Before a commit: `npm run check`. [CONTRIBUTING.md](CONTRIBUTING.md) has the rules, [AGENTS.md](AGENTS.md) the short form.',
    ),
  ];
}

function access(model: PlatformModel): Block[] {
  return [
    heading(2, 'Access'),
    `Each environment has an account of its own. Ask its owner (see [Who answers](#who-answers)) for the role below, sign in, and start every shell like this; all commands of this guide use these variables.`,
    shellStart(model),
    accessTable(model),
    'Account ids and ARNs are facts: `aws.account` and `cluster.admins` of the environment. The providers refuse to work in another account. Whoever is to have access is added to `cluster.admins`, which a person with access deploys.',
  ];
}

function deployment(model: PlatformModel): Block[] {
  const [first] = model.environments;
  if (!first) return [];
  const waves = model.environments.map(deploymentWaves);
  const most = Math.max(...waves.map(({ length }) => length));
  const stacks = (wave: readonly WorkflowView[] | undefined) => codes((wave ?? []).map(({ stack }) => stack.node.id));
  const ids = (wave: readonly WorkflowView[]) => wave.map(({ workflow }) => `"$ENVIRONMENT-${workflow.id}"`).join(' ');
  const [foundation, ...others] = deploymentWaves(first);
  return [
    heading(2, 'Deploy an environment'),
    'Stacks of one row do not need each other. `cdktf` keeps the order by itself.',
    table(
      ['Step', ...environmentNames(model)],
      Array.from({ length: most }, (_, index) => [index + 1, ...waves.map((wave) => stacks(wave[index]) || '-')]),
    ),
    steps(
      'Put your account, domain and ranges into the facts of the environment. State is kept where `state` in `main.ts` says; a team keeps it in S3, in the bucket that `bootstrap.ts` makes once per environment.',
      [
        'Look at the plan of the first stack, then deploy it.',
        fence(
          'sh',
          `npm run synth\nnpx cdktf diff "$ENVIRONMENT-${foundation?.[0]?.workflow.id}"\nnpx cdktf deploy ${ids(foundation ?? [])}`,
        ),
      ],
      'Verify it (next section) before you go on.',
      [
        'The rest, step by step. The flag tells cdktf that the stacks before are there already. `npx cdktf deploy "$ENVIRONMENT-*"` does all steps in one go.',
        fence(
          'sh',
          others.map((wave) => `npx cdktf deploy --ignore-missing-stack-dependencies ${ids(wave)}`).join('\n'),
        ),
      ],
      `A plan that removes or replaces a database, a bucket, a volume, a key or the cluster is not applied. ${modes(model)}`,
    ),
  ];
}

function modes(model: PlatformModel): string {
  return `Who agrees to a change: ${perEnvironment(model, ({ environment }) => environment.facts.automation.mode)}; [safety-controls-escalation.md](.kiro/steering/safety-controls-escalation.md) has the limits.`;
}

function verification(model: PlatformModel): Block[] {
  return [
    heading(2, 'Verify each workflow'),
    'The first look at every component: each line ends with 0, or prints what its component is about. All checks are in [operations.md](.kiro/steering/operations.md#verification).',
    ...model.workflows.flatMap(({ workflow, components }) => [
      heading(3, numbered(workflow)),
      fence('sh', components.flatMap((component) => firstCheck(model, component)).join('\n')),
    ]),
    heading(3, 'What people open'),
    table(['Name', 'Address', 'Component'], addresses(model)),
  ];
}

/** A comment tells where not every environment has the component. */
function firstCheck(model: PlatformModel, component: ComponentView): string[] {
  const [line] = shellLines(commandsOf(model, component, ({ checks }) => checks.slice(0, 1)));
  const having = [...model.variants(component.id, component.workflow).keys()];
  if (line === undefined) return [];
  return [having.length < model.environments.length ? `${line}  # ${having.join(', ')} only` : line];
}

const opened = /^kubectl |^https:\/\/(?!\*|.*svc\.cluster\.local)/;

/** Addresses that a browser opens and commands that log in. */
function addresses({ environments, workflows }: PlatformModel): string[][] {
  const [first] = environments;
  if (!first) return [];
  return workflows.flatMap(({ components }) =>
    components.flatMap(({ id, handovers, construct }) =>
      handovers
        .filter(({ value }) => opened.test(value))
        .map(({ name, value }) => [name, code(portable(value, construct.environment)), code(id)]),
    ),
  );
}

function rollback(model: PlatformModel): Block[] {
  const rows = [...model.workflows].reverse().map(({ workflow, components }) => [
    numbered(workflow),
    [...components]
      .reverse()
      .flatMap(({ rollbacks }) => rollbacks.flatMap(releaseOf))
      .join(', ') || '-',
  ]);
  return [
    heading(2, 'Roll back'),
    steps(
      'The lasting way: `git revert` the commit, `npm run synth`, `npx cdktf diff` and `npx cdktf deploy` of the stack. What lives in AWS has no other way.',
      [
        'For the minutes until then: one revision of a release back. The next deployment makes of it what the model says, so revert the commit too.',
        fence('sh', example(model)),
      ],
      'Take back what builds on a release before the release itself: in the order of this table, from left to right. All commands are in [operations.md](.kiro/steering/operations.md#rollback).',
    ),
    table(['Workflow', 'Releases, as namespace/name'], rows),
    'Helm does not take definitions (CRDs) back. Databases do not go back to an older major version: restore them ([docs/data.md](docs/data.md#back-to-a-moment-in-the-past)).',
  ];
}

const rollbackCommand = /^helm -n (\S+) rollback (\S+)$/;

function releaseOf(command: string): string[] {
  const [, namespace, name] = rollbackCommand.exec(command) ?? [];
  return namespace && name ? [code(`${namespace}/${name}`)] : [];
}

/** History and rollback of a release that people look at, so that its way back is seen. */
function example({ workflows }: PlatformModel): string {
  const all = workflows.flatMap(({ components }) => components);
  const seen = all.filter(({ handovers }) => handovers.some(({ value }) => opened.test(value)));
  const command =
    [...seen, ...all].flatMap(({ rollbacks }) => rollbacks).find((one) => rollbackCommand.test(one)) ?? '';
  const [, namespace, name] = rollbackCommand.exec(command) ?? [];
  return `helm -n ${namespace} history ${name}\n${command}`;
}

const groups: readonly (readonly [string, string, string])[] = [
  [
    'GP1',
    'facts of an environment',
    'open the file in `environments` at the path in brackets; `Allowed` and `Fix` say what to write',
  ],
  ['GP2', 'the construct tree', 'the path in brackets is a construct: look where it is made, in `stacks` or `lib`'],
  ['GP3', 'capacity', '`npx groundplan capacity`; raise `nodes.max`, take larger `nodes.types` or a smaller `size`'],
  [
    'GP4',
    'files and packages',
    'the message names the file; what people changed by hand moves into the model, or `npm run kiro -- --force`',
  ],
];

function troubleshooting(): Block[] {
  const link = (name: string) => `[${name}](docs/errors.md#${name.toLowerCase()})`;
  return [
    heading(2, 'Troubleshooting'),
    'Synthesis prints all problems at once: code, path, value, what is allowed, the fix. Each code has a section in [docs/errors.md](docs/errors.md).',
    table(
      ['About', 'What to do', 'Codes'],
      groups.map(([prefix, about, help]) => [
        about,
        help,
        Object.keys(problemCodes)
          .filter((name) => name.startsWith(prefix))
          .map(link)
          .join(' '),
      ]),
    ),
    'For messages of Terraform, Helm and Kubernetes, and for every alert: [operations.md](.kiro/steering/operations.md#troubleshooting).',
  ];
}

function removal(model: PlatformModel): Block[] {
  const guarded = model.environments.filter(({ environment }) => environment.facts.deletionProtection);
  const names = codes(guarded.map(({ environment }) => environment.name));
  return [
    heading(2, 'Destroy'),
    list([
      'A person does this, never an assistant. [docs/destroy.md](docs/destroy.md) lists, stack by stack, what to look for before and what stays after.',
      ...(guarded.length > 0
        ? [
            `${names} refuse to go until \`deletionProtection\` is \`false\` in their facts and deployed: [Lift the protection](docs/destroy.md#lift-the-protection).`,
          ]
        : []),
    ]),
  ];
}
