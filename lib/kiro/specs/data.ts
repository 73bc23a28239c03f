import { Workflow } from '../../core/workflow';
import { time } from '../steering/wording';
import { dataTasks } from './data-tasks';
import type { Facts } from './facts';
import type { Decision, Failure, Property, Requirement, Spec } from './spec';

/** Workflow 7: PostgreSQL, Redis and Kafka. */
export const data: Spec = {
  name: 'workflow-7-data-services-implementation',
  title: 'Data services',
  workflows: [Workflow.DATA],
  content: (facts) => ({
    introduction:
      'PostgreSQL, Redis and Kafka run in the cluster, each looked after by an operator. Applications ask for a database, a topic or a cache in their own stack and find all they need to connect in one secret of their own namespace. Your team decides sizes, who owns which data, how much may be lost, and proves that a restore works.',
    glossary: {
      'data service': 'PostgreSQL, Redis or Kafka as this platform runs it, in the namespace `data`.',
      archive:
        'base backups and the log of PostgreSQL in S3, from which every moment within the retention can be restored.',
      client: 'a pod of an application that connects to a data service.',
      team: 'the people who own the platform and the data on it.',
    },
    requirements: [...requests, ...safety, ...recovery(facts), ...upkeep],
    overview:
      'An operator per data service runs in a namespace of its own; the services share the namespace `data`. Operators come before what they run and go after it; the three chains run side by side. All clients need TLS and a password. Passwords are generated in the cluster, so neither Terraform state nor a chart value contains one. The namespace stays outside the mesh, since databases and operators speak TLS of their own.',
    decisions,
    facts: [
      ['Size', ({ facts: { size } }) => size],
      ['Smallest volume', ({ facts: { volumes } }) => `${volumes.minGib} GiB`],
      ['Largest volume', ({ facts: { volumes } }) => `${volumes.maxGib} GiB`],
      ['Backups asked for', ({ facts: { backups } }) => `every ${backups.every}`],
      ['Backups kept', ({ facts: { backups } }) => String(backups.keep)],
      ['Data may be lost for at most', ({ facts: { recovery: objective } }) => time(objective.point)],
      ['Back within', ({ facts: { recovery: objective } }) => time(objective.time)],
      ['Data outlives its release', ({ facts: { deletionProtection } }) => (deletionProtection ? 'yes' : 'no')],
    ],
    models: [
      'A secret per thing that a stack asks for, in the namespace of the application:',
      '',
      '- `PostgresDatabase`: `<id>-postgres` with `host`, `read-host`, `port`, `database`, `username`, `password`, `uri`, `ca.crt`',
      '- `Cache`: `<id>-redis` with `host`, `port`, `sentinel-host`, `sentinel-port`, `master-name`, `password`, `key-prefix`, `ca.crt`',
      '- `KafkaUser`: `<id>-kafka` with `bootstrap`, `username`, `password`, `group`, `security-protocol`, `sasl-mechanism`, `sasl-jaas-config`, `ca.crt`',
    ].join('\n'),
    properties,
    failures,
    groups: dataTasks(facts),
    notes: [
      'Destroy stacks of teams before the data services: topics and users have finalizers that only a running operator takes off.',
      'A transaction over PostgreSQL and Kafka does not exist: write the event into a table and send it from there.',
    ],
  }),
};

const requests: readonly Requirement[] = [
  {
    id: 'requests',
    title: 'Data for applications',
    story: {
      as: 'a developer',
      want: 'a database, a cache and topics from the code of my stack',
      so: 'no ticket and no shared password stands between me and my data',
    },
    criteria: [
      {
        when: 'a stack declares a database',
        the: 'postgres',
        shall: 'have it with a role of its own, and no other role reaches it',
      },
      {
        when: 'a stack declares a user of Kafka',
        the: 'kafka',
        shall: 'let it write to what it produces, read what it consumes, and nothing else',
      },
      {
        where: 'services share one Redis',
        the: 'team',
        shall: 'keep each service to keys with its own prefix, since there is one password for all',
      },
    ],
  },
];

const safety: readonly Requirement[] = [
  {
    id: 'safety',
    title: 'Encryption and access',
    story: {
      as: 'a security engineer',
      want: 'data to be encrypted on its way and where it lies',
      so: 'a copied volume or a recorded connection is worth nothing',
    },
    criteria: [
      { if: 'a client connects without TLS or without a password', the: 'postgres', shall: 'refuse it' },
      { if: 'a client connects without TLS or without a password', the: 'redis', shall: 'refuse it' },
      { if: 'a client connects without TLS or without a password', the: 'kafka', shall: 'refuse it' },
      {
        when: 'a password is needed',
        the: 'external-secrets',
        shall: 'generate it in the cluster, where neither Terraform nor a person sees it',
      },
    ],
  },
];

