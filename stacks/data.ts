import type { Construct } from 'constructs';
import { type Choice, chosen } from '../lib/core/choice';
import type {
  Data,
  Foundation,
  Ingress,
  KafkaHandle,
  Mesh,
  NamespaceHandle,
  Observability,
  PostgresHandle,
  RedisHandle,
  Security,
} from '../lib/core/handles';
import { Workflow } from '../lib/core/workflow';
import { WorkflowStack, type WorkflowStackProps } from '../lib/core/workflow-stack';
import { BarmanCloudPlugin } from '../lib/data/barman-cloud-plugin';
import { CloudNativePg } from '../lib/data/cloudnative-pg';
import { Kafka, type KafkaProps } from '../lib/data/kafka';
import { Postgres, type PostgresProps } from '../lib/data/postgres';
import { Redis, type RedisProps } from '../lib/data/redis';
import { RedisOperator } from '../lib/data/redis-operator';
import { Strimzi } from '../lib/data/strimzi';
import { Namespace } from '../lib/providers/namespace';
import type { Values } from '../lib/providers/values';

export interface DataProps extends WorkflowStackProps {
  /** Cluster, volumes and the key of the backup bucket. */
  readonly foundation: Foundation;
  /** Issuer of the certificates of Redis; cert-manager serves the backup plugin too. */
  readonly ingress: Ingress;
  /** Generates passwords. */
  readonly security: Security;
  /**
   * Deployed before, so that monitors and alerts count from the start.
   *
   * @default - the data services run unwatched
   */
  readonly observability?: Observability;
  /**
   * Deployed before. The data services themselves stay outside the mesh: they bring their own TLS.
   *
   * @default - no mesh
   */
  readonly mesh?: Mesh;
  /**
   * PostgreSQL; its operator and the backup plugin come and go with it.
   *
   * @default - a cluster `postgres` in the size of the environment
   */
  readonly postgres?: Choice<PostgresHandle, PostgresProps>;
  /**
   * Redis with its operator.
   *
   * @default - a Redis `redis` in the size of the environment
   */
  readonly redis?: Choice<RedisHandle, RedisProps>;
  /**
   * Kafka with its operator.
   *
   * @default - a cluster `kafka` in the size of the environment
   */
  readonly kafka?: Choice<KafkaHandle, KafkaProps>;
  /**
   * Chart values laid over those of the operators; the last resort when nothing else fits.
   *
   * @default - none
   */
  readonly operatorValues?: Readonly<Partial<Record<Operator, Values>>>;
}

type Operator = 'cloudNativePg' | 'barmanCloudPlugin' | 'redisOperator' | 'strimzi';

/** Namespaces of the operators, which call the pods they look after. */
const operators = ['cnpg-system', 'redis-system', 'kafka-system'] as const;

/** Workflow 7: an operator for each data service, then the service itself in the namespace `data`. */
export class DataStack extends WorkflowStack implements Data {
  readonly namespace = 'data';
  readonly postgres?: PostgresHandle;
  readonly redis?: RedisHandle;
  readonly kafka?: KafkaHandle;

  constructor(scope: Construct, props: DataProps) {
    super(scope, Workflow.DATA, props);
    const namespace = new Namespace(this, this.namespace, {
      podSecurity: 'restricted',
      // PostgreSQL, Redis with its sentinels, and Kafka: all of them want TLS and a password.
      admits: { namespaces: operators, everyone: [5432, 6379, 26379, 9093] },
      preventDestroy: this.environment.facts.deletionProtection,
    });
    this.postgres = this.makePostgres(props, namespace);
    this.redis = this.makeRedis(props, namespace);
    this.kafka = this.makeKafka(props, namespace);
  }

  private makePostgres(props: DataProps, namespace: NamespaceHandle): PostgresHandle | undefined {
    const { foundation, security, operatorValues: values } = props;
    return chosen(this, props.postgres, (changes) => {
      const system = new Namespace(this, 'cnpg-system', { podSecurity: 'restricted', admits: { webhooks: [9443] } });
      const operator = new CloudNativePg(this, 'cloudnative-pg', { namespace: system, values: values?.cloudNativePg });
      const backups = new BarmanCloudPlugin(this, 'plugin-barman-cloud', {
        namespace: system,
        operator,
        values: values?.barmanCloudPlugin,
      });
      return new Postgres(this, 'postgres', { namespace, foundation, security, operator, backups, ...changes });
    });
  }

  private makeRedis(props: DataProps, namespace: NamespaceHandle): RedisHandle | undefined {
    const { foundation, ingress, security, operatorValues: values } = props;
    return chosen(this, props.redis, (changes) => {
      const system = new Namespace(this, 'redis-system', { podSecurity: 'restricted' });
      const operator = new RedisOperator(this, 'redis-operator', {
        namespace: system,
        watches: [namespace],
        values: values?.redisOperator,
      });
      return new Redis(this, 'redis', { namespace, foundation, ingress, security, operator, ...changes });
    });
  }

  private makeKafka(props: DataProps, namespace: NamespaceHandle): KafkaHandle | undefined {
    const { foundation, operatorValues: values } = props;
    return chosen(this, props.kafka, (changes) => {
      const system = new Namespace(this, 'kafka-system', { podSecurity: 'restricted' });
      const operator = new Strimzi(this, 'strimzi', {
        namespace: system,
        watches: [namespace],
        values: values?.strimzi,
      });
      return new Kafka(this, 'kafka', { namespace, foundation, operator, ...changes });
    });
  }
}
