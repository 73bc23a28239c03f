import type { Construct, IConstruct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { CustomResource } from '../core/custom-resource';
import type { Foundation } from '../core/handles';
import type { ContainerResources } from '../core/pods';
import type { Days } from '../core/units';
import { PrivateBucket } from '../providers/aws/bucket';
import { useOfKey } from '../providers/aws/policy';
import { WorkloadIdentity } from '../providers/aws/workload-identity';
import { openBaoAccounts, openBaoImage, type SecretVault } from './openbao';
import { vaultNames } from './openbao-self-init';

export interface OpenBaoSnapshotsProps extends ComponentProps {
  readonly foundation: Foundation;
  /** The vault to copy. */
  readonly vault: SecretVault & IConstruct;
  /**
   * When a snapshot is taken, as a cron expression in UTC.
   *
   * @default - at 7 minutes past every hour, or at 01:07 where the environment backs up daily
   */
  readonly schedule?: string;
  /**
   * How long a snapshot is kept.
   *
   * @default - `backups.keep` of the environment
   */
  readonly keep?: Days;
}

const schedules = { hour: '7 * * * *', day: '7 1 * * *' } as const;

/** The AWS CLI, which knows Pod Identity; the snapshot agent of the chart does not. */
const awsCli = 'public.ecr.aws/aws-cli/aws-cli:2.36.44';

/**
 * Copies OpenBao to S3. A snapshot is encrypted by the same KMS key that unseals OpenBao: without the key it is worth
 * nothing. The job may write to the bucket, and neither read nor delete.
 *
 * @see https://openbao.org/docs/commands/operator/raft/
 */
export class OpenBaoSnapshots extends Component {
  constructor(scope: Construct, id: string, props: OpenBaoSnapshotsProps) {
    super(scope, id, { purpose: 'copies the vault to S3', ...props });
    const { every, keep } = this.environment.facts.backups;
    const namespace = props.namespace.name;
    const bucket = new PrivateBucket(this, 'bucket', {
      purpose: 'openbao-snapshots',
      encryptionKeyArn: props.foundation.encryptionKeyArn,
      keep: props.keep ?? keep,
    });
    const identity = new WorkloadIdentity(this, 'identity', {
      cluster: props.foundation.cluster,
      namespace: props.namespace,
      serviceAccount: openBaoAccounts.snapshots,
      grants: [
        { actions: ['s3:PutObject', 's3:AbortMultipartUpload'], resources: [`${bucket.arn}/*`] },
        useOfKey(props.foundation.encryptionKeyArn),
      ],
    });
    const job = this.podsOf('snapshot', { cpu: '10m', memory: '96Mi', memoryLimit: '256Mi' });
    this.customResources('job', {
      after: [props.vault, bucket, identity],
      resources: [
        {
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          metadata: { name: openBaoAccounts.snapshots, namespace, annotations: identity.annotations },
        },
        cronJob({
          namespace,
          schedule: props.schedule ?? schedules[every],
          vault: props.vault,
          bucket: bucket.name,
          region: this.environment.facts.aws.region,
          resources: job.resources,
        }),
      ],
    });
    this.verifiedBy(
      `kubectl -n ${namespace} get cronjob openbao-snapshots`,
      `aws s3 ls s3://${bucket.name}/ --recursive`,
    );
    this.rolledBackBy(`helm -n ${namespace} rollback ${id}-job`);
    this.handsOver('snapshots', `s3://${bucket.name}`);
    this.drainedBy(
      'The content of the vault: take a last copy. It opens with the key of the platform only.',
      `kubectl -n ${namespace} create job last-snapshot --from cronjob/openbao-snapshots`,
      `kubectl -n ${namespace} wait job/last-snapshot --for condition=complete --timeout 15m`,
    );
  }
}

interface CronJobProps {
  readonly namespace: string;
  readonly schedule: string;
  readonly vault: SecretVault;
  readonly bucket: string;
  readonly region: string;
  readonly resources: ContainerResources;
}

function cronJob(props: CronJobProps): CustomResource {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'openbao-snapshots', namespace: props.namespace },
    spec: {
      schedule: props.schedule,
      concurrencyPolicy: 'Forbid',
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: { spec: { backoffLimit: 2, activeDeadlineSeconds: 900, template: { spec: podSpec(props) } } },
    },
  };
}

function podSpec({ vault, bucket, region, resources }: CronJobProps) {
  const login = `auth/${vaultNames.auth}/login`;
  const container = {
    resources,
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
  };
  const snapshots = { name: 'snapshots', mountPath: '/snapshots' };
  return {
    serviceAccountName: openBaoAccounts.snapshots,
    restartPolicy: 'Never',
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 100,
      runAsGroup: 1000,
      fsGroup: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    initContainers: [
      {
        ...container,
        name: 'save',
        image: openBaoImage,
        command: ['/bin/sh', '-ec'],
        args: [
          [
            `BAO_TOKEN=$(bao write -field=token ${login} role=${vaultNames.roles.snapshots} jwt=@/identity/token)`,
            'export BAO_TOKEN',
            'bao operator raft snapshot save /snapshots/openbao.snap',
          ].join('\n'),
        ],
        env: [
          { name: 'BAO_ADDR', value: vault.url },
          { name: 'BAO_CACERT', value: '/authority/ca.crt' },
          { name: 'HOME', value: '/snapshots' },
        ],
        volumeMounts: [
          snapshots,
          { name: 'identity', mountPath: '/identity', readOnly: true },
          { name: 'authority', mountPath: '/authority', readOnly: true },
        ],
      },
    ],
    containers: [
      {
        ...container,
        name: 'upload',
        image: awsCli,
        command: ['/bin/sh', '-ec'],
        args: [`aws s3 cp /snapshots/openbao.snap "s3://${bucket}/$(date -u +%Y/%m/%d/%H%M%S).snap"`],
        env: [
          { name: 'AWS_REGION', value: region },
          { name: 'HOME', value: '/snapshots' },
        ],
        volumeMounts: [snapshots],
      },
    ],
    volumes: [
      { name: 'snapshots', emptyDir: { sizeLimit: '1Gi' } },
      { name: 'authority', secret: { secretName: vault.certificate.name, items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      {
        name: 'identity',
        projected: {
          sources: [{ serviceAccountToken: { path: 'token', audience: vaultNames.audience, expirationSeconds: 600 } }],
        },
      },
    ],
  };
}
