import { Fn, TerraformCount, Token } from 'cdktf';
import type { Construct } from 'constructs';
import { Component } from '../core/component';
import type { Environment } from '../core/environment';
import type { ClusterHandle, NetworkHandle } from '../core/handles';
import { checkedName } from '../core/names';
import { EksAccessEntry, EksAccessPolicyAssociation, EksCluster } from '../providers/aws/eks';
import {
  DataAwsCallerIdentity,
  DataAwsIamSessionContext,
  IamOpenidConnectProvider,
  IamRole,
  IamRolePolicyAttachment,
} from '../providers/aws/iam';
import { logRetention } from '../providers/aws/log-retention';
import { CloudwatchLogGroup } from '../providers/aws/operations';
import { serviceTrust } from '../providers/aws/policy';

export interface ClusterProps {
  /** Private subnets for control plane and nodes. */
  readonly network: NetworkHandle;
  /** Key that encrypts Kubernetes secrets and the control-plane logs. */
  readonly encryptionKeyArn: string;
}

const logTypes = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'];

/**
 * The EKS control plane. Access is by access entries only; its public endpoint exists only for the listed ranges.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
 */
export class Cluster extends Component implements ClusterHandle {
  /** Name of an environment's cluster, which is known before it exists. */
  static nameIn(environment: Environment): string {
    return environment.named('cluster');
  }

  readonly name: string;
  readonly endpoint: string;
  readonly certificateAuthority: string;
  readonly version: string;
  readonly securityGroupId: string;
  readonly oidcIssuer?: string;
  readonly oidcProviderArn?: string;
  /** What charts must outlive: the right of the deployer and of the admins to reach the cluster. */
  readonly access: readonly EksAccessPolicyAssociation[];

  constructor(scope: Construct, id: string, props: ClusterProps) {
    super(scope, id, { purpose: 'runs the Kubernetes control plane' });
    const { cluster, deletionProtection } = this.environment.facts;
    this.name = checkedName(this, 'cluster', Cluster.nameIn(this.environment));
    this.version = cluster.version;
    const logs = new CloudwatchLogGroup(this, 'logs', {
      name: `/aws/eks/${this.name}/cluster`,
      retentionInDays: logRetention(cluster.logs),
      kmsKeyId: props.encryptionKeyArn,
    });
    const role = this.role();
    const eks = new EksCluster(this, 'cluster', {
      name: this.name,
      version: this.version,
      roleArn: role.roleArn,
      deletionProtection,
      bootstrapSelfManagedAddons: false,
      enabledClusterLogTypes: logTypes,
      accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: false },
      encryptionConfig: { resources: ['secrets'], provider: { keyArn: props.encryptionKeyArn } },
      kubernetesNetworkConfig: { serviceIpv4Cidr: this.environment.facts.network.serviceCidr },
      upgradePolicy: { supportType: 'STANDARD' },
      vpcConfig: {
        subnetIds: [...props.network.privateSubnetIds],
        endpointPrivateAccess: true,
        endpointPublicAccess: cluster.publicAccess.length > 0,
        ...(cluster.publicAccess.length > 0 && { publicAccessCidrs: cluster.publicAccess }),
      },
      dependsOn: [logs, ...role.attachments],
    });
    this.endpoint = eks.endpoint;
    this.certificateAuthority = eks.certificateAuthority.get(0).data;
    this.securityGroupId = eks.vpcConfig.clusterSecurityGroupId;
    if (cluster.identity === 'irsa') {
      const issuer = eks.identity.get(0).oidc.get(0).issuer;
      const provider = new IamOpenidConnectProvider(this, 'oidc', { url: issuer, clientIdList: ['sts.amazonaws.com'] });
      this.oidcIssuer = provider.url;
      this.oidcProviderArn = provider.arn;
    }
    this.access = this.grantAdmins(eks);
    this.verifiedBy(`aws eks describe-cluster --name ${this.name} --query cluster.status`, 'kubectl get --raw /readyz');
    this.handsOver('cluster name', this.name);
  }

  private role(): { roleArn: string; attachments: IamRolePolicyAttachment[] } {
    const role = new IamRole(this, 'role', {
      name: checkedName(this, 'role', this.environment.named('cluster')),
      assumeRolePolicy: serviceTrust('eks.amazonaws.com'),
    });
    const attachment = new IamRolePolicyAttachment(this, 'role-policy', {
      role: role.name,
      policyArn: `arn:${this.environment.partition}:iam::aws:policy/AmazonEKSClusterPolicy`,
    });
    return { roleArn: role.arn, attachments: [attachment] };
  }

  /** One entry per admin, and one for whoever applies, so that Terraform can install charts. */
  private grantAdmins(eks: EksCluster): EksAccessPolicyAssociation[] {
    const { admins, deployer } = this.environment.facts.cluster;
    const named = new Set(deployer ? [...admins, deployer] : admins);
    const granted = [...named].map((arn) =>
      this.grant(eks, arn === deployer && !admins.includes(arn) ? 'deployer' : `admin-${idOf(arn)}`, arn),
    );
    if (deployer) return granted;
    const current = this.currentRole();
    // EKS takes one entry per principal, so there is none where an admin applies.
    const unlessAdmin = TerraformCount.of(Token.asNumber(Fn.conditional(Fn.contains(admins, current), 0, 1)));
    return [...granted, this.grant(eks, 'deployer', current, unlessAdmin)];
  }

  private grant(eks: EksCluster, id: string, principalArn: string, count?: TerraformCount): EksAccessPolicyAssociation {
    const entry = new EksAccessEntry(this, id, { clusterName: eks.name, principalArn, count });
    return new EksAccessPolicyAssociation(this, `${id}-access`, {
      clusterName: eks.name,
      principalArn,
      policyArn: `arn:${this.environment.partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`,
      accessScope: { type: 'cluster' },
      dependsOn: [entry],
      count,
    });
  }

  /** The role behind the session that runs Terraform, without the session's name. */
  private currentRole(): string {
    const caller = new DataAwsCallerIdentity(this, 'caller');
    return new DataAwsIamSessionContext(this, 'session', { arn: caller.arn }).issuerArn;
  }
}

function idOf(arn: string): string {
  return (arn.split('/').at(-1) ?? '').toLowerCase().replace(/[^a-z0-9]+/g, '-');
}
