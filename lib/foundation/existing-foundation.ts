import type { ClusterHandle, Foundation, NetworkHandle } from '../core/handles';
import { ModelError, type Problem } from '../core/problem';

/** A cluster that exists already, by attributes that are known when the program is written. */
export interface ExistingFoundationAttributes {
  /** The cluster in EKS. */
  readonly cluster: ClusterHandle;
  /** Where its nodes and load balancers live. */
  readonly network: NetworkHandle;
  /** ARN of the key for volumes, buckets and the seal of OpenBao. */
  readonly encryptionKeyArn: string;
  /** Role that nodes run under; it needs an access entry of its own. */
  readonly nodeRole: Foundation['nodeRole'];
  /**
   * Name of the class for volumes. Unless it is left out of the cluster services, it is made under this name.
   *
   * @default 'gp3'
   */
  readonly storageClass?: string;
}

const roleArn = /^arn:aws[a-z-]*:iam::\d{12}:role\/(?:.+\/)?([^/]+)$/;
const keyArn = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/.+$/;

/**
 * A foundation that you bring along in place of `FoundationStack`. The add-ons of EKS for pod network, volumes and Pod
 * Identity must be in the cluster, and whoever applies must be one of its admins.
 *
 * @throws ModelError with everything that is missing or malformed
 */
export function existingFoundation(attributes: ExistingFoundationAttributes): Foundation {
  const problems = problemsOf(attributes);
  if (problems.length > 0) throw new ModelError(problems);
  const { storageClass = 'gp3' } = attributes;
  return { ...attributes, storageClass, ready: attributes.cluster.name };
}

function problemsOf({ cluster, network, encryptionKeyArn, nodeRole }: ExistingFoundationAttributes): Problem[] {
  const name = roleArn.exec(nodeRole.arn)?.[1];
  const checks: [boolean, path: string, given: string, allowed: string, fix: string][] = [
    [/^https:\/\//.test(cluster.endpoint), 'cluster.endpoint', cluster.endpoint, 'https://...', 'copy it from EKS'],
    [
      /^LS0t/.test(cluster.certificateAuthority),
      'cluster.certificateAuthority',
      cluster.certificateAuthority,
      'the PEM bundle in base64, which begins with LS0t',
      'copy certificateAuthority.data from EKS',
    ],
    [keyArn.test(encryptionKeyArn), 'encryptionKeyArn', encryptionKeyArn, 'the ARN of a KMS key', 'copy it from KMS'],
    [
      name !== undefined && name === nodeRole.name,
      'nodeRole',
      `${nodeRole.name}, ${nodeRole.arn}`,
      'the name and the ARN of one role',
      'copy both from IAM',
    ],
    [
      network.privateSubnetIds.length >= 2,
      'network.privateSubnetIds',
      `${network.privateSubnetIds.length} subnets`,
      'private subnets in two zones or more',
      'list the subnets of the nodes',
    ],
  ];
  return checks
    .filter(([passed]) => !passed)
    .map(([, path, given, allowed, fix]) => ({
      code: 'GP104',
      path: `existingFoundation.${path}`,
      message: `${path} is ${given || 'empty'}`,
      allowed,
      fix,
    }));
}
