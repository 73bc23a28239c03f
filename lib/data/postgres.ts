import type { Construct } from 'constructs';
import { Component } from '../core/component';
import type { CustomResource } from '../core/custom-resource';
import type { Foundation, NamespaceHandle, PostgresHandle, Security } from '../core/handles';
import type { Pods } from '../core/pods';
import { Days } from '../core/units';
import { PrivateBucket } from '../providers/aws/bucket';
import { WorkloadIdentity } from '../providers/aws/workload-identity';
import { mergeValues, type Values } from '../providers/values';
import type { BarmanCloudPlugin } from './barman-cloud-plugin';
import type { CloudNativePg } from './cloudnative-pg';
import { copiedSecret } from './copied-secret';
import { alertRule, podMonitor } from './monitoring';
import { evenlyOverZones } from './placement';
import { postgresAlerts } from './postgres-alerts';
import { postgresParameters } from './postgres-parameters';

/** Where a new cluster takes its data from. */
export interface PostgresRecovery {
  /** Folder in the backup bucket to read, which is what `archive` of the old cluster says. */
  readonly from: string;
  /**
   * Moment to go back to, such as `2026-05-01T10:00:00Z`.
   *
   * @default - the last moment that was archived
   */
  readonly until?: string;
}

export interface PostgresProps {
  /** Where it runs. */
  readonly namespace: NamespaceHandle;
  /** Gives it volumes, and the key of the backup bucket. */
  readonly foundation: Foundation;
  /** Generates the passwords of its roles. */
  readonly security: Security;
  /** Runs it. */
  readonly operator: CloudNativePg;
  /** Archives it. */
  readonly backups: BarmanCloudPlugin;
  /**
   * Name of the cluster, of its services and of its service account.
   *
   * @default - the id
   */
  readonly name?: string;
  /**
   * Image of PostgreSQL; a new major version upgrades the data.
   *
   * @default 'ghcr.io/cloudnative-pg/postgresql:18.4-system-trixie'
   */
  readonly image?: string;
  /**
   * Data volume of each instance in GiB; it can grow, not shrink.
   *
   * @default - `volumes.minGib` of the environment
   */
  readonly volumeGib?: number;
  /**
   * Settings of PostgreSQL, laid over those of the size.
   *
   * @default - none
   */
  readonly parameters?: Readonly<Record<string, string>>;
  /**
   * Folder in the backup bucket that this cluster writes. A cluster made by recovery needs another than the one it
   * reads.
   *
   * @default - the name
   */
  readonly archive?: string;
  /**
   * Makes the cluster from a backup; read once, when the cluster is created.
   *
   * @default - an empty database `app`
   */
  readonly recovery?: PostgresRecovery;
  /**
   * Fields laid over the `spec` of the Cluster; the last resort when no prop fits.
   *
   * @default - none
   */
  readonly spec?: Values;
}

/**
 * A PostgreSQL cluster with streaming replicas, continuous archiving to S3 and scheduled backups. Clients need TLS and a
 * password; nobody logs in as superuser.
 *
 * @see https://cloudnative-pg.io/docs/current/
 */
