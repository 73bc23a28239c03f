import { severities } from '../../core/escalation';
import { type Block, code, fence, heading, list, table } from '../markdown';
import type { ComponentView, PlatformModel } from '../model';
import { commandsOf, shellLines, variables } from './commands';
import type { SteeringDocument } from './document';
import { deploymentWaves } from './order';
import { alertTable, crossEffects, errorCodes } from './troubleshooting';
import { clusterOf, codes, environmentNames, factRows, numbered, time } from './wording';

/** How it is deployed, checked, taken back and repaired. */
export const operations: SteeringDocument = {
  file: 'operations.md',
  inclusion: {
    mode: 'auto',
    name: 'operations',
    description:
      'Deploying, verifying, rolling back and troubleshooting the platform: commands per component, alerts, error codes, effects across workflows, incidents, maintenance.',
  },
  render: (model) => [
    heading(1, 'Operations'),
    ...access(model),
    ...deployment(model),
    ...verification(model),
    ...rollback(model),
    heading(2, 'Troubleshooting'),
    heading(3, 'An alert fires'),
    alertTable(model),
    heading(3, 'A workflow fails, and what it means for others'),
    crossEffects(model),
    heading(3, 'Synthesis refuses the model'),
    'All problems come at once, each with its path, what is allowed and the fix. Nothing is written while there is one.',
    errorCodes(),
    heading(3, 'Terraform or Helm fails'),
    failures(),
    ...incidents(model),
    ...maintenance(model),
  ],
};

function access(model: PlatformModel): Block[] {
  const [first] = model.environments;
  if (!first) return [];
  const { name, facts, project } = first.environment;
  return [
    heading(2, 'Access'),
    'Commands of this document are written with these variables; set them once per shell. The values of the other environments are below.',
    fence(
      'sh',
      [
        `export ENVIRONMENT=${name} AWS_REGION=${facts.aws.region} DOMAIN=${facts.domain.name}`,
        'export ACCOUNT=$(aws sts get-caller-identity --query Account --output text)',
        `aws eks update-kubeconfig --region $AWS_REGION --name ${clusterOf(first).replace(`${project}-${name}-`, `${project}-$ENVIRONMENT-`)}`,
        'kubectl config current-context   # look before every command that changes something',
      ].join('\n'),
    ),
    table(
      ['', ...environmentNames(model)],
      factRows(model, {
        [code(variables[0])]: ({ environment }) => environment.name,
        [code(variables[1])]: ({ environment }) => environment.facts.aws.region,
        [code(variables[3])]: ({ environment }) => environment.facts.domain.name,
        cluster: (view) => code(clusterOf(view)),
      }),
    ),
  ];
}

function deployment(model: PlatformModel): Block[] {
  const [first] = model.environments;
  if (!first) return [];
  const lines = deploymentWaves(first).map((wave, index) => {
    const names = wave.map(({ workflow }) => `"$ENVIRONMENT-${workflow.id}"`).join(' ');
    return `npx cdktf deploy ${index === 0 ? '' : '--ignore-missing-stack-dependencies '}${names}`;
  });
  return [
    heading(2, 'Deployment'),
    'One command takes an environment up in the order of the workflows. To stop and look in between, deploy wave by wave and verify each before the next.',
    fence(
      'sh',
      [
        'npm run synth',
        'npx cdktf diff "$ENVIRONMENT-foundation"',
        'npx cdktf deploy "$ENVIRONMENT-*"',
        '',
        '# or wave by wave',
        ...lines,
      ].join('\n'),
    ),
    list([
      'The flag tells cdktf that the stacks before are deployed already. A diff of a workflow needs them as well: it reads their outputs.',
      'Before the first deployment of an account, state in S3 needs its bucket, once: `bootstrap.ts` makes it.',
      'A plan that removes or replaces a database, a bucket, a volume, a key or the cluster is not applied. Find the changed address first.',
    ]),
  ];
}

function verification(model: PlatformModel): Block[] {
  return [
    heading(2, 'Verification'),
    'Run the block of a workflow after its deployment. Every line exits with 0, or prints what its component is about.',
    ...model.workflows.flatMap(({ workflow, components }) => {
      const lines = blockOf(model, components, ({ checks }) => checks);
      return lines.length > 0 ? [heading(3, `Verify ${numbered(workflow)}`), fence('sh', lines.join('\n'))] : [];
    }),
  ];
}

