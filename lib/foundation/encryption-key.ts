import type { Construct } from 'constructs';
import { Component } from '../core/component';
import { KmsAlias, KmsKey } from '../providers/aws/operations';
import { accountDecides } from '../providers/aws/policy';

/**
 * One key per environment for cluster secrets, volumes, buckets, logs and the seal of OpenBao; it rotates every year.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
 */
export class EncryptionKey extends Component {
  /** Known after apply. */
  readonly arn: string;

  constructor(scope: Construct, id: string) {
    super(scope, id, { purpose: 'encrypts cluster secrets, volumes, buckets and logs' });
    const { environment } = this;
    const key = new KmsKey(this, 'key', {
      description: `Data at rest of ${environment.named('platform')}`,
      enableKeyRotation: true,
      deletionWindowInDays: environment.facts.deletionProtection ? 30 : 7,
      policy: this.policy(),
    });
    new KmsAlias(this, 'alias', { name: `alias/${environment.named('platform')}`, targetKeyId: key.keyId });
    this.arn = key.arn;
    this.verifiedBy(
      `aws kms describe-key --key-id alias/${environment.named('platform')} --query KeyMetadata.KeyState`,
    );
    this.describeDestroy();
  }

  private describeDestroy(): void {
    const { environment } = this;
    this.drainedBy(
      'Its id, under which a deletion can be taken back: the alias goes at once.',
      `KEY_ID=$(aws kms describe-key --key-id alias/${environment.named('platform')} --query KeyMetadata.KeyId --output text); echo "$KEY_ID"`,
    );
    this.leavesBehind(
      'The key waits for its deletion; copies that were made with it, of buckets, volumes or the vault, are lost with it.',
      'aws kms cancel-key-deletion --key-id "$KEY_ID"',
      'aws kms enable-key --key-id "$KEY_ID"',
    );
  }

  /** IAM of the account decides who may use it; CloudWatch needs to be named, since it is no principal of the account. */
  private policy(): string {
    const { environment } = this;
    return accountDecides(environment, {
      Sid: 'LogGroups',
      Effect: 'Allow',
      Principal: { Service: `logs.${environment.facts.aws.region}.amazonaws.com` },
      Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      Resource: '*',
      Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': environment.arn('logs', '*') } },
    });
  }
}