export class Postgres extends Component implements PostgresHandle {
  readonly name: string;
  override readonly namespace: NamespaceHandle;
  readonly host: string;
  readonly readHost: string;
  readonly port = 5432;
  readonly caSecret: string;
  private readonly instances: Pods;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: PostgresProps,
  ) {
    super(scope, id, { purpose: 'stores the relational data of applications', namespace: props.namespace });
    this.name = props.name ?? id;
    this.namespace = props.namespace;
    const service = (role: string) => `${this.name}-${role}.${props.namespace.name}.svc.cluster.local`;
    this.host = service('rw');
    this.readHost = service('r');
    this.caSecret = `${this.name}-ca-cert`;
    this.node.addValidation({ validate: () => this.recoveryProblems() });
    this.instances = this.podsOf('instance', {
      ...this.sized({
        small: { replicas: 1, cpu: '200m', memory: '1Gi', sidecars: { archiver: archiver('25m', '64Mi') } },
        medium: { replicas: 3, cpu: '200m', memory: '1Gi', sidecars: { archiver: archiver('50m', '96Mi') } },
        large: { replicas: 3, cpu: '500m', memory: '2Gi', sidecars: { archiver: archiver('50m', '128Mi') } },
      }),
      volumes: [this.volumes.data, this.volumes.wal],
    });
    const bucket = this.bucket();
    const identity = new WorkloadIdentity(this, 'identity', {
      cluster: props.foundation.cluster,
      namespace: props.namespace,
      serviceAccount: this.name,
      grants: bucket.readWrite(),
    });
    const resources = this.customResources('cluster', {
      after: [props.operator, props.backups],
      resources: [
        this.objectStore(bucket),
        this.cluster(identity.annotations),
        this.scheduledBackup(),
        this.authority(),
        podMonitor(this.name, props.namespace.name, ['metrics'], {
          matchLabels: { 'cnpg.io/cluster': this.name, 'cnpg.io/podRole': 'instance' },
        }),
        this.alerts(),
      ].flat(),
    });
    resources.node.addDependency(bucket, identity);
    this.describe();
  }

  newPassword(secret: string): readonly CustomResource[] {
    return this.props.security.generatedPassword({ namespace: this.namespace.name, secret, key: 'password' });
  }

  private describe(): void {
    const inNamespace = `kubectl -n ${this.namespace.name}`;
    this.verifiedBy(
      `${inNamespace} wait --for=condition=Ready cluster/${this.name} --timeout=10m`,
      `${inNamespace} exec ${this.name}-1 -c postgres -- psql -c 'select version()'`,
      `${inNamespace} get backups.postgresql.cnpg.io`,
    );
    this.rolledBackBy(`helm -n ${this.namespace.name} rollback ${this.node.id}-cluster`);
    this.handsOver('PostgreSQL', `${this.host}:${this.port}`);
    this.drainedBy(
      'Databases and poolers of applications, which live in their stacks; then let the last changes reach the archive.',
      `${inNamespace} get databases.postgresql.cnpg.io,poolers.postgresql.cnpg.io`,
      `${inNamespace} exec service/${this.name}-rw -c postgres -- psql -c 'select pg_switch_wal()'`,
    );
    this.handsOver('PostgreSQL, reading', `${this.readHost}:${this.port}`);
  }

  private alerts(): CustomResource {
    const namespace = this.namespace.name;
    const overdue = this.environment.facts.backups.every === 'hour' ? 8 : 26;
    return alertRule(this.name, namespace, postgresAlerts(this.name, namespace, this.instances.replicas, overdue));
  }

  private get archive(): string {
    return this.props.archive ?? this.name;
  }

  private recoveryProblems(): string[] {
    return this.props.recovery?.from === this.archive
      ? [`recovers from '${this.archive}' and would archive into it; set archive to another folder`]
      : [];
  }

  /** Barman deletes what the retention allows; the bucket's own expiry comes later, as it knows nothing of chains. */
  private bucket(): PrivateBucket {
    const { keep } = this.environment.facts.backups;
    return new PrivateBucket(this, 'bucket', {
      purpose: 'postgres',
      encryptionKeyArn: this.props.foundation.encryptionKeyArn,
      keep: Days.of(Math.min(keep.value + 7, 3650)),
    });
  }

  private objectStore(bucket: PrivateBucket): CustomResource {
    return {
      apiVersion: 'barmancloud.cnpg.io/v1',
      kind: 'ObjectStore',
      metadata: { name: this.name, namespace: this.namespace.name },
      spec: {
        retentionPolicy: `${this.environment.facts.backups.keep.value}d`,
        configuration: {
          destinationPath: `s3://${bucket.name}/`,
          s3Credentials: { inheritFromIAMRole: true },
          // No encryption is asked for here: naming one without its key would bypass the key of the bucket.
          wal: { compression: 'gzip', maxParallel: 4 },
          data: { compression: 'gzip', jobs: 2 },
        },
        instanceSidecarConfiguration: { resources: this.instances.sidecar('archiver') },
      },
    };
  }

  private cluster(annotations: Readonly<Record<string, string>>): CustomResource {
    const { deletionProtection } = this.environment.facts;
    return {
      apiVersion: 'postgresql.cnpg.io/v1',
      kind: 'Cluster',
      metadata: {
        name: this.name,
        namespace: this.namespace.name,
        // The volumes go with this object, so with deletion protection it outlives the release.
        ...(deletionProtection && { annotations: { 'helm.sh/resource-policy': 'keep' } }),
      },
      spec: mergeValues(
        {
          ...this.server(),
          ...this.placement(),
          ...this.origin(),
          plugins: [
            {
              name: this.props.backups.pluginName,
              isWALArchiver: true,
              parameters: { barmanObjectName: this.name, serverName: this.archive },
            },
          ],
          ...(Object.keys(annotations).length > 0 && { serviceAccountTemplate: { metadata: { annotations } } }),
        },
        this.props.spec,
      ),
    };
  }

  /** What runs, and how it is set. */
  private server(): Values {
    const replicated = this.instances.replicas > 1;
    return {
      imageName: this.props.image ?? 'ghcr.io/cloudnative-pg/postgresql:18.4-system-trixie',
      instances: this.instances.replicas,
      resources: this.instances.resources,
      enableSuperuserAccess: false,
      primaryUpdateMethod: replicated ? 'switchover' : 'restart',
      postgresql: {
        parameters: { ...postgresParameters(this.environment), ...this.props.parameters },
        // Before the rules of the operator, so that nobody gets in without TLS.
        pg_hba: ['hostnossl all all all reject'],
        ...(replicated && { synchronous: { method: 'any', number: 1, dataDurability: 'preferred' } }),
      },
    };
  }

  /** Sizes of the volumes of one instance. */
  private get volumes(): { readonly data: string; readonly wal: string } {
    const gib = this.props.volumeGib ?? this.environment.facts.volumes.minGib;
    return { data: `${gib}Gi`, wal: this.sized({ small: '5Gi', medium: '10Gi', large: '20Gi' }) };
  }

  /** Where instances and volumes are. */
  private placement(): Values {
    const { storageClass } = this.props.foundation;
    const { data, wal } = this.volumes;
    const replicated = this.instances.replicas > 1;
    return {
      storage: { size: data, storageClass },
      walStorage: { size: wal, storageClass },
      // With one instance a budget would only keep its node from ever being drained.
      enablePDB: replicated,
      affinity: {
        enablePodAntiAffinity: replicated,
        topologyKey: 'kubernetes.io/hostname',
        podAntiAffinityType: 'required',
      },
      ...(replicated && evenlyOverZones({ 'cnpg.io/cluster': this.name })),
    };
  }

  /** An empty cluster, or one from a backup. */
  private origin(): Values {
    const { recovery, backups } = this.props;
    if (!recovery) return { bootstrap: { initdb: { database: 'app', owner: 'app', dataChecksums: true } } };
    return {
      bootstrap: {
        recovery: {
          source: 'origin',
          ...(recovery.until && { recoveryTarget: { targetTime: recovery.until } }),
        },
      },
      externalClusters: [
        {
          name: 'origin',
          plugin: {
            name: backups.pluginName,
            parameters: { barmanObjectName: this.name, serverName: recovery.from },
          },
        },
      ],
    };
  }

  private scheduledBackup(): CustomResource {
    // Six fields, seconds first. The log is archived all the time, so four full copies a day stand in for hourly ones.
    const schedule = { hour: '0 0 */6 * * *', day: '0 0 2 * * *' }[this.environment.facts.backups.every];
    return {
      apiVersion: 'postgresql.cnpg.io/v1',
      kind: 'ScheduledBackup',
      metadata: { name: this.name, namespace: this.namespace.name },
      spec: {
        schedule,
        immediate: true,
        cluster: { name: this.name },
        method: 'plugin',
        pluginConfiguration: { name: this.props.backups.pluginName },
        target: 'prefer-standby',
        backupOwnerReference: 'cluster',
      },
    };
  }

  /** The authority without its key, for clients to check the server by. */
  private authority(): CustomResource[] {
    return copiedSecret({
      name: this.caSecret,
      namespace: this.namespace.name,
      from: this.namespace.name,
      read: { ca: { secret: `${this.name}-ca`, key: 'ca.crt' } },
      entries: { 'ca.crt': '{{ .ca }}' },
    });
  }
}

/** The container that uploads logs and backups; it needs more for a moment when a backup is taken. */
function archiver(cpu: string, memory: string) {
  return { cpu, memory, memoryLimit: '512Mi' };
}
