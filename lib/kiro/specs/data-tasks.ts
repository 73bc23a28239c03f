import { time } from '../steering/wording';
import type { Facts } from './facts';
import type { TaskGroup } from './spec';

/** What a team decides and does for its data. */
export function dataTasks(facts: Facts): readonly TaskGroup[] {
  return [sizes(facts), owners(facts), drills(facts), upkeep(facts)];
}

function sizes(facts: Facts): TaskGroup {
  return {
    title: 'Sizes and promises',
    tasks: [
      {
        id: 'volumes',
        title: 'Choose volumes for a year of growth',
        steps: [
          `They start at ${facts.each(({ facts: { volumes } }) => `${volumes.minGib} GiB`)}; \`postgres: { volumeGib }\` and its neighbours of the DataStack change that. Volumes grow and never shrink.`,
        ],
        check: ['npm run synth', `kubectl -n ${facts.namespace('postgres')} get persistentvolumeclaims`],
        meets: ['upkeep.1', 'upkeep.2'],
      },
      {
        id: 'loss',
        title: 'Confirm how much may be lost and how long it may take',
        steps: [
          `The environments promise ${facts.each(({ facts: { recovery } }) => `at most ${time(recovery.point)} lost, back within ${time(recovery.time)}`)}.`,
          'The archive is five minutes old at the latest. An instance that runs once is away until its pod is back.',
        ],
        check: facts.check('postgres', 'backups'),
        meets: ['recovery.2', 'recovery.3'],
        about: ['postgres'],
      },
      {
        id: 'copies',
        title: 'Accept that Redis and Kafka have no copy outside of the cluster, or add one',
        steps: ['Keep in PostgreSQL what must survive the cluster. MirrorMaker can copy topics into a second Kafka.'],
        check: [...facts.check('redis', 'statefulset/redis'), ...facts.check('kafka', 'kafka/kafka')],
        meets: ['recovery.4'],
        about: ['redis', 'kafka'],
      },
      {
        id: 'layout',
        title: 'Choose the layout of Kafka before it holds data',
        steps: [
          "Brokers and controllers share nodes except in the size `large`. An environment with data that becomes large later needs `kafka: { layout: 'combined' }` first.",
        ],
        check: facts.check('kafka', 'kafkanodepools'),
        meets: ['upkeep.5'],
        about: ['kafka'],
      },
    ],
  };
}

function owners(facts: Facts): TaskGroup {
  return {
    title: 'Owners',
    tasks: [
      {
        id: 'stacks',
        title: 'Declare databases, topics and caches in the stacks of the teams',
        steps: [
          '`PostgresDatabase`, `KafkaTopic`, `KafkaUser` and `Cache` from `groundplan/data`, in a stack that takes the handle `data`.',
        ],
        check: [
          'kubectl get externalsecrets -A',
          'kubectl get databases.postgresql.cnpg.io,kafkatopics.kafka.strimzi.io,kafkausers.kafka.strimzi.io -A',
        ],
        meets: ['requests.1', 'requests.2', 'safety.4'],
        after: ['volumes'],
      },
      {
        id: 'verify-names',
        title: 'Let clients check the certificates',
        steps: [
          'Mount `ca.crt` of the secret; `sslmode=verify-full` is in the URI of PostgreSQL, `ssl.truststore` is yours to set for Kafka.',
        ],
        check: facts.check('postgres', 'select version'),
        meets: ['safety.1', 'safety.2', 'safety.3'],
        after: ['stacks'],
      },
      {
        id: 'prefixes',
        title: 'Keep each service to its own keys in Redis',
        steps: [
          'Use `key-prefix` of the secret. A service with data that others must not read needs a Redis of its own.',
        ],
        check: facts.check('redis', 'info replication'),
        meets: ['requests.3'],
        after: ['stacks'],
        about: ['redis'],
      },
      {
        id: 'pooler',
        title: 'Decide whether connections are pooled',
        steps: ['`new PostgresPooler(...)` where replicas times connections come near `max_connections`.'],
        check: ['kubectl get poolers.postgresql.cnpg.io -A'],
        meets: ['requests.1'],
        after: ['stacks'],
        about: ['postgres'],
        optional: true,
      },
    ],
  };
}

function drills(facts: Facts): TaskGroup {
  const namespace = facts.namespace('postgres');
  return {
    title: 'Drills',
    tasks: [
      {
        id: 'restore',
        title: 'Restore PostgreSQL to a moment in the past',
        steps: [
          `In ${facts.first.name}: \`postgres: { name: 'postgres-2', recovery: { from: 'postgres', until } }\`, apply, look at the data, measure the time.`,
          'Then the same in every environment with data, and a date for the next time.',
        ],
        check: [
          `kubectl -n ${namespace} wait --for=condition=Ready cluster/postgres-2 --timeout=30m`,
          `kubectl -n ${namespace} exec postgres-2-1 -c postgres -- psql -c 'select now()'`,
        ],
        meets: ['recovery.2', 'recovery.3', 'recovery.5'],
        after: ['loss', 'stacks'],
        about: ['postgres'],
      },
      {
        id: 'failover',
        title: 'Lose the primary and a broker on purpose',
        steps: [
          'Where more than one instance runs: delete the pod of the primary, then one broker, and watch errors of clients.',
        ],
        check: [...facts.check('postgres', 'cluster/postgres'), ...facts.check('kafka', 'kafka/kafka')],
        meets: ['recovery.1', 'upkeep.5'],
        after: ['restore'],
        about: ['postgres', 'kafka'],
      },
    ],
  };
}

function upkeep(facts: Facts): TaskGroup {
  return {
    title: 'Upkeep of the data services',
    tasks: [
      {
        id: 'redis-restart',
        title: 'Set a date each year for the restart of Redis',
        steps: ['Its certificate lasts a year and is replaced 90 days before the end; Redis reads it when it starts.'],
        check: [`kubectl -n ${facts.namespace('redis')} get certificates.cert-manager.io`],
        meets: ['upkeep.3'],
        about: ['redis'],
      },
      {
        id: 'definitions',
        title: 'Write down how definitions of operators are updated',
        steps: [
          'Those of Strimzi and of the Redis operator lie in the `crds/` folder of their charts, which Helm installs once. Apply the new ones before you raise a version.',
        ],
        check: ['kubectl get crd kafkas.kafka.strimzi.io -o jsonpath={.metadata.creationTimestamp}'],
        meets: ['upkeep.4', 'upkeep.6'],
        about: ['strimzi', 'redis-operator'],
      },
      {
        id: 'alerts',
        title: 'See the alerts of the data services arrive',
        steps: ['Name who answers for a full volume, a lag and an old archive.'],
        check: [`kubectl -n ${facts.namespace('postgres')} get prometheusrules`],
        meets: ['upkeep.1'],
      },
    ],
  };
}
