import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { HelmProvider } from '@cdktf/provider-helm/lib/provider';
import { KubernetesProvider } from '@cdktf/provider-kubernetes/lib/provider';
import { Fn, type TerraformStack } from 'cdktf';
import type { Environment } from '../core/environment';
import type { ClusterHandle } from '../core/handles';

/** Version ranges of the Terraform providers; a mirror may hold others. */
export interface ProviderVersions {
  /** @default '>= 6.25.0, < 7.0.0' */
  readonly aws?: string;
  /** @default '>= 3.1.0, < 4.0.0' */
  readonly helm?: string;
  /** @default '>= 2.38.0, < 3.0.0' */
  readonly kubernetes?: string;
}

/** Configures the AWS provider; credentials of another account are refused. */
export function configureAws(
  stack: TerraformStack,
  environment: Environment,
  tags: Record<string, string>,
  versions: ProviderVersions,
): void {
  const { region, account } = environment.facts.aws;
  const { aws = '>= 6.25.0, < 7.0.0' } = versions;
  new AwsProvider(stack, 'aws', { region, allowedAccountIds: [account], defaultTags: [{ tags }] });
  requireVersion(stack, 'aws', aws);
}

/**
 * Configures Helm and Kubernetes for a cluster that another stack made.
 *
 * Both ask the AWS CLI (2.7 or newer) for a token at every run, so that no token is ever stored.
 */
export function configureCluster(
  stack: TerraformStack,
  environment: Environment,
  cluster: ClusterHandle,
  versions: ProviderVersions,
): void {
  const { helm = '>= 3.1.0, < 4.0.0', kubernetes = '>= 2.38.0, < 3.0.0' } = versions;
  const connection = {
    host: cluster.endpoint,
    clusterCaCertificate: Fn.base64decode(cluster.certificateAuthority),
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      command: 'aws',
      args: ['eks', 'get-token', '--cluster-name', cluster.name, '--region', environment.facts.aws.region],
    },
  };
  new HelmProvider(stack, 'helm', { kubernetes: connection });
  new KubernetesProvider(stack, 'kubernetes', { ...connection, exec: [connection.exec] });
  requireVersion(stack, 'helm', helm);
  requireVersion(stack, 'kubernetes', kubernetes);
}

function requireVersion(stack: TerraformStack, provider: string, range: string): void {
  stack.addOverride(`terraform.required_providers.${provider}.version`, range);
}
