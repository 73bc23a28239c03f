import { Workflow } from '../../core/workflow';
import type { Facts } from './facts';
import { gitopsTasks } from './gitops-tasks';
import type { Decision, Failure, Property, Requirement, Spec } from './spec';

/** Workflow 4: delivery from Git, and the pipeline that builds. */
export const gitops: Spec = {
  name: 'workflow-4-gitops-implementation',
  title: 'GitOps and delivery',
  workflows: [Workflow.GITOPS],
  content: (facts) => ({
    introduction:
      'Git says what runs: Argo CD makes the cluster look like a repository, Tekton builds, scans and signs the images that the repository names, and Argo Rollouts takes bad versions back. All of it is installed without a repository. This spec says what must hold for delivery, and leads your team from the first repository to a promotion into production.',
    glossary: {
      'deployment repository':
        'the Git repository with the Applications of Argo CD and an overlay per service and environment.',
      overlay: 'the Kustomize folder of a service in one environment; a build writes the digest of its image there.',
      team: 'the people who own the platform, its repository and its services.',
    },
    requirements: [...delivery, ...builds(facts), ...rollouts(facts), ...people],
    overview: `Two directions meet in one repository. Argo CD reads it and applies what it says, pruning and healing what differs. The pipeline \`build\` writes to it: fetch, test, build without privileges, scan, push, sign, and a commit with the new digest. Code of a service runs in the first three stages only, under an account without any right in AWS or Kubernetes. Each environment has its own registry prefix, signing key and writer.`,
    decisions,
    facts: [
      ['Strategies', ({ facts: { delivery: facts } }) => facts.strategies.join(', ')],
      ['Gates before the next environment', ({ facts: { delivery: facts } }) => facts.gates.join(', ') || 'none'],
      ['Rollback', ({ facts: { delivery: facts } }) => facts.rollback],
      ['Objective of a rollout: failed requests', ({ facts: { objectives } }) => `below ${objectives.errorRate}`],
      ['People may sync by hand', ({ facts: { deletionProtection } }) => (deletionProtection ? 'no' : 'yes')],
    ],
    models: `An image is \`${facts.handover('image-registry', 'images')}\`, its tag the commit it was built from; tags are written once. The deployment repository holds \`applications/<environment>/\` for Argo CD and \`services/<service>/<environment>/\` for the overlays.`,
    properties,
    failures,
    groups: gitopsTasks(facts),
    notes: [
      'Nothing of Argo CD needs a backup: projects and Applications are in the model and in Git.',
      'Git over SSH does not leave a namespace under strict network policies; use HTTPS.',
    ],
  }),
};

const delivery: readonly Requirement[] = [
  {
    id: 'delivery',
    title: 'Git says what runs',
    story: {
      as: 'a developer',
      want: 'a merge to be the only step of a deployment',
      so: 'what runs is what was reviewed',
    },
    criteria: [
      {
        when: 'a commit reaches the followed branch',
        the: 'argo-cd',
        shall: 'make the cluster look like it, and remove what the commit removed',
      },
      { if: 'somebody changes a delivered object by hand', the: 'argo-cd', shall: 'put it back' },
      {
        the: 'argo-projects',
        shall: 'let applications deliver into their own namespaces only, and only the platform team anywhere',
      },
      { where: 'no repository is named', the: 'argo-cd', shall: 'run and deliver nothing' },
    ],
  },
];

function builds(facts: Facts): readonly Requirement[] {
  return [
    {
      id: 'builds',
      title: 'From a commit to a signed image',
      story: {
        as: 'a security engineer',
        want: 'every image to be built, scanned and signed in one way',
        so: 'an image without that history never runs',
      },
      criteria: [
        { when: 'a push event with the right token arrives', the: 'build-pipeline', shall: 'build that commit' },
        {
          if: 'the scan finds a critical vulnerability that has a fix',
          the: 'build-pipeline',
          shall: 'end before the image is pushed',
        },
        {
          the: 'build-pipeline',
          shall: `sign every pushed digest with \`${facts.handover('build-pipeline', 'signing key')}\``,
        },
        { the: 'image-registry', shall: 'refuse to write a tag twice, and scan what arrives' },
        { the: 'trivy-operator', shall: 'report on what runs, also when a vulnerability became known later' },
        { the: 'tekton-operator', shall: 'be ready before a pipeline is stored' },
      ],
    },
  ];
}

