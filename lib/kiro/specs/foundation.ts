import { Workflow } from '../../core/workflow';
import type { Facts } from './facts';
import { foundationTasks } from './foundation-tasks';
import type { Decision, Failure, Property, Requirement, Spec } from './spec';

/** Workflow 1: accounts, network, cluster and nodes. */
export const foundation: Spec = {
  name: 'workflow-1-foundation-enhancement',
  title: 'Foundation',
  workflows: [Workflow.FOUNDATION],
  content: (facts) => ({
    introduction: `The foundation gives each environment a private network and an EKS cluster in an AWS account of its own. The library makes both from the facts in \`environments/\`; this spec says what must hold for them, and what your team has to bring: accounts, address ranges, people, quotas and a place for state.`,
    glossary: {
      synthesis: '`npm run synth`: checks the facts and writes Terraform; it needs no account and no network.',
      team: 'the people who own the platform and apply its stacks.',
      deployer: 'the IAM role that applies the stacks of an environment.',
    },
    requirements: [...requirements, capacityRequirement(facts)],
    overview: `Two halves make the foundation. The stack \`<environment>-foundation\` holds what lives in AWS and has no Kubernetes or Helm provider, because a provider must not be configured by the state that creates its cluster. What the foundation runs inside the cluster comes with the first stack that talks to it, \`<environment>-ingress\`. Everything that other workflows install waits for a value that exists only once access, nodes and add-ons do.`,
    decisions,
    facts: [
      ['Region', ({ facts: { aws } }) => aws.region],
      ['VPC range', ({ facts: { network } }) => network.cidr],
      ['NAT gateways', ({ facts: { network } }) => (network.nat === 'single' ? 'one' : 'one per zone')],
      ['Flow logs kept', ({ facts: { network } }) => String(network.flowLogs)],
      ['Kubernetes', ({ facts: { cluster } }) => cluster.version],
      ['API open to', ({ facts: { cluster } }) => cluster.publicAccess.join(', ') || 'the VPC only'],
      ['Control plane logs kept', ({ facts: { cluster } }) => String(cluster.logs)],
      ['Instance types', ({ facts: { nodes } }) => nodes.types.join(', ')],
      ['Nodes', ({ facts: { nodes } }) => `${nodes.min} to ${nodes.max}`],
      ['Spot share at most', ({ facts: { nodes } }) => String(nodes.spot)],
      ['Nodes given up', ({ facts: { nodes } }) => nodes.scaling],
      ['Budget a month', ({ facts: { budget } }) => `${budget.monthlyUsd} USD`],
      ['Deletion protection', ({ facts: { deletionProtection } }) => (deletionProtection ? 'on' : 'off')],
    ],
    properties,
    failures,
    groups: foundationTasks(facts),
    notes: [
      'Deploy in the order of the environments: what fails in the first one costs least.',
      'The deletion protection of an environment also guards its buckets, volumes and databases; switch it off only to take the environment down.',
    ],
  }),
};

const requirements: readonly Requirement[] = [
  {
    id: 'accounts',
    title: 'Accounts and state',
    story: {
      as: 'a platform engineer',
      want: 'each environment in an account of its own with its own state',
      so: 'a mistake in one environment cannot reach another',
    },
    criteria: [
      {
        if: 'the credentials belong to another account than the environment names',
        the: 'deployer',
        shall: 'be refused by Terraform before a resource is touched',
      },
      {
        the: 'synthesis',
        shall: 'give every stack a state of its own, so that a lock or a loss concerns one workflow of one environment',
      },
      {
        where: 'state is kept in S3',
        the: 'team',
        shall: 'keep it versioned, encrypted and locked, in a bucket that no environment can destroy',
      },
    ],
  },
  {
    id: 'network',
    title: 'Network',
    story: {
      as: 'a network engineer',
      want: 'nodes in private subnets and ranges that never overlap',
      so: 'the environments can be joined with each other and with our own networks later',
    },
    criteria: [
      { the: 'network', shall: 'place nodes in private subnets of three zones and load balancers in public ones' },
      {
        if: 'two environments, or the pods and the services of one, have overlapping ranges',
        the: 'synthesis',
        shall: 'fail with GP110 and name both',
      },
      { the: 'network', shall: 'log its flows for as long as the environment says' },
    ],
  },
  {
    id: 'access',
    title: 'Access to the cluster',
    story: {
      as: 'a security engineer',
      want: 'to know from where and by whom the API of the cluster is reached',
      so: 'a leaked kubeconfig is worth nothing',
    },
    criteria: [
      { if: 'the API would be open to every address', the: 'synthesis', shall: 'fail with GP115' },
      { while: 'no public range is listed', the: 'cluster', shall: 'answer inside the VPC only' },
      {
        the: 'cluster',
        shall: 'admit people and pipelines by access entries alone, each with a role that a person can name',
      },
    ],
  },
  {
    id: 'encryption',
    title: 'Encryption and identity',
    story: {
      as: 'a security engineer',
      want: 'one key that rotates and identities that end with their pod',
      so: 'no long-lived secret lies on a disk or in a variable',
    },
    criteria: [
      { the: 'key', shall: 'encrypt cluster secrets, volumes, buckets and logs, and rotate every year' },
      { the: 'storage', shall: 'make encrypted volumes unless a claim asks for another class' },
      { the: 'addons', shall: 'give pods credentials by EKS Pod Identity, each role naming what it reaches' },
    ],
  },
];