function rollback(model: PlatformModel): Block[] {
  const order = [...model.workflows].reverse();
  const lines = order.flatMap(({ components }) =>
    blockOf(model, [...components].reverse(), ({ rollbacks }) => rollbacks),
  );
  return [
    heading(2, 'Rollback'),
    list([
      'The lasting way back is Git: revert the commit, `npm run synth`, look at the diff, deploy the stack. Components that live in AWS have no other.',
      '`helm rollback` is for the minutes until then: it brings back the revision before. The next deployment makes of it what the model says, so revert the commit as well.',
      'Helm does not take definitions (CRDs) back, and data services do not go back to an older major version: there a restore is the way.',
      'Take back in the reverse order of the workflows, and what builds on a component before it.',
    ]),
    fence('sh', lines.join('\n')),
    'Taking a workflow or an environment away is described in `docs/destroy.md`; it is done by people.',
  ];
}

/** Commands of several components, a comment with the name before those of each. */
function blockOf(
  model: PlatformModel,
  components: readonly ComponentView[],
  kind: (component: ComponentView) => readonly string[],
): string[] {
  return components.flatMap((component) => {
    const lines = shellLines(commandsOf(model, component, kind));
    return lines.length > 0 ? [`# ${component.id}`, ...lines] : [];
  });
}

function failures(): Block {
  return table(
    ['What is seen', 'Why', 'What helps'],
    [
      [
        '`Kubernetes cluster unreachable`',
        'the endpoint is private, or the caller has no access entry',
        'come from a range in `cluster.publicAccess` or from inside the VPC; use a role of `cluster.admins`',
      ],
      [
        '`no matches for kind`',
        'a resource was sent before its definition',
        'the component needs `after` with the release that brings the definition',
      ],
      [
        '`failed calling webhook`',
        'a webhook answers nobody: its pods are down or a policy keeps the API server out',
        'the block of its workflow above; `kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations`',
      ],
      [
        '`context deadline exceeded` of a release',
        'pods do not become ready in time',
        '`kubectl -n <namespace> get pods,events`; mostly a node that is not there yet, an image or a volume',
      ],
      [
        'pods `Pending`',
        'no node has room or fits',
        '`kubectl get nodepools,nodeclaims`; compare with `npx groundplan capacity`',
      ],
      [
        '`Error acquiring the state lock`',
        'another run holds it',
        'wait for it or ask its owner; only a person breaks a lock',
      ],
      ['account guard of the provider', 'credentials of another account', 'sign in to the account of that environment'],
    ],
  );
}

function incidents(model: PlatformModel): Block[] {
  return [
    heading(2, 'Incidents'),
    table(
      ['Severity', 'Means', 'Answer within', 'Path'],
      severities.map(({ id, means, answerWithin, path }) => [id, means, time(answerWithin), path.join(' → ')]),
    ),
    'In this order: stop changes by machine, see who is affected (Grafana, then the alert), compare with the last deployment (`git log`, `npx cdktf diff`), take back before searching for the cause, verify, write down what happened. Triggers and powers are in `safety-controls-escalation.md`.',
    table(
      ['Recovery', ...environmentNames(model)],
      factRows(model, {
        'back within': ({ environment }) => time(environment.facts.recovery.time),
        'data lost at most': ({ environment }) => time(environment.facts.recovery.point),
        'backups, kept': ({ environment: { facts } }) => `every ${facts.backups.every}, ${facts.backups.keep}`,
      }),
    ),
  ];
}

function maintenance(model: PlatformModel): Block[] {
  const names = environmentNames(model);
  return [
    heading(2, 'Maintenance'),
    list([
      `An upgrade goes through ${codes(names)} in this order, and rests in each for a day. \`docs/upgrading.md\` says how charts, providers and Kubernetes are raised.`,
      'Charts: change the version in `lib/providers/charts.ts`, `npm run check`, diff, deploy. Nothing else holds a version.',
      'Kubernetes: one minor version at a time, control plane first (`cluster.version`), then nodes are replaced by Karpenter as they expire.',
      'Restore something every month where data matters: a database from its archive into another namespace, a snapshot of the vault into an empty one.',
      'Certificates, nodes and passwords renew themselves; the alerts above tell when one does not.',
    ]),
  ];
}