function recovery(facts: Facts): readonly Requirement[] {
  const kept = facts.each(({ facts: { backups } }) => String(backups.keep));
  const point = facts.each((environment) => time(environment.facts.recovery.point));
  const within = facts.each((environment) => time(environment.facts.recovery.time));
  return [
    {
      id: 'recovery',
      title: 'Failover and recovery',
      story: {
        as: 'a platform engineer',
        want: 'a lost pod to heal by itself and a lost database to come back from its archive',
        so: 'an accident costs minutes and not customers',
      },
      criteria: [
        {
          while: 'more than one instance runs',
          the: 'cloudnative-pg',
          shall: 'promote a replica when the primary is lost, without a change for clients',
        },
        {
          the: 'plugin-barman-cloud',
          shall: `keep an archive in S3 from which every moment of the last ${kept} can be restored`,
        },
        {
          the: 'team',
          shall: `restore the archive into a second cluster, and lose no more than ${point} within ${within}`,
        },
        {
          where: 'data in Redis or Kafka must not be lost',
          the: 'team',
          shall: 'keep it in PostgreSQL too, since neither has a copy outside of the cluster',
        },
        { while: 'deletion protection is on', the: 'postgres', shall: 'outlive its release, volumes included' },
      ],
    },
  ];
}

const upkeep: readonly Requirement[] = [
  {
    id: 'upkeep',
    title: 'Growth and updates',
    story: {
      as: 'a platform engineer',
      want: 'to see limits before they are met',
      so: 'a full volume is a task and not an incident',
    },
    criteria: [
      {
        if: 'a volume is more than 80 % full, a replica lags or an archive is old',
        the: 'team',
        shall: 'get an alert that names it',
      },
      { when: 'a volume is raised in the model', the: 'postgres', shall: 'grow it without an interruption' },
      {
        when: 'the certificate of Redis is replaced',
        the: 'team',
        shall: 'restart its pods once, since Redis reads it when it starts',
      },
      {
        when: 'the chart of an operator is raised',
        the: 'team',
        shall: 'apply the new definitions by hand where Helm never upgrades them',
      },
      { the: 'strimzi', shall: 'roll brokers one by one, so that a topic with enough copies stays writable' },
      { the: 'redis-operator', shall: 'keep sentinels and servers at the number that the size says' },
    ],
  },
];

const decisions: readonly Decision[] = [
  {
    choice: 'Operators instead of services of AWS',
    because:
      'The same data services run in every environment and on any cluster; a function in their place may return a handle for RDS.',
  },
  {
    choice: 'Back by a second cluster',
    because: 'A cluster is never turned back in place: the old one stays until somebody has looked at the new one.',
    about: ['postgres'],
  },
  {
    choice: 'Redis is a cache',
    because: 'It writes to its volumes, but nothing is copied out of the cluster.',
    about: ['redis'],
  },
  {
    choice: 'Kafka without ZooKeeper',
    because: 'Controllers keep the metadata; they share nodes with brokers except in the largest size.',
    about: ['kafka'],
  },
];

const properties: readonly Property[] = [
  {
    title: 'One owner per database and topic',
    holds:
      'For every database there is exactly one role that owns it, and for every user of Kafka the topics it may write are those it was declared with.',
    validates: ['requests.1', 'requests.2'],
    shownBy: 'by `kubectl get databases.postgresql.cnpg.io,kafkausers.kafka.strimzi.io -A -o yaml`.',
  },
  {
    title: 'Nothing unencrypted',
    holds: 'For every port that the namespace `data` opens, a connection without TLS is refused.',
    validates: ['safety.1', 'safety.2', 'safety.3'],
    shownBy: 'by a client without `ca.crt`, which does not get past the handshake.',
  },
  {
    title: 'No password in Terraform',
    holds: 'For every release of this workflow no value is a literal secret.',
    validates: ['safety.4'],
    shownBy: 'GP212',
  },
  {
    title: 'Every moment can be restored',
    holds:
      'For every moment within the retention that is older than five minutes, a recovery to it ends in a cluster that is ready.',
    validates: ['recovery.2', 'recovery.3'],
    shownBy: 'by the restore drill in the tasks.',
    about: ['postgres'],
  },
];

const failures: readonly Failure[] = [
  {
    sign: 'A release is done and the database is not ready',
    cause: 'Helm does not wait for custom resources',
    remedy: 'wait with the checks below; the operator names the reason in the events of the cluster',
  },
  {
    sign: 'A stack of a team hangs while it is destroyed',
    cause: 'a topic or a user has a finalizer and its operator is gone',
    remedy: 'bring the operator back, or take the finalizer off by hand',
    about: ['strimzi'],
  },
  {
    sign: 'A client of Redis refuses the certificate after a failover',
    cause: 'sentinels answer with addresses, which a certificate cannot name',
    remedy: 'check the authority and not the name, or use `host` instead of sentinels',
    about: ['redis'],
  },
  {
    sign: 'Clients of Redis fail about a year after the start',
    cause: 'its pods still hold the first certificate',
    remedy: 'restart them once a year',
    about: ['redis'],
  },
  {
    sign: 'Producers fail with too few copies',
    cause: 'two of three brokers are away',
    remedy: 'bring one back; do not lower the number of copies that a write needs',
    about: ['kafka'],
  },
];
