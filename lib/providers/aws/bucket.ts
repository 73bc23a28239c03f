import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import { Construct } from 'constructs';
import { checkedId } from '../../core/construct-id';
import { checkedName } from '../../core/names';
import { Days } from '../../core/units';
import { WorkflowStack } from '../../core/workflow-stack';
import { type Statement, useOfKey } from './policy';

export interface PrivateBucketProps {
  /** Middle part of the name: `{project}-{environment}-{purpose}-{account}`. */
  readonly purpose: string;
  /** Key that encrypts the objects. */
  readonly encryptionKeyArn: string;
  /**
   * Objects are deleted at this age.
   *
   * @default - they stay
   */
  readonly keep?: Days;
  /**
   * Versions that were overwritten or deleted stay for so long.
   *
   * @default Days.of(7)
   */
  readonly keepOldVersions?: Days;
  /**
   * Terraform refuses to destroy it.
   *
   * @default false
   */
  readonly preventDestroy?: boolean;
}

/** S3 moves nothing into infrequent access before this age. */
const infrequentAccessAfter = 30;

/**
 * A bucket that nobody outside reaches: no public access, TLS only, versioned, encrypted with a key of ours, emptied by
 * age where one is given. Objects stay readable at once, since Loki, Mimir and Tempo cannot read archived ones.
 */
export class PrivateBucket extends Construct {
  /** Globally unique, because the account id is part of it. */
  readonly name: string;
  readonly arn: string;
  private readonly encryptionKeyArn: string;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, checkedId(scope, id));
    const { environment } = WorkflowStack.of(this);
    this.encryptionKeyArn = props.encryptionKeyArn;
    this.name = checkedName(this, 'bucket', environment.named(`${props.purpose}-${environment.facts.aws.account}`));
    this.arn = `arn:${environment.partition}:s3:::${this.name}`;
    const { keep, keepOldVersions = Days.of(7), preventDestroy } = props;
    const bucket = new S3Bucket(this, 'bucket', {
      bucket: this.name,
      forceDestroy: !preventDestroy && !environment.facts.deletionProtection,
      ...(preventDestroy && { lifecycle: { preventDestroy } }),
    });
    new S3BucketPublicAccessBlock(this, 'public-access', {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketVersioningA(this, 'versioning', { bucket: bucket.id, versioningConfiguration: { status: 'Enabled' } });
    new S3BucketServerSideEncryptionConfigurationA(this, 'encryption', {
      bucket: bucket.id,
      rule: [
        {
          bucketKeyEnabled: true,
          applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: props.encryptionKeyArn },
        },
      ],
    });
    new S3BucketPolicy(this, 'policy', { bucket: bucket.id, policy: this.tlsOnly() });
    new S3BucketLifecycleConfiguration(this, 'lifecycle', {
      bucket: bucket.id,
      rule: lifecycleRules(keep?.value, keepOldVersions.value),
    });
  }

  /** Reading, writing and deleting its objects, for one workload. */
  readWrite(): readonly Statement[] {
    return [
      { actions: ['s3:ListBucket', 's3:GetBucketLocation'], resources: [this.arn] },
      {
        actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
        resources: [`${this.arn}/*`],
      },
      useOfKey(this.encryptionKeyArn),
    ];
  }

  private tlsOnly(): string {
    return JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'TlsOnly',
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: [this.arn, `${this.arn}/*`],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    });
  }
}

/** Rules in the order S3 wants: cheaper storage first where it pays, then expiry, then old versions. */
function lifecycleRules(keepDays: number | undefined, oldVersionDays: number) {
  const everything = { filter: [{ prefix: '' }], status: 'Enabled' };
  const moves = keepDays !== undefined && keepDays >= 2 * infrequentAccessAfter;
  return [
    {
      id: 'expire',
      ...everything,
      ...(moves && { transition: [{ days: infrequentAccessAfter, storageClass: 'STANDARD_IA' }] }),
      ...(keepDays !== undefined && { expiration: [{ days: keepDays }] }),
      noncurrentVersionExpiration: [{ noncurrentDays: oldVersionDays }],
    },
    { id: 'abort-uploads', ...everything, abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }] },
  ];
}