function capacityRequirement(facts: Facts): Requirement {
  return {
    id: 'capacity',
    title: 'Nodes and capacity',
    story: {
      as: 'a platform engineer',
      want: 'nodes that come and go with the load, within a ceiling',
      so: 'the platform fits and its price has a limit',
    },
    criteria: [
      {
        when: 'pods do not fit on the nodes there are',
        the: 'karpenter',
        shall: `add nodes, up to ${facts.each(({ facts: { nodes } }) => `${nodes.max} nodes`)}`,
      },
      {
        if: 'the requests of all components exceed what the nodes can give',
        the: 'synthesis',
        shall: 'fail with GP301 and print the table',
      },
      {
        while: 'EC2 takes spot nodes back',
        the: 'system-nodes',
        shall: 'keep the controllers of the platform running on demand',
      },
    ],
  };
}

const decisions: readonly Decision[] = [
  {
    choice: 'Access entries instead of the aws-auth map',
    because: 'They are resources that a plan shows, and a broken map locks everybody out.',
  },
  {
    choice: 'Pod Identity instead of IRSA',
    because: 'A role does not have to know the cluster that uses it; `cluster.identity` switches the whole platform.',
  },
  {
    choice: 'Karpenter beside a small managed group',
    because: 'The group keeps controllers on demand; Karpenter picks types and spot for the rest.',
    about: ['karpenter'],
  },
  {
    choice: 'Definitions before operators',
    because: 'Charts leave their monitors out, without a word, where the definitions are missing.',
    about: ['shared-crds'],
  },
];

const properties: readonly Property[] = [
  {
    title: 'No shared addresses',
    holds:
      'For every pair of environments the ranges of their VPCs are disjoint, and within each the range of services lies outside the VPC.',
    validates: ['network.2'],
    shownBy: 'GP110',
  },
  {
    title: 'No open endpoint',
    holds: 'For every environment the API is reachable from listed ranges only, and `0.0.0.0/0` is never one of them.',
    validates: ['access.1', 'access.2'],
    shownBy: 'GP115',
  },
  {
    title: 'It fits',
    holds:
      'For every environment the requests of all pods, one per node for DaemonSets, are at most what its largest number of nodes can give.',
    validates: ['capacity.1', 'capacity.2'],
    shownBy: 'GP301',
  },
  {
    title: 'One state per stack',
    holds: 'For every pair of stacks the states differ, and no resource is in two of them.',
    validates: ['accounts.2'],
    shownBy: 'GP201',
  },
];

const failures: readonly Failure[] = [
  {
    sign: 'Terraform refuses the credentials',
    cause: 'they belong to another account',
    remedy: 'sign in to the account that `aws.account` of the environment names',
  },
  {
    sign: '`Unauthorized` from the API',
    cause: 'the deployer changed, and its access entry moved',
    remedy: 'name the role in `cluster.deployer` and apply the foundation again',
  },
  {
    sign: 'Timeouts towards the API',
    cause: 'the endpoint is private',
    remedy: 'apply from inside the VPC, or list the range of your pipeline in `cluster.publicAccess`',
  },
  {
    sign: 'Pods stay pending, no NodeClaim appears',
    cause: 'the ceiling of a pool or a quota of EC2 is reached',
    remedy: 'look at `kubectl get nodepools -o wide` and at the quotas of the account',
    about: ['karpenter'],
  },
  {
    sign: 'Services of the type LoadBalancer wait',
    cause: 'the controller is away',
    remedy: 'bring it back before the service is made again, or a classic load balancer appears',
    about: ['load-balancer-controller'],
  },
];
