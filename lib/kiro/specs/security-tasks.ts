import type { Environment } from '../../core/environment';
import type { Facts } from './facts';
import type { TaskGroup } from './spec';

/** What a team decides and does for secrets, rules and events. */
export function securityTasks(facts: Facts): readonly TaskGroup[] {
  return [vault(facts), rules(facts), events(facts)];
}

function vault(facts: Facts): TaskGroup {
  const namespace = facts.namespace('openbao');
  const token = facts.handover('openbao', 'administrator token');
  return {
    title: 'Vault',
    tasks: [
      {
        id: 'administrators',
        title: 'Name the administrators of OpenBao',
        steps: [
          `Whoever may create tokens for \`openbao-administrator\` in \`${namespace}\` is one. Give that right to a small group and to nobody else.`,
          `An administrator logs in with the token of \`${token}\`.`,
        ],
        check: [
          `kubectl auth can-i create serviceaccounts/openbao-administrator --subresource=token -n ${namespace} --as <person>`,
          ...facts.check('openbao', 'bao status'),
        ],
        meets: ['secrets.1', 'secrets.5'],
        about: ['openbao'],
      },
      {
        id: 'restore',
        title: 'Restore a copy of the vault in the first environment',
        steps: [
          `Write a secret, take a copy, delete the secret, restore with \`bao operator raft snapshot restore\` in ${facts.first.name}.`,
          'Write down who does it, how long it took, and when it is tried again.',
        ],
        check: facts.check('openbao-snapshots', 'aws s3 ls'),
        meets: ['secrets.3', 'secrets.5'],
        after: ['administrators'],
        about: ['openbao-snapshots'],
      },
      {
        id: 'first-secrets',
        title: 'Put the first secrets in and read one from a namespace',
        steps: ['Write under `secret/<namespace>/<name>`, then an ExternalSecret that names the store.'],
        check: [...facts.check('secret-store'), ...facts.check('external-secrets', 'externalsecrets')],
        meets: ['secrets.2'],
        after: ['restore'],
        about: ['secret-store'],
      },
      {
        id: 'separate',
        title: 'Decide which teams must not see the secrets of others',
        steps: [
          'The ClusterSecretStore reads everything. For such a team make a SecretStore in its namespace with the role `own-namespace`, and keep it from creating ExternalSecrets that name the other.',
        ],
        check: ['kubectl get secretstores,clustersecretstores -A'],
        meets: ['secrets.2', 'secrets.5'],
        after: ['first-secrets'],
        about: ['secret-store'],
      },
      {
        id: 'audit',
        title: 'Decide how long the audit log is kept',
        steps: [
          `It goes to a volume and to the output of the pod, and so to Loki for ${facts.each(({ facts: { retention } }) => String(retention.logs))}. An audit may ask for more.`,
        ],
        check: [`kubectl -n ${namespace} logs openbao-0 -c openbao --tail 5`],
        meets: ['secrets.4'],
        about: ['openbao'],
      },
    ],
  };
}

/** Without the account, in which the environments differ. */
export function registriesOf({ facts: { security, aws } }: Environment): string {
  return security.registries.map((name) => `\`${name.replaceAll(aws.account, '<account>')}\``).join(', ') || 'any';
}

function rules(facts: Facts): TaskGroup {
  const lenient = facts.where(({ facts: { security } }) => security.admission !== 'deny');
  return {
    title: 'Rules',
    tasks: [
      {
        id: 'registries',
        title: 'Confirm the registries that images may come from',
        steps: [
          `They are ${facts.each(registriesOf)}: change \`security.registries\` in \`environments/\`, mirrors of base images included.`,
        ],
        check: ['npm run synth', ...facts.check('policies', 'constraints')],
        meets: ['rules.1'],
        about: ['policies'],
      },
      {
        id: 'violations',
        title: 'Clear the violations of your applications',
        steps: [`Where the environment does not refuse (${lenient}), the table shows what the next one would.`],
        check: facts.check('policies', 'kubectl get constraints'),
        meets: ['rules.2', 'rules.4'],
        after: ['registries'],
        about: ['policies'],
      },
      {
        id: 'stricter',
        title: 'Decide when every environment refuses',
        steps: [
          "`security.admission: 'deny'`. Start with one rule at a time by `policies` of the SecurityStack if there are many violations.",
        ],
        check: ['npm run synth', ...facts.check('gatekeeper', 'validatingwebhookconfiguration')],
        meets: ['rules.1', 'rules.3'],
        after: ['violations'],
        about: ['policies'],
      },
      {
        id: 'reach',
        title: 'List what leaves the cluster on other ports than 443',
        steps: [
          'Strict network policies let TLS on 443 out and nothing else; name each exception in a policy of its own.',
        ],
        check: ['kubectl get networkpolicies -A'],
        meets: ['network.1', 'network.2'],
      },
    ],
  };
}

function events(facts: Facts): TaskGroup {
  return {
    title: 'Events',
    tasks: [
      {
        id: 'falco-outputs',
        title: 'Decide who hears of Falco besides Alertmanager',
        steps: [
          `\`falcosidekick: { outputsSecret }\` names a secret in \`${facts.namespace('falcosidekick')}\` with the settings of further outputs, such as a Slack webhook.`,
        ],
        check: facts.check('falcosidekick', 'logs'),
        meets: ['watching.2'],
        about: ['falcosidekick'],
      },
      {
        id: 'falco-test',
        title: 'Set off an event on purpose and see it arrive',
        steps: ['Start a shell in a pod of an application and read `/etc/shadow`.'],
        check: facts.check('falco', 'logs'),
        meets: ['watching.1', 'watching.2'],
        after: ['falco-outputs'],
        about: ['falco'],
      },
      {
        id: 'procedure',
        title: 'Write the procedure for an event',
        steps: [
          'Who decides, how a pod is isolated by a network policy without deleting it, which logs and volumes are kept, who is told.',
        ],
        check: ['kubectl get networkpolicies -A'],
        meets: ['watching.3'],
        after: ['falco-test'],
      },
      {
        id: 'falco-noise',
        title: 'Silence what is normal for your applications',
        steps: ['Count events of a week by rule, and write exceptions for those that are expected.'],
        check: facts.check('falco', 'logs'),
        meets: ['watching.1'],
        after: ['falco-test'],
        about: ['falco'],
        optional: true,
      },
    ],
  };
}
