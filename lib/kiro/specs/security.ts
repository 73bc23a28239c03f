import { Workflow } from '../../core/workflow';
import type { Facts } from './facts';
import { registriesOf, securityTasks } from './security-tasks';
import type { Decision, Failure, Property, Requirement, Spec } from './spec';

/** Workflow 5: vault, policies and the watcher. */
export const security: Spec = {
  name: 'workflow-5-security-implementation',
  title: 'Security',
  workflows: [Workflow.SECURITY],
  content: (facts) => ({
    introduction:
      'Secrets have a vault, workloads have rules and the kernel has a watcher, from the first apply. What remains is yours: who is an administrator of the vault, which secrets go in, how strict the rules are in each environment, who hears of an intruder, and whether a restore has ever been tried.',
    glossary: {
      administrator:
        'whoever may create tokens for the service account `openbao-administrator`; may do everything in the vault for an hour.',
      violation: 'a workload of an application that breaks a rule of Gatekeeper.',
      synthesis: '`npm run synth`: checks the facts and writes Terraform; it needs no account and no network.',
      team: 'the people who own the platform and answer for its security.',
    },
    requirements: [...secrets(facts), ...rules(facts), ...watching, ...network(facts)],
    overview:
      'OpenBao keeps secrets and is unsealed by the KMS key of the platform. It initializes itself: the root token is revoked before anybody could see it, and no recovery keys are made. External Secrets brings secrets into Kubernetes and generates passwords nobody has to know. Falco reports what an intruder would do. Gatekeeper comes last, so that nothing of this stack has to pass it, and holds the namespaces of applications to the rules of the environment.',
    decisions,
    facts: [
      [
        'Violations',
        ({ facts: { security: chosen } }) =>
          ({ dryrun: 'recorded', warn: 'warned of', deny: 'refused' })[chosen.admission],
      ],
      ['Pod security of applications', ({ facts: { security: chosen } }) => chosen.podSecurity],
      ['Network policies', ({ facts: { security: chosen } }) => chosen.networkPolicies],
      ['Registries', registriesOf],
      ['Copies of the vault', ({ facts: { backups } }) => `every ${backups.every}`],
      ['Copies kept', ({ facts: { backups } }) => String(backups.keep)],
      ['Security updates', ({ facts: { automation } }) => automation.securityUpdates],
    ],
    models:
      'Secrets lie under `secret/<namespace>/<name>`, key-value version 2. A namespace reads its own part with the role `own-namespace` and the service account `openbao-reader`; the ClusterSecretStore reads all of it.',
    properties,
    failures,
    groups: securityTasks(facts),
    notes: [
      'OpenBao 2.7 no longer contains the AWS seal: do not raise its chart beyond 2.6 before the plugin is in the image.',
      'Vault and snapshots share a key: without the KMS key neither can be read.',
    ],
  }),
};

function secrets(facts: Facts): readonly Requirement[] {
  return [
    {
      id: 'secrets',
      title: 'Secrets',
      story: {
        as: 'a developer',
        want: 'my service to find its secrets without anybody sending them around',
        so: 'no password lies in Git, in a chat or in Terraform state',
      },
      criteria: [
        { when: 'a pod of it starts', the: 'openbao', shall: 'unseal itself with the key of the platform' },
        {
          when: 'a secret changes in the vault',
          the: 'external-secrets',
          shall: 'bring the new value into Kubernetes',
        },
        {
          the: 'openbao-snapshots',
          shall: `copy the vault to S3 ${facts.each(({ facts: { backups } }) => `every ${backups.every}`)}, and keep copies for ${facts.each(({ facts: { backups } }) => String(backups.keep))}`,
        },
        { the: 'openbao', shall: 'log every access to its audit log' },
        { the: 'team', shall: 'name the administrators, and restore a copy once before a secret that matters goes in' },
      ],
    },
  ];
}

function rules(facts: Facts): readonly Requirement[] {
  const refuses = facts.where(({ facts: { security: chosen } }) => chosen.admission === 'deny');
  return [
    {
      id: 'rules',
      title: 'Rules for workloads',
      story: {
        as: 'a security engineer',
        want: 'workloads that break a rule to be seen everywhere and refused where it matters',
        so: 'a review is not the only barrier',
      },
      criteria: [
        {
          if: 'a workload breaks a rule',
          the: 'policies',
          shall: `refuse it in ${refuses}, and say which rule and why`,
        },
        { the: 'gatekeeper', shall: 'check what is stored already as well, and count violations' },
        {
          while: 'a namespace belongs to the platform',
          the: 'policies',
          shall: 'leave it alone; pod-security levels and network policies of the model hold there',
        },
        { the: 'team', shall: 'clear the violations of an environment before the next one refuses them' },
      ],
    },
  ];
}

