import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { CustomResource } from '../core/custom-resource';
import type { Foundation, Ingress } from '../core/handles';
import type { Pods } from '../core/pods';
import { WorkloadIdentity } from '../providers/aws/workload-identity';
import { charts } from '../providers/charts';
import type { Values } from '../providers/values';
import { metricsPort, openBaoConfig, openBaoPaths } from './openbao-config';
import { selfInit, vaultNames } from './openbao-self-init';
import { keeper, startupArguments, startupFiles } from './openbao-startup';

/** A vault as those see it who read from it. */
export interface SecretVault {
  /** API inside the cluster, with TLS. */
  readonly url: string;
  /** Kubernetes secret whose key `ca.crt` holds the authority that signed its certificate. */
  readonly certificate: { readonly name: string; readonly namespace: string };
}

export interface OpenBaoProps extends ComponentProps {
  readonly foundation: Foundation;
  readonly ingress: Ingress;
  /** Namespace and service account of External Secrets, which may read every secret. */
  readonly reader: { readonly namespace: string; readonly serviceAccount: string };
  /**
   * Size of the volume that holds the secrets of one member, such as `10Gi`.
   *
   * @default '10Gi'
   */
  readonly storage?: string;
  /**
   * Size of the volume for the audit log of one member; the log is rotated when it has used a third.
   *
   * @default '10Gi'
   */
  readonly auditStorage?: string;
}

/** Service accounts of this namespace that may log in. */
export const openBaoAccounts = { administrator: 'openbao-administrator', snapshots: 'openbao-snapshots' } as const;

const certificateSecret = 'openbao-tls';
const startupConfigMap = 'openbao-startup';

/** The image of the chart, for what runs beside the server. */
export const openBaoImage = `quay.io/openbao/openbao:${charts.openBao.appVersion.replace(/^v/, '')}`;

/**
 * OpenBao with integrated storage, TLS between everybody, a KMS key that unseals it and an audit log. It initializes
 * itself: nobody ever holds a root token or a recovery key.
 *
 * OpenBao 2.7 takes the AWS seal out of the binary; moving there needs a plugin in the image first.
 *
 * @see https://openbao.org/docs/
 */
export class OpenBao extends Component implements SecretVault {
  readonly url: string;
  readonly certificate: SecretVault['certificate'];

  constructor(scope: Construct, id: string, props: OpenBaoProps) {
    super(scope, id, { purpose: 'keeps secrets, unsealed by the key of the platform', ...props });
    const namespace = props.namespace.name;
    this.url = `https://openbao-active.${namespace}.svc.cluster.local:8200`;
    this.certificate = { name: certificateSecret, namespace };
    const identity = new WorkloadIdentity(this, 'identity', {
      cluster: props.foundation.cluster,
      namespace: props.namespace,
      serviceAccount: 'openbao',
      grants: [
        {
          actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:DescribeKey'],
          resources: [props.foundation.encryptionKeyArn],
        },
      ],
    });
    const keeper = { cpu: '5m', memory: '16Mi' };
    const server = this.podsOf('server', {
      ...this.sized({
        small: { replicas: 1, cpu: '100m', memory: '256Mi', memoryLimit: '512Mi' },
        medium: { replicas: 3, cpu: '100m', memory: '256Mi', memoryLimit: '512Mi' },
        large: { replicas: 3, cpu: '250m', memory: '512Mi', memoryLimit: '1Gi' },
      }),
      sidecars: { keeper },
      volumes: [props.storage ?? '10Gi', props.auditStorage ?? '10Gi'],
    });
    const prerequisites = this.customResources('prerequisites', {
      resources: [
        certificate(namespace, props.ingress.internalIssuer),
        administrator(namespace),
        this.startup(props, server.replicas),
      ],
    });
    this.release({
      chart: charts.openBao,
      after: [prerequisites],
      timeout: 900,
      values: {
        global: { tlsDisable: false },
        injector: { enabled: false },
        csi: { enabled: false },
        server: {
          ...this.storage(props),
          ...pods(server),
          extraArgs: `$(sh ${openBaoPaths.startup}/${startupFiles.arguments})`,
          extraContainers: [keeperContainer(server)],
          serviceAccount: { name: 'openbao', annotations: identity.annotations },
          ha: {
            enabled: true,
            replicas: server.replicas,
            apiAddr: `https://$(BAO_K8S_POD_NAME).openbao-internal.${namespace}.svc.cluster.local:8200`,
            disruptionBudget: { enabled: server.replicas > 1, maxUnavailable: 1 },
            raft: { enabled: true, setNodeId: true, config: this.config(props, server.replicas) },
          },
        },
      },
    });
    this.customResources('monitoring', { resources: [monitor(namespace), alerts(namespace)] });
    this.describe(namespace, id);
  }

