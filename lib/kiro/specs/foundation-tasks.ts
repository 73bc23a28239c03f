import { instanceTypes } from '../../core/instance-types';
import { enumeration, share } from '../steering/wording';
import type { Facts } from './facts';
import type { TaskGroup } from './spec';

/** What a team decides and does for accounts, network and cluster. */
export function foundationTasks(facts: Facts): readonly TaskGroup[] {
  return [ownFacts(facts), limits(facts), stateAndPipeline(facts), deployments(facts), upkeep(facts)];
}

function ownFacts(facts: Facts): TaskGroup {
  const cluster = facts.clusterOf(facts.first);
  const privately = facts.where((environment) => environment.facts.cluster.publicAccess.length === 0);
  return {
    title: 'Facts of your own',
    tasks: [
      {
        id: 'accounts',
        title: 'Put your accounts and regions into the environments',
        steps: [
          'Replace `aws.account` and `aws.region` in every file of `environments/`.',
          'Give each environment an account of its own.',
        ],
        check: ['aws sts get-caller-identity --query Account --output text', 'npm run synth'],
        meets: ['accounts.1'],
      },
      {
        id: 'ranges',
        title: 'Choose address ranges that meet none of yours',
        steps: [
          `The ranges are ${facts.each(({ facts: { network } }) => network.cidr)}.`,
          'A range cannot be changed once a cluster lives in it.',
        ],
        check: ["aws ec2 describe-vpcs --query 'Vpcs[].CidrBlock'", 'npm run synth'],
        meets: ['network.1', 'network.2'],
      },
      {
        id: 'people',
        title: 'Decide who reaches the cluster, and from where',
        steps: [
          'List the roles of administrators in `cluster.admins`, the role of the pipeline in `cluster.deployer`.',
          'List your offices, VPN and pipeline in `cluster.publicAccess`.',
          `The API is private in ${privately}: there the pipeline has to run where it reaches the VPC.`,
        ],
        check: [
          `aws eks describe-cluster --name ${cluster} --query cluster.resourcesVpcConfig.publicAccessCidrs`,
          `aws eks list-access-entries --cluster-name ${cluster}`,
        ],
        meets: ['access.2', 'access.3'],
        after: ['accounts'],
      },
    ],
  };
}

function limits(facts: Facts): TaskGroup {
  const account = '$(aws sts get-caller-identity --query Account --output text)';
  const quota = (code: string) =>
    `aws service-quotas get-service-quota --service-code ec2 --quota-code ${code} --query Quota.Value`;
  return {
    title: 'Limits of the accounts',
    tasks: [
      {
        id: 'quotas',
        title: 'Raise the quotas of EC2 where they are lower than the ceiling',
        steps: [
          `The ceilings are ${coresOf(facts)}.`,
          'Spot and on demand are two quotas: the first command shows on demand, the second spot.',
        ],
        check: [quota('L-1216C47A'), quota('L-34B43A08')],
        meets: ['capacity.1', 'capacity.2'],
        after: ['accounts'],
      },
      {
        id: 'budget',
        title: 'Make a budget that tells somebody',
        steps: [
          `The environments name ${facts.each(({ facts: { budget } }) => `${budget.monthlyUsd} USD`)} a month. Messages at ${facts.each(({ facts: { budget } }) => enumeration(budget.alertAt.map(String)))}.`,
          'The library makes no budget in AWS. Compare the figure with `npx groundplan cost` before you make one.',
        ],
        check: [`aws budgets describe-budgets --account-id ${account} --query 'Budgets[].BudgetName'`],
        meets: ['capacity.1'],
        after: ['accounts'],
      },
    ],
  };
}

/** EC2 quotas count cores: the ceiling of nodes times the cores of the largest type. */
function coresOf(facts: Facts): string {
  return facts.each(({ facts: { nodes } }) => {
    const largest = Math.max(...nodes.types.map((type) => instanceTypes[type]?.vcpus ?? 0));
    return `${nodes.max * largest} cores`;
  });
}

function stateAndPipeline({ first }: Facts): TaskGroup {
  return {
    title: 'State and pipeline',
    tasks: [
      {
        id: 'state',
        title: 'Move the state out of local files',
        steps: [
          'Choose the bucket of `BootstrapStack`, a bucket of yours or HCP Terraform, and name it as `state` of the `PlatformApp` in `main.ts`.',
          'Do it before a second person or a pipeline applies.',
        ],
        check: ['npm run synth', `npx cdktf diff ${first.name}-foundation`],
        meets: ['accounts.2', 'accounts.3'],
        after: ['accounts'],
      },
      {
        id: 'pipeline',
        title: 'Let a pipeline apply instead of people',
        steps: [
          'Give it a role per environment that it takes by OIDC; keep no keys.',
          `Ask for an approval between plan and apply outside of ${first.name}.`,
        ],
        check: ['aws sts get-caller-identity --query Arn --output text'],
        meets: ['accounts.1', 'access.3'],
        after: ['state', 'people'],
      },
    ],
  };
}

function deployments(facts: Facts): TaskGroup {
  const { first, last, model } = facts;
  const fill = model.environments.map(({ environment, capacity }) => `${share(capacity.fill)} in ${environment.name}`);
  return {
    title: 'First deployments of the foundation',
    tasks: [
      {
        id: 'first',
        title: `Deploy the foundation of ${first.name}`,
        steps: [`\`npx cdktf deploy ${first.name}-foundation\``],
        check: [...facts.check('cluster', 'describe-cluster'), ...facts.check('system-nodes')],
        meets: ['network.1', 'access.2', 'encryption.1'],
        after: ['ranges', 'people', 'state', 'quotas'],
      },
      {
        id: 'others',
        title: `Deploy the foundation of the other environments, ${last.name} last`,
        steps: [`The platform fills ${fill.join(', ')}: decide whether that leaves room for your applications.`],
        check: [
          'npx groundplan capacity',
          `aws eks describe-cluster --name ${facts.clusterOf(last)} --query cluster.status`,
        ],
        meets: ['network.1', 'capacity.2'],
        after: ['first', 'pipeline', 'budget'],
      },
    ],
  };
}

function upkeep(facts: Facts): TaskGroup {
  const cluster = facts.clusterOf(facts.first);
  return {
    title: 'Upkeep of the foundation',
    tasks: [
      {
        id: 'updates',
        title: 'Decide when machine images and Kubernetes move',
        steps: [
          '`al2023@latest` replaces nodes within hours of a new image; pin one under `clusterServices.karpenter.image` in `stacks/platform.ts` to choose the moment.',
          'Set a date for each minor version in `cluster.version`, first environment first.',
        ],
        check: [
          ...facts.check('karpenter', 'nodepools'),
          `aws eks describe-cluster --name ${cluster} --query cluster.version`,
        ],
        meets: ['capacity.1', 'encryption.3'],
        after: ['first'],
      },
      {
        id: 'zone',
        title: 'Rehearse the loss of a node and of a zone',
        steps: ['Drain a node of each pool, then cordon all nodes of one zone, and watch what stays pending.'],
        check: ['kubectl get pods -A --field-selector status.phase=Pending'],
        meets: ['capacity.3', 'network.1'],
        after: ['others'],
        optional: true,
      },
    ],
  };
}