function rollouts(facts: Facts): readonly Requirement[] {
  return [
    {
      id: 'rollouts',
      title: 'Rollouts and promotion',
      story: {
        as: 'a service owner',
        want: 'a bad version to be taken back before users notice',
        so: 'a deployment is no event',
      },
      criteria: [
        {
          if: `a new version fails more requests than the objective of the environment`,
          the: 'argo-rollouts',
          shall: 'bring back the version before it',
        },
        {
          when: 'a version is to leave for the next environment',
          the: 'team',
          shall: `meet its gates: ${facts.each(
            ({
              facts: {
                delivery: { gates },
              },
            }) => gates.join(', ') || 'none',
          )}`,
        },
        {
          when: 'a version is promoted',
          the: 'team',
          shall: 'copy its digest and sign it with the key of the next environment',
        },
      ],
    },
  ];
}

const people: readonly Requirement[] = [
  {
    id: 'people',
    title: 'Who may do what',
    story: {
      as: 'a security engineer',
      want: 'rights by group and no shared password',
      so: 'people come and go without a change of the platform',
    },
    criteria: [
      {
        where: 'an identity provider is named',
        the: 'argo-cd',
        shall: 'switch its built-in administrator off and give rights to groups alone',
      },
      {
        while: 'deletion protection is on',
        the: 'argo-cd',
        shall: 'let developers look and not sync, so that a merge is the way',
      },
      { the: 'team', shall: 'give the user that writes digests rights to overlays only' },
    ],
  },
];

const decisions: readonly Decision[] = [
  {
    choice: 'BuildKit without privileges',
    because: 'Kaniko is archived; BuildKit needs a user namespace and no daemon.',
  },
  {
    choice: 'Definitions of Tekton belong to the library',
    because: 'Those of the chart are deleted with its release, and every pipeline with them.',
    about: ['tekton-operator'],
  },
  {
    choice: 'Signatures outside the public log',
    because: 'The log would show the names of private images; the key in KMS is enough to verify.',
    about: ['build-pipeline'],
  },
  {
    choice: 'A registry prefix and a key per environment',
    because: 'A signature says where an image was released to, not only that it was built.',
  },
];

const properties: readonly Property[] = [
  {
    title: 'Nothing runs that Git does not name',
    holds: 'For every object that an Application delivers, a change by hand is gone after the next sync.',
    validates: ['delivery.1', 'delivery.2'],
    shownBy: 'by `kubectl -n argocd get applications.argoproj.io`, all Synced.',
  },
  {
    title: 'Every pushed image has a signature',
    holds:
      'For every digest in the registry that a build wrote, `cosign verify` with the key of the environment succeeds.',
    validates: ['builds.3', 'rollouts.3'],
    shownBy: 'by the check of the task that verifies a signature.',
  },
  {
    title: 'A tag means one image',
    holds: 'For every tag the digest never changes.',
    validates: ['builds.4'],
    shownBy: 'by the registry, which refuses the second push.',
  },
];

const failures: readonly Failure[] = [
  {
    sign: 'Applications stay Unknown',
    cause: 'Argo CD cannot read the repository',
    remedy: 'use HTTPS and make a repository secret in its namespace',
    about: ['argo-cd'],
  },
  {
    sign: 'A build ends in the stage scan',
    cause: 'a critical vulnerability with a fix',
    remedy: 'update the base image or the library that the report names',
    about: ['build-pipeline'],
  },
  {
    sign: 'No build after a push',
    cause: 'the token of the webhook differs, or the event does not reach the listener',
    remedy: 'compare the secret with the webhook, and look at its deliveries in GitHub',
    about: ['build-pipeline'],
  },
  {
    sign: 'A release of Tekton fails after ten minutes',
    cause: 'its wait for webhooks or for the TektonConfig timed out',
    remedy: 'look at the log of the operator and apply again; the job is tried anew',
    about: ['tekton-operator'],
  },
  {
    sign: 'A canary passes although it serves nobody',
    cause: 'no traffic counts as good',
    remedy: 'give it traffic before you trust the analysis',
    about: ['argo-rollouts'],
  },
];
