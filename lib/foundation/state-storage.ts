import type { Construct } from 'constructs';
import { Component } from '../core/component';
import { Days } from '../core/units';
import { PrivateBucket } from '../providers/aws/bucket';
import { KmsAlias, KmsKey } from '../providers/aws/operations';
import { accountDecides } from '../providers/aws/policy';
import { stateBucket, stateKeyAlias, statePurpose } from '../providers/backend';

/**
 * Bucket and key for the Terraform state of one environment. State names every resource and holds what providers return,
 * so it has a key of its own; old versions stay for a year, and Terraform refuses to destroy either, whatever the
 * environment says about protection.
 *
 * @see https://developer.hashicorp.com/terraform/language/backend/s3
 */
export class StateStorage extends Component {
  readonly bucket: PrivateBucket;
  /** Known after apply. */
  readonly keyArn: string;

  constructor(scope: Construct, id: string) {
    super(scope, id, { purpose: 'keeps the Terraform state of every stack, with its history' });
    const { environment } = this;
    const key = new KmsKey(this, 'key', {
      description: `Terraform state of ${environment.named('platform')}`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: accountDecides(environment),
      lifecycle: { preventDestroy: true },
    });
    const alias = stateKeyAlias(environment);
    new KmsAlias(this, 'alias', { name: alias, targetKeyId: key.keyId });
    this.keyArn = key.arn;
    this.bucket = new PrivateBucket(this, 'bucket', {
      purpose: statePurpose,
      encryptionKeyArn: key.arn,
      keepOldVersions: Days.of(365),
      preventDestroy: true,
    });
    this.verifiedBy(
      `aws s3api get-bucket-versioning --bucket ${this.bucket.name} --query Status`,
      `aws kms describe-key --key-id ${alias} --query KeyMetadata.KeyState`,
    );
    this.handsOver('state bucket', stateBucket(environment));
    this.handsOver('state key', alias);
  }
}
