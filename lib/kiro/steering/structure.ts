import { Workflow } from '../../core/workflow';
import { type Block, code, heading, list, table } from '../markdown';
import type { PlatformModel } from '../model';
import type { SteeringDocument } from './document';
import { clusterOf, codes } from './wording';

/** Where things are, how they are named, and what a change in one place asks of others. */
export const structure: SteeringDocument = {
  file: 'structure.md',
  inclusion: { mode: 'always' },
  render: (model) => [
    heading(1, 'Structure'),
    table(
      ['Folder', 'Room', 'May import'],
      [
        ['`environments`', 'facts of each environment, and of the services; no logic', '`lib`'],
        ['`stacks`', `one stack per workflow: which parts, how they meet; \`platform.ts\` shows all`, '`lib`'],
        ['`lib/core`', 'facts, workflows, components, order, capacity, limits, problems', '`lib/providers`'],
        ['`lib/providers`', 'provider packages, charts, releases, values, identities', '`lib/core`'],
        [codes(Workflow.all.map(({ id }) => `lib/${id}`)), 'one file per component', '`lib/core`, `lib/providers`'],
        ['`lib/kiro`', 'what is written into `.kiro` and the guides', '`lib/core`'],
        [
          '`test`, `examples`, `docs`',
          'tests by folder, ways of extending, guides and generated references',
          'everything',
        ],
      ],
    ),
    heading(2, 'Names and tags'),
    namesTable(model),
    heading(2, 'What a change asks of other files'),
    'After each of them: `npm run synth`, and commit what it writes.',
    followUps(),
    heading(2, 'Where new things go'),
    list([
      'A component: `lib/<workflow>/<name>.ts`, placed in `stacks/<workflow>.ts`, tested in `test/<workflow>.test.ts`. A component of a team: a class of its own, as in `examples/own-component.ts`.',
      'A workflow: `Workflow.custom` with what it requires and recommends and why, and a stack of its own, as in `examples/team-stack.ts`.',
      'An environment: a file in `environments`, listed in `environments/index.ts` and `main.ts`.',
    ]),
  ],
};

function namesTable(model: PlatformModel): Block {
  const view = model.environments[0];
  const stack = view?.workflows[0]?.stack;
  if (!view || !stack) return undefined;
  const tags = Object.keys(stack.standardTags()).filter((tag) => !(tag in view.environment.facts.tags));
  return table(
    ['What', 'Form', 'Example'],
    [
      ['AWS resource', '`<project>-<environment>-<resource>`', code(clusterOf(view))],
      ['bucket', 'the same with the account at the end', code(view.environment.named('loki-<account>'))],
      ['stack and state', '`<environment>-<workflow>`', code(stack.node.id)],
      ['release, construct', 'the id of the component, lower case with dashes', '`cert-manager`'],
      ['tags', codes([...tags, 'Component']), 'set by the library; `tags` in the facts adds more'],
      ['labels of workloads', 'what the admission rules ask for', 'see `microservices.md`'],
    ],
  );
}

function followUps(): Block {
  return table(
    ['Change in', 'Look at as well'],
    [
      [
        '`environments/<name>.ts`, `nodes` or `size`',
        '`npx groundplan capacity`: it has to fit (GP301, GP302); `budget` of the same file',
      ],
      [
        '`environments/<name>.ts`, `retention`, `backups`, `recovery`',
        'what the other environments keep; the objectives of services that rely on it',
      ],
      ['`environments/<name>.ts`, `workflows`', 'workflows that need it (GP112); what it handed over to applications'],
      [
        '`environments/services.ts`',
        'ranges under `services` of each environment, free capacity, topics and secrets it names',
      ],
      [
        '`lib/core/environment-schema.ts`',
        'every file in `environments`, `test/core/environment.test.ts`, the component that reads the fact',
      ],
      [
        '`lib/core/workflow.ts` or `lib/core/handles.ts`',
        '`stacks/platform.ts`, the stacks that take the handle, `test/order.test.ts`',
      ],
      [
        '`lib/providers/charts.ts`',
        'value paths of the component (`test/charts`), `docs/upgrading.md`; `npm run docs`',
      ],
      [
        '`lib/<workflow>/*.ts`',
        'its stack, `test/<workflow>.test.ts`, `docs/<workflow>.md`; a changed address shows in `test/__snapshots__`',
      ],
      ['`lib/core/problem-codes.ts`', 'a test that raises the code; `npm run docs`'],
      ['`package.json`', '`package-lock.json`, the ranges under `peerDependencies`'],
    ],
  );
}
