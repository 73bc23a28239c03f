import type { Construct } from 'constructs';
import { Component } from '../core/component';
import type { CustomResource } from '../core/custom-resource';
import type { Foundation, Ingress, NamespaceHandle, RedisHandle, Security } from '../core/handles';
import type { Pods } from '../core/pods';
import { mebibytes } from '../core/quantity';
import type { Values } from '../providers/values';
import { copiedSecret } from './copied-secret';
import { alertRule, podMonitor } from './monitoring';
import { onePerNode } from './placement';
import { redisAlerts } from './redis-alerts';
import type { RedisOperator } from './redis-operator';

/** What happens when the memory is full: keys go, least recently used first, or writes are refused. */
export type RedisEviction = 'allkeys-lru' | 'allkeys-lfu' | 'volatile-lru' | 'volatile-ttl' | 'noeviction';

export interface RedisProps {
  /** Where it runs. */
  readonly namespace: NamespaceHandle;
  /** Gives it the class of its volumes. */
  readonly foundation: Foundation;
  /** Names the issuer of its certificate. */
  readonly ingress: Ingress;
  /** Generates its password. */
  readonly security: Security;
  /** Runs it. */
  readonly operator: RedisOperator;
  /**
   * What happens when the memory is full.
   *
   * @default 'allkeys-lru'
   */
  readonly eviction?: RedisEviction;
  /**
   * Volume of each server in GiB.
   *
   * @default 10
   */
  readonly volumeGib?: number;
  /**
   * Further settings of Redis, applied while it runs.
   *
   * @default - none
   */
  readonly settings?: Readonly<Record<string, string>>;
}

const images = {
  redis: 'quay.io/opstree/redis:v7.0.15',
  sentinel: 'quay.io/opstree/redis-sentinel:v7.0.15',
  exporter: 'quay.io/opstree/redis-exporter:v1.44.0',
} as const;

/** As the restricted level wants it; the images run as this user anyway. */
const podSecurityContext = {
  runAsUser: 1000,
  runAsGroup: 1000,
  fsGroup: 1000,
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
} as const;
const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } as const;

/**
 * Redis with replicas, and sentinels that make one of them the master when the master is gone. All connections need TLS
 * and the password; snapshots and the append-only file lie on volumes.
 *
 * @see https://redis-operator.opstree.dev/docs/configuration/redissentinel/
 */