const watching: readonly Requirement[] = [
  {
    id: 'watching',
    title: 'Watching',
    story: {
      as: 'an engineer on call',
      want: 'to hear of what an intruder does while it happens',
      so: 'I can isolate a pod before data leaves',
    },
    criteria: [
      { the: 'falco', shall: 'watch the system calls of every node, tainted ones included' },
      {
        when: 'an event of the level error or above occurs',
        the: 'falcosidekick',
        shall: 'send it to Alertmanager, and every event to Loki',
      },
      { the: 'team', shall: 'have a written procedure for an event: who decides, how a pod is isolated, what is kept' },
    ],
  },
];

function network(facts: Facts): readonly Requirement[] {
  const strict = facts.where(({ facts: { security: chosen } }) => chosen.networkPolicies === 'strict');
  return [
    {
      id: 'network',
      title: 'Network and identity',
      story: {
        as: 'a security engineer',
        want: 'every connection and every right to be named',
        so: 'a broken pod reaches little',
      },
      criteria: [
        { the: 'synthesis', shall: 'give every namespace of the platform policies that refuse what is not listed' },
        {
          while: `network policies are strict, as in ${strict}`,
          the: 'synthesis',
          shall: 'let nothing out but DNS, the VPC and TLS',
        },
        { if: 'a chart value holds a literal secret', the: 'synthesis', shall: 'fail with GP212' },
      ],
    },
  ];
}

const decisions: readonly Decision[] = [
  {
    choice: 'No recovery keys',
    because: 'A key that nobody holds cannot leak. Administrators log in by Kubernetes, for an hour.',
    about: ['openbao'],
  },
  {
    choice: 'Gatekeeper fails closed where it refuses',
    because: 'Only for namespaces of applications, and only where more than one replica answers.',
    about: ['gatekeeper'],
  },
  {
    choice: 'Rules of Falco come with its image',
    because: 'They change with the chart version alone, so an update is a change that is reviewed.',
    about: ['falco'],
  },
];

const properties: readonly Property[] = [
  {
    title: 'No secret in Terraform',
    holds: 'For every chart value that the model writes, none is a literal secret.',
    validates: ['network.3', 'secrets.2'],
    shownBy: 'GP212',
  },
  {
    title: 'Unsealed means ready',
    holds: 'For every member of the vault, it is ready exactly while it is unsealed.',
    validates: ['secrets.1'],
    shownBy: 'by the check `bao status` below, which exits with 0.',
    about: ['openbao'],
  },
  {
    title: 'A copy can be restored',
    holds: 'For every snapshot within its retention, a restore under the same KMS key brings back what the vault held.',
    validates: ['secrets.3', 'secrets.5'],
    shownBy: 'by the restore drill in the tasks.',
    about: ['openbao-snapshots'],
  },
  {
    title: 'Platform namespaces are exempt',
    holds: 'For every namespace of a workflow of the library, no constraint matches it.',
    validates: ['rules.3'],
    shownBy: 'by `kubectl get constraints -o yaml`, field `spec.match.excludedNamespaces`.',
    about: ['policies'],
  },
];

const failures: readonly Failure[] = [
  {
    sign: 'OpenBao refuses to unseal after a first start that broke off',
    cause: 'its data is half initialized',
    remedy: 'while there are no secrets yet, delete the volume claim `data-openbao-0` and apply again',
    about: ['openbao'],
  },
  {
    sign: 'A deployment of an application is refused',
    cause: 'it breaks a rule where the environment denies',
    remedy: 'the message names the rule; `kubectl get constraints` shows all of them',
    about: ['policies'],
  },
  {
    sign: 'Nothing can be deployed any more',
    cause: 'the webhook of Gatekeeper fails closed and does not answer',
    remedy: 'delete `validatingwebhookconfiguration/gatekeeper-validating-webhook-configuration`, then apply',
    about: ['gatekeeper'],
  },
  {
    sign: 'An ExternalSecret is not synced',
    cause: 'the path does not exist, or the store cannot log in',
    remedy: '`kubectl describe` names the reason; check the store first',
    about: ['external-secrets'],
  },
];
