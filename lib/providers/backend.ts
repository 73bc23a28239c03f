import { relative, resolve } from 'node:path';
import { CloudBackend, LocalBackend, NamedCloudWorkspace, S3Backend, type TerraformStack } from 'cdktf';
import { checkedName } from '../core/names';

/** Files beside the project, so that a first try needs no account. */
export interface LocalState {
  readonly kind: 'local';
}

/** A bucket with a lock file of Terraform's own; one key per stack. */
export interface S3State {
  readonly kind: 's3';
  /**
   * A bucket of yours for all environments.
   *
   * @default - one per environment, in its account, made by `BootstrapStack`
   */
  readonly bucket?: string;
  /**
   * Region of the bucket.
   *
   * @default - the region of the environment
   */
  readonly region?: string;
  /**
   * Key that encrypts the state.
   *
   * @default - the one that `BootstrapStack` makes; with a bucket of yours, what that bucket encrypts with by itself
   */
  readonly kmsKeyArn?: string;
}

/** HCP Terraform or Terraform Enterprise; one workspace per stack, named like it. */
export interface CloudState {
  readonly kind: 'cloud';
  readonly organization: string;
  /**
   * Project that new workspaces are put into.
   *
   * @default - the default project of the organization
   */
  readonly project?: string;
  /**
   * Host of a Terraform Enterprise of yours.
   *
   * @default - HCP Terraform
   */
  readonly hostname?: string;
}

/** Where Terraform keeps the state of the stacks. */
export type State = LocalState | S3State | CloudState;

/** What a backend needs to know of an environment. */
interface Owner {
  readonly facts: { readonly aws: { readonly region: string; readonly account: string } };
  named(resource: string): string;
  arn(service: string, resource: string): string;
}

/** Purpose of the state bucket, the middle of its name. */
export const statePurpose = 'state';

/** Name of the bucket that `BootstrapStack` makes; the account keeps it apart from everybody else's. */
export function stateBucket(environment: Owner): string {
  return environment.named(`${statePurpose}-${environment.facts.aws.account}`);
}

/** Alias of the key that `BootstrapStack` makes. It is known before the key is, and stays when the key is replaced. */
export function stateKeyAlias(environment: Owner): string {
  return `alias/${environment.named(statePurpose)}`;
}

/**
 * Gives a stack its backend. It has to come before anything reads a value of another stack.
 *
 * @param outdir folder of the synthesized stacks; local state lies beside it, named by a relative path so that the
 *   output is the same on every machine
 */
export function configureBackend(stack: TerraformStack, environment: Owner, state: State, outdir: string): void {
  const id = stack.node.id;
  switch (state.kind) {
    case 'local': {
      const workingDirectory = resolve(outdir, 'stacks', id);
      new LocalBackend(stack, { path: relative(workingDirectory, resolve(outdir, '..', `terraform.${id}.tfstate`)) });
      return;
    }
    case 's3':
      new S3Backend(stack, { ...bucketOf(stack, environment, state), key: `${id}/terraform.tfstate` });
      // Only the backend locks; the data sources that read other stacks would refuse the setting.
      stack.addOverride('terraform.backend.s3.use_lockfile', true);
      return;
    case 'cloud': {
      const { organization, hostname, project } = state;
      new CloudBackend(stack, { organization, hostname, workspaces: new NamedCloudWorkspace(id, project) });
    }
  }
}

function bucketOf(stack: TerraformStack, environment: Owner, state: S3State) {
  const { account, region: home } = environment.facts.aws;
  const { bucket, region = home, kmsKeyArn } = state;
  const key = kmsKeyArn && { encrypt: true, kmsKeyId: kmsKeyArn };
  if (bucket) return { bucket, region, ...key };
  return {
    bucket: checkedName(stack, 'bucket', stateBucket(environment)),
    region,
    // A bucket per account: state of one environment never lands in the account of another.
    allowedAccountIds: [account],
    encrypt: true,
    kmsKeyId: environment.arn('kms', stateKeyAlias(environment)),
    ...key,
  };
}
