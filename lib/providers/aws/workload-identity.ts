import { EksPodIdentityAssociation } from '@cdktf/provider-aws/lib/eks-pod-identity-association';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { Construct } from 'constructs';
import { checkedId } from '../../core/construct-id';
import type { ClusterHandle, NamespaceHandle } from '../../core/handles';
import { report } from '../../core/model-problems';
import { checkedName } from '../../core/names';
import { WorkflowStack } from '../../core/workflow-stack';
import { policyDocument, type Statement } from './policy';

export interface WorkloadIdentityProps {
  /** Cluster that the pods run in. */
  readonly cluster: ClusterHandle;
  /** Namespace of the service account. */
  readonly namespace: NamespaceHandle;
  /** Name of the service account as the chart creates it. */
  readonly serviceAccount: string;
  /** What its pods may do in AWS. */
  readonly grants: readonly Statement[];
}

/**
 * AWS permissions for the pods of one service account: EKS Pod Identity, or IRSA where the environment says so.
 *
 * Credentials are injected when a pod is admitted, so the release must come after its identity.
 */
export class WorkloadIdentity extends Construct {
  readonly roleArn: string;
  /** Annotations that the service account needs: the role for IRSA, nothing for Pod Identity. */
  readonly annotations: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: WorkloadIdentityProps) {
    super(scope, checkedId(scope, id));
    const { environment } = WorkflowStack.of(this);
    const irsa = environment.facts.cluster.identity === 'irsa';
    const role = new IamRole(this, 'role', {
      name: checkedName(this, 'role', environment.named(`${props.namespace.name}-${props.serviceAccount}`)),
      assumeRolePolicy: irsa ? this.webIdentityTrust(props) : podIdentityTrust,
      description: `Pods of ${props.namespace.name}/${props.serviceAccount}`,
    });
    new IamRolePolicy(this, 'policy', { name: 'grants', role: role.name, policy: policyDocument(props.grants) });
    if (!irsa) {
      new EksPodIdentityAssociation(this, 'association', {
        clusterName: props.cluster.name,
        namespace: props.namespace.name,
        serviceAccount: props.serviceAccount,
        roleArn: role.arn,
      });
    }
    this.roleArn = role.arn;
    this.annotations = irsa ? { 'eks.amazonaws.com/role-arn': role.arn } : {};
  }

  private webIdentityTrust({ cluster, namespace, serviceAccount }: WorkloadIdentityProps): string {
    if (!cluster.oidcIssuer || !cluster.oidcProviderArn) {
      report(this, {
        code: 'GP102',
        message: 'identity is irsa, but the cluster names no OIDC issuer and provider',
        allowed: 'a cluster with oidcIssuer and oidcProviderArn',
        fix: 'pass both to the existing cluster, or set identity to pod-identity',
      });
    }
    return JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: cluster.oidcProviderArn },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: {
              [`${cluster.oidcIssuer}:sub`]: `system:serviceaccount:${namespace.name}:${serviceAccount}`,
              [`${cluster.oidcIssuer}:aud`]: 'sts.amazonaws.com',
            },
          },
        },
      ],
    });
  }
}

const podIdentityTrust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' }, Action: ['sts:AssumeRole', 'sts:TagSession'] },
  ],
});
