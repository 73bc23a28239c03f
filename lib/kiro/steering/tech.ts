import { type Block, fence, heading, list, table } from '../markdown';
import type { ComponentView, PlatformModel } from '../model';
import type { SteeringDocument } from './document';
import { chartsOf, numbered, perEnvironment } from './wording';

/** What it is made of, and the commands that are used every day. */
export const tech: SteeringDocument = {
  file: 'tech.md',
  inclusion: { mode: 'always' },
  render: (model) => [
    heading(1, 'Technology'),
    table(
      ['Layer', 'What is used'],
      [
        [
          'Model',
          'TypeScript, strict; CDK for Terraform (`cdktf`); one Terraform state per stack `<environment>-<workflow>`',
        ],
        [
          'Cluster',
          `EKS ${perEnvironment(model, ({ environment }) => environment.facts.cluster.version)}, ${perEnvironment(model, ({ environment }) => environment.facts.cluster.networking)}, ${perEnvironment(model, ({ environment }) => environment.facts.cluster.identity)}`,
        ],
        ['Region', perEnvironment(model, ({ environment }) => environment.facts.aws.region)],
        [
          'Charts',
          'Helm releases at pinned versions; custom resources go through a small chart of the library, after the operator that knows them',
        ],
      ],
    ),
    heading(2, 'Charts by workflow'),
    list(model.workflows.flatMap(({ workflow, components }) => chartLine(numbered(workflow), components))),
    heading(2, 'Commands'),
    commands(model),
    'Synthesis needs no account, no Terraform and no network. Deployment needs Terraform 1.11 and the AWS CLI 2.7, or newer.',
    heading(2, 'How code is written here'),
    list([
      'A component is one construct: it places its Terraform and describes itself (purpose, checks, rollbacks, handovers). Documents follow from that; nobody writes them.',
      'A workflow takes the handles of those it needs as props. It never imports the folder of another workflow.',
      'Provider packages are imported by subpath, in `lib/providers` only. Chart versions stand in `lib/providers/charts.ts` only.',
      'Requests come from `podsOf` or `podsPerNode`, so that capacity counts what runs. Memory is limited, CPU is not.',
      'No secret in Terraform, chart values or Git: passwords are generated in the cluster or read from OpenBao.',
      'Errors have a code, a path, the value, what is allowed and the fix; `docs/errors.md` lists the codes.',
    ]),
  ],
};

function chartLine(name: string, components: readonly ComponentView[]): string[] {
  const charts = [
    ...new Set(
      components
        .map(chartsOf)
        .filter((text) => text !== '-')
        .flatMap((text) => text.split(', ')),
    ),
  ];
  return charts.length > 0 ? [`${name}: ${charts.join(', ')}`] : [];
}

function commands({ environments }: PlatformModel): Block {
  const first = environments[0];
  if (!first) return undefined;
  const stack = first.workflows[0]?.stack.node.id ?? first.environment.name;
  return fence(
    'sh',
    [
      'npm run synth                 # Terraform of all environments in cdktf.out, documents in .kiro',
      'npm test                      # everything that needs no account',
      'npm run check                 # lint, types, reference pages, tests',
      'npm run kiro -- --check       # what is committed equals the model',
      `${`npx cdktf diff ${stack}`.padEnd(29)} # the plan of one stack`,
      `${`npx cdktf deploy '${first.environment.name}-*'`.padEnd(29)} # one environment, in order`,
      'npx groundplan --help         # graph, capacity, cost, environments, mcp',
    ].join('\n'),
  );
}