export class Redis extends Component implements RedisHandle {
  readonly name: string;
  override readonly namespace: NamespaceHandle;
  readonly host: string;
  readonly port = 6379;
  readonly sentinelHost: string;
  readonly sentinelPort = 26379;
  readonly masterName = 'mymaster';
  readonly passwordSecret: string;
  readonly caSecret: string;
  private readonly servers: Pods;
  private readonly sentinels: Pods;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: RedisProps,
  ) {
    super(scope, id, { purpose: 'keeps caches and sessions in memory', namespace: props.namespace });
    this.name = id;
    this.namespace = props.namespace;
    const service = (name: string) => `${name}.${props.namespace.name}.svc.cluster.local`;
    this.host = service(`${id}-master`);
    this.sentinelHost = service(`${id}-sentinel`);
    this.passwordSecret = `${id}-password`;
    this.caSecret = `${id}-ca-cert`;
    const exporter = { cpu: '10m', memory: '24Mi', memoryLimit: '64Mi' };
    this.servers = this.podsOf('server', {
      ...this.sized({
        small: { replicas: 1, cpu: '50m', memory: '256Mi', memoryLimit: '512Mi' },
        medium: { replicas: 3, cpu: '100m', memory: '384Mi', memoryLimit: '768Mi' },
        large: { replicas: 3, cpu: '120m', memory: '640Mi', memoryLimit: '1280Mi' },
      }),
      sidecars: { exporter },
      volumes: [`${props.volumeGib ?? 10}Gi`],
    });
    this.sentinels = this.podsOf('sentinel', {
      replicas: this.servers.replicas,
      cpu: '25m',
      memory: '48Mi',
      memoryLimit: '96Mi',
      sidecars: { exporter },
    });
    this.customResources('servers', {
      after: [props.operator],
      resources: [
        ...props.security.generatedPassword({
          namespace: props.namespace.name,
          secret: this.passwordSecret,
          key: 'password',
        }),
        this.certificate(),
        ...this.authority(),
        this.settingsFile(),
        this.replication(),
        this.sentinel(),
        podMonitor(id, props.namespace.name, ['redis-exporter'], {
          matchExpressions: [{ key: 'app', operator: 'In', values: [id, `${id}-sentinel`] }],
        }),
        alertRule(id, props.namespace.name, redisAlerts(id, props.namespace.name, this.servers.replicas)),
      ],
    });
    this.describe();
  }

  private describe(): void {
    const inNamespace = `kubectl -n ${this.namespace.name}`;
    const ask = `redis-cli --tls --cacert /tls/ca.crt -a "$REDIS_PASSWORD" --no-auth-warning`;
    this.verifiedBy(
      `${inNamespace} rollout status statefulset/${this.name}`,
      `${inNamespace} rollout status statefulset/${this.name}-sentinel`,
      `${inNamespace} exec ${this.name}-0 -c ${this.name} -- sh -c '${ask} info replication'`,
    );
    this.rolledBackBy(`helm -n ${this.namespace.name} rollback ${this.name}-servers`);
    this.handsOver('Redis', `${this.host}:${this.port}`);
    this.handsOver('Redis sentinels', `${this.sentinelHost}:${this.sentinelPort}`);
  }

  /** Settings that hold while it runs and after a restart. Half of the memory limit is left for snapshots. */
  private get settings(): Readonly<Record<string, string>> {
    return {
      maxmemory: String(mebibytes(this.servers.resources.requests.memory) * 1024 * 1024),
      'maxmemory-policy': this.props.eviction ?? 'allkeys-lru',
      appendfsync: 'everysec',
      maxclients: '10000',
      ...this.props.settings,
    };
  }

  private get settingLines(): string[] {
    return Object.entries(this.settings).map(([key, value]) => `${key} ${value}`);
  }

  private settingsFile(): CustomResource {
    return {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `${this.name}-settings`, namespace: this.namespace.name },
      data: { 'redis-additional.conf': `${this.settingLines.join('\n')}\n` },
    };
  }

  private replication(): CustomResource {
    const { replicas } = this.servers;
    const { deletionProtection } = this.environment.facts;
    return {
      apiVersion: 'redis.redis.opstreelabs.in/v1beta2',
      kind: 'RedisReplication',
      metadata: { name: this.name, namespace: this.namespace.name },
      spec: {
        clusterSize: replicas,
        kubernetesConfig: this.container(images.redis, this.servers),
        redisConfig: { additionalRedisConfig: `${this.name}-settings`, dynamicConfig: this.settingLines },
        storage: {
          keepAfterDelete: deletionProtection,
          volumeClaimTemplate: {
            spec: {
              storageClassName: this.props.foundation.storageClass,
              accessModes: ['ReadWriteOnce'],
              resources: { requests: { storage: `${this.props.volumeGib ?? 10}Gi` } },
            },
          },
        },
        ...this.placement(this.name, replicas),
        ...this.encryption(),
        redisExporter: this.exporter(this.servers),
      },
    };
  }

  private sentinel(): CustomResource {
    const { replicas } = this.sentinels;
    return {
      apiVersion: 'redis.redis.opstreelabs.in/v1beta2',
      kind: 'RedisSentinel',
      metadata: { name: this.name, namespace: this.namespace.name },
      spec: {
        clusterSize: replicas,
        kubernetesConfig: this.container(images.sentinel, this.sentinels),
        redisSentinelConfig: {
          redisReplicationName: this.name,
          masterGroupName: this.masterName,
          quorum: String(Math.floor(replicas / 2) + 1),
          parallelSyncs: '1',
          downAfterMilliseconds: '5000',
          failoverTimeout: '10000',
          redisReplicationPassword: { secretKeyRef: { name: this.passwordSecret, key: 'password' } },
        },
        ...this.placement(`${this.name}-sentinel`, replicas),
        ...this.encryption(),
        redisExporter: this.exporter(this.sentinels),
      },
    };
  }

  private container(image: string, pods: Pods): Values {
    return {
      image,
      imagePullPolicy: 'IfNotPresent',
      resources: pods.resources,
      redisSecret: { name: this.passwordSecret, key: 'password' },
    };
  }

  /** Beside server and sentinel; the operator gives it password and certificate. */
  private exporter(pods: Pods): Values {
    return {
      enabled: true,
      image: images.exporter,
      imagePullPolicy: 'IfNotPresent',
      resources: pods.sidecar('exporter'),
      securityContext,
    };
  }

  private placement(app: string, replicas: number): Values {
    return {
      podSecurityContext,
      securityContext,
      ...(replicas > 1 && { pdb: { enabled: true, maxUnavailable: 1 }, ...onePerNode({ app }) }),
    };
  }

  private encryption(): Values {
    return { TLS: { ca: 'ca.crt', cert: 'tls.crt', key: 'tls.key', secret: { secretName: `${this.name}-tls` } } };
  }

  /** Redis reads its certificate when it starts, so it is made to last longer than pods do. */
  private certificate(): CustomResource {
    const namespace = this.namespace.name;
    const services = [this.name, `${this.name}-master`, `${this.name}-replica`, `${this.name}-sentinel`];
    const headless = [`*.${this.name}-headless`, `*.${this.name}-sentinel-headless`];
    const suffixes = ['', `.${namespace}`, `.${namespace}.svc`, `.${namespace}.svc.cluster.local`];
    return {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name: `${this.name}-tls`, namespace },
      spec: {
        secretName: `${this.name}-tls`,
        issuerRef: { kind: 'ClusterIssuer', name: this.props.ingress.internalIssuer },
        commonName: this.name,
        dnsNames: [
          'localhost',
          ...[...services, ...headless].flatMap((name) => suffixes.map((suffix) => name + suffix)),
        ],
        usages: ['server auth', 'client auth'],
        duration: '8760h',
        renewBefore: '2160h',
        privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
      },
    };
  }

  /** The authority without the key of the servers, for clients to check them by. */
  private authority(): CustomResource[] {
    return copiedSecret({
      name: this.caSecret,
      namespace: this.namespace.name,
      from: this.namespace.name,
      read: { ca: { secret: `${this.name}-tls`, key: 'ca.crt' } },
      entries: { 'ca.crt': '{{ .ca }}' },
    });
  }
}
