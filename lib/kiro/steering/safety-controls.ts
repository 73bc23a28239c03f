import { contacts, humanOnly, severities, triggers } from '../../core/escalation';
import { type Block, heading, list, table } from '../markdown';
import type { SteeringDocument } from './document';
import { limitsTable } from './modes';
import { environmentNames, factRows, time } from './wording';

/** What stops changes, who is told, and who may decide what. */
export const safetyControls: SteeringDocument = {
  file: 'safety-controls-escalation.md',
  inclusion: {
    mode: 'auto',
    name: 'safety-controls-escalation',
    description:
      'Safety and escalation: what is never done by an agent, which limit wins, severities with answer times, triggers, who is asked next, how changes by machine are stopped.',
  },
  render: (model) => [
    heading(1, 'Safety and escalation'),
    heading(2, 'What is a barrier and what a reminder'),
    controls(),
    'So an agent works with credentials that cannot do what it must not do: read-only in protected environments.',
    heading(2, 'Which limit wins'),
    'The strictest of mode, environment and safety. An environment that is not known has the rules of the strictest one.',
    limitsTable(model, 'autopilot'),
    heading(2, 'Never by an agent'),
    list([
      '`terraform destroy`, `cdktf destroy`, `helm uninstall`, `kubectl delete` of anything that holds data',
      'state surgery, forced unlocks, `--force` of any kind',
      ...humanOnly,
    ]),
    heading(2, 'Severities'),
    table(
      ['Severity', 'Means', 'Answer within', 'Path', 'Changes by machine'],
      severities.map(({ id, means, answerWithin, path, automation }) => [
        id,
        means,
        time(answerWithin),
        path.join(' → '),
        automation,
      ]),
    ),
    heading(2, 'Triggers'),
    table(
      ['What happens', 'Severity'],
      triggers.map(({ what, severity }) => [what, severity]),
    ),
    'Alerts of the platform reach these receivers:',
    table(
      ['Alert', ...environmentNames(model)],
      factRows(model, {
        critical: ({ environment }) => environment.facts.alerts.routing.critical.join(', '),
        warning: ({ environment }) => environment.facts.alerts.routing.warning.join(', '),
        info: ({ environment }) => environment.facts.alerts.routing.info.join(', '),
      }),
    ),
    heading(2, 'Nobody answers'),
    table(
      ['Ask next', 'After', 'May'],
      [
        ['on-call engineer', 'at once', 'stop all changes by machine, open an incident, take back'],
        ...contacts.map(({ who, after, may }) => [who, time(after), may]),
      ],
    ),
    heading(2, 'Stopping changes by machine'),
    stopping(),
    'What was done is in Git, in the audit log of the cluster (CloudWatch) and in CloudTrail. The report of an incident links to those, and does not rely on memory.',
  ],
};

function controls(): Block {
  return table(
    ['Control', 'Kind', 'What it holds back'],
    [
      ['IAM policies, access entries and RBAC of the caller', 'barrier', 'whatever the credentials may not do'],
      [
        '`deletionProtection` of an environment',
        'barrier',
        'deletion of the cluster, of full buckets, and of databases with their namespaces',
      ],
      ['account guard of the AWS provider', 'barrier', 'credentials of another account than that of the environment'],
      [
        'admission rules, Pod Security, network policies',
        'barrier',
        'workloads and traffic that break them, where they are enforced',
      ],
      [
        'rules of the agents `supervised` and `autopilot`',
        'barrier of the editor',
        'commands it recognizes; not what a script hides',
      ],
      [
        'the guard hook',
        'reminder with teeth',
        'commands that destroy, force or edit state; a hook may be skipped by the editor',
      ],
      ['these documents', 'reminder', 'nothing by themselves'],
    ],
  );
}

function stopping(): Block {
  return list([
    'At once: end the session of the agent, switch its servers off (`npx groundplan mcp use <name>` leaves only those of one environment), and take its credentials away. Monitoring, alerts and Karpenter go on.',
    'For delivery: a person takes `automated` out of the sync policy of the Application in Git. Argo CD follows, and then changes nothing by itself.',
    "Lasting: `automation.mode: 'supervised'` and the permissions in the facts of the environment.",
    'Going on: the cause is known, its correction is deployed, the checks pass, and the person who stopped says so.',
  ]);
}