  private startup(props: OpenBaoProps, replicas: number): CustomResource {
    const namespace = props.namespace.name;
    return {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: startupConfigMap, namespace },
      data: {
        [startupFiles.selfInit]: selfInit(this.logins(props)),
        [startupFiles.arguments]: startupArguments(members(namespace, replicas)),
        [startupFiles.keeper]: keeper(props.auditStorage ?? '10Gi'),
      },
    };
  }

  private logins({ namespace, reader }: OpenBaoProps) {
    const own = (name: string) => ({ name, namespace: namespace.name });
    return {
      externalSecrets: { name: reader.serviceAccount, namespace: reader.namespace },
      administrator: own(openBaoAccounts.administrator),
      snapshots: own(openBaoAccounts.snapshots),
    };
  }

  private config({ foundation, namespace }: OpenBaoProps, replicas: number): string {
    return openBaoConfig({
      region: this.environment.facts.aws.region,
      kmsKeyArn: foundation.encryptionKeyArn,
      members: members(namespace.name, replicas),
    });
  }

  private storage({ foundation, storage, auditStorage }: OpenBaoProps): Values {
    const { storageClass } = foundation;
    return {
      dataStorage: { size: storage ?? '10Gi', storageClass },
      auditStorage: { enabled: true, size: auditStorage ?? '10Gi', storageClass },
      persistentVolumeClaimRetentionPolicy: {
        whenDeleted: this.environment.facts.deletionProtection ? 'Retain' : 'Delete',
        whenScaled: 'Retain',
      },
    };
  }

  private describe(namespace: string, id: string): void {
    this.verifiedBy(
      `kubectl -n ${namespace} rollout status statefulset/openbao`,
      `kubectl -n ${namespace} exec openbao-0 -c openbao -- bao status`,
      `kubectl -n ${namespace} get pods -l openbao-active=true`,
    );
    this.rolledBackBy(`helm -n ${namespace} rollback ${id}`);
    this.handsOver('vault URL', this.url);
    this.handsOver(
      'administrator token',
      `kubectl -n ${namespace} create token ${openBaoAccounts.administrator} --audience ${vaultNames.audience}`,
    );
  }
}

/** Names under which members find each other; the headless service publishes them before they are ready. */
function members(namespace: string, replicas: number): string[] {
  return Array.from(
    { length: replicas },
    (_, index) => `openbao-${index}.openbao-internal.${namespace}.svc.cluster.local`,
  );
}

function pods(server: Pods): Values {
  const container = {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  };
  return {
    resources: server.resources,
    // Helm waits for every pod of a rolling update to be unsealed; with OnDelete it would not look.
    updateStrategyType: 'RollingUpdate',
    configAnnotation: true,
    shareProcessNamespace: true,
    statefulSet: { securityContext: { container } },
    extraEnvironmentVars: { BAO_CACERT: `${openBaoPaths.tls}/ca.crt` },
    volumes: [
      { name: 'tls', secret: { secretName: certificateSecret } },
      { name: 'startup', configMap: { name: startupConfigMap } },
      { name: 'tmp', emptyDir: {} },
    ],
    volumeMounts: [...sharedMounts, { name: 'tmp', mountPath: '/tmp' }],
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'topology.kubernetes.io/zone',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'openbao', component: 'server' } },
      },
    ],
  };
}

const sharedMounts = [
  { name: 'tls', mountPath: openBaoPaths.tls, readOnly: true },
  { name: 'startup', mountPath: openBaoPaths.startup, readOnly: true },
];

function keeperContainer(server: Pods) {
  return {
    name: 'keeper',
    image: openBaoImage,
    command: ['/bin/sh', `${openBaoPaths.startup}/${startupFiles.keeper}`],
    resources: server.sidecar('keeper'),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [...sharedMounts, { name: 'audit', mountPath: openBaoPaths.audit }],
  };
}

function certificate(namespace: string, issuer: string): CustomResource {
  const service = (name: string) => [`${name}.${namespace}.svc`, `${name}.${namespace}.svc.cluster.local`];
  return {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name: certificateSecret, namespace },
    spec: {
      secretName: certificateSecret,
      duration: '2160h',
      renewBefore: '720h',
      privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
      dnsNames: [
        'localhost',
        ...['openbao', 'openbao-active', 'openbao-standby', '*.openbao-internal'].flatMap(service),
      ],
      ipAddresses: ['127.0.0.1'],
      issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: issuer },
    },
  };
}

/** Whoever Kubernetes allows to create tokens for it administers OpenBao for as long as the token lives. */
function administrator(namespace: string): CustomResource {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: openBaoAccounts.administrator, namespace },
    automountServiceAccountToken: false,
  };
}

/** Every member, not only the active one that the chart's monitor looks at. */
function monitor(namespace: string): CustomResource {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { name: 'openbao', namespace },
    spec: {
      selector: { matchLabels: { 'app.kubernetes.io/name': 'openbao', component: 'server' } },
      podMetricsEndpoints: [{ portNumber: metricsPort, path: '/v1/sys/metrics', params: { format: ['prometheus'] } }],
    },
  };
}

/** A sealed member is not ready, so Kubernetes knows of every seal. */
function alerts(namespace: string): CustomResource {
  const set = `{namespace="${namespace}",statefulset="openbao"}`;
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'openbao', namespace },
    spec: {
      groups: [
        {
          name: 'openbao',
          rules: [
            {
              alert: 'OpenBaoDown',
              expr: `kube_statefulset_status_replicas_ready${set} == 0`,
              for: '2m',
              labels: { severity: 'critical' },
              annotations: { summary: 'No member of OpenBao is unsealed: secrets cannot be read' },
            },
            {
              alert: 'OpenBaoMemberSealedOrDown',
              expr: `kube_statefulset_status_replicas_ready${set} < kube_statefulset_replicas${set}`,
              for: '10m',
              labels: { severity: 'warning' },
              annotations: { summary: 'A member of OpenBao is sealed or does not run' },
            },
          ],
        },
      ],
    },
  };
}
