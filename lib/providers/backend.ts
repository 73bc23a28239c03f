import { relative, resolve } from 'node:path';
import { CloudBackend, LocalBackend, NamedCloudWorkspace, S3Backend, type TerraformStack } from 'cdktf';

/** Where Terraform keeps the state of the stacks. */
export type State =
  /** Files beside the project, so that a first try needs no account. */
  | { readonly kind: 'local' }
  /** A bucket with a lock file of Terraform's own; one key per stack. */
  | { readonly kind: 's3'; readonly bucket: string; readonly region: string; readonly kmsKeyArn: string }
  /** HCP Terraform; one workspace per stack. */
  | { readonly kind: 'cloud'; readonly organization: string };

/**
 * Gives a stack its backend. It has to come before anything reads a value of another stack.
 *
 * @param outdir folder of the synthesized stacks; local state lies beside it, named by a relative path so that the
 *   output is the same on every machine
 */
export function configureBackend(stack: TerraformStack, state: State, outdir: string): void {
  const id = stack.node.id;
  switch (state.kind) {
    case 'local': {
      const workingDirectory = resolve(outdir, 'stacks', id);
      new LocalBackend(stack, { path: relative(workingDirectory, resolve(outdir, '..', `terraform.${id}.tfstate`)) });
      return;
    }
    case 's3':
      new S3Backend(stack, {
        bucket: state.bucket,
        key: `${id}/terraform.tfstate`,
        region: state.region,
        encrypt: true,
        kmsKeyId: state.kmsKeyArn,
      });
      stack.addOverride('terraform.backend.s3.use_lockfile', true);
      return;
    case 'cloud':
      new CloudBackend(stack, { organization: state.organization, workspaces: new NamedCloudWorkspace(id) });
  }
}
