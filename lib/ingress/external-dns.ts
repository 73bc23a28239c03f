import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { Environment } from '../core/environment';
import type { Foundation } from '../core/handles';
import type { Statement } from '../providers/aws/policy';
import { WorkloadIdentity } from '../providers/aws/workload-identity';
import { charts } from '../providers/charts';
import type { Values } from '../providers/values';
import { hostnameAnnotation } from './dns-annotation';

export interface ExternalDnsProps extends ComponentProps {
  /** Cluster, network and key that it works with. */
  readonly foundation: Foundation;
  /**
   * Whether records go with the services they stand for, or stay.
   *
   * @default - `upsert-only` where `deletionProtection` of the environment is on, else `sync`
   */
  readonly policy?: 'sync' | 'upsert-only';
  /**
   * Kinds of objects that ask for records.
   *
   * @default ['service', 'ingress']
   */
  readonly sources?: readonly string[];
}

const serviceAccount = 'external-dns';

/**
 * Writes DNS records for services into the zone of the environment. It marks what it wrote with the name of the cluster
 * and leaves all other records alone.
 *
 * @see https://kubernetes-sigs.github.io/external-dns/
 */
export class ExternalDns extends Component {
  constructor(scope: Construct, id: string, props: ExternalDnsProps) {
    super(scope, id, { purpose: 'writes DNS records for services', ...props });
    const { foundation, namespace, sources = ['service', 'ingress'] } = props;
    const { deletionProtection, domain } = this.environment.facts;
    const { provider, annotations } = this.provider(props);
    const pods = this.podsOf(
      'external-dns',
      this.sized({
        small: { cpu: '10m', memory: '64Mi' },
        medium: { cpu: '20m', memory: '64Mi', memoryLimit: '128Mi' },
        large: { cpu: '50m', memory: '128Mi', memoryLimit: '256Mi' },
      }),
    );
    this.release({
      chart: charts.externalDns,
      values: {
        fullnameOverride: 'external-dns',
        serviceAccount: { name: serviceAccount, annotations },
        ...provider,
        sources,
        policy: props.policy ?? (deletionProtection ? 'upsert-only' : 'sync'),
        registry: 'txt',
        txtOwnerId: foundation.cluster.name,
        txtPrefix: 'external-dns-',
        domainFilters: [domain.name],
        annotationPrefix: hostnameAnnotation.prefix,
        interval: '1m',
        triggerLoopOnEvent: true,
        resources: pods.resources,
        serviceMonitor: { enabled: true },
      },
    });
    this.verifiedBy(
      `kubectl -n ${namespace.name} rollout status deployment/external-dns`,
      `kubectl -n ${namespace.name} logs deployment/external-dns --tail 20`,
    );
    this.rolledBackBy(`helm -n ${namespace.name} rollback ${id}`);
    this.leavesBehind(
      'DNS records that were still there when it went, each beside a mark with the name of the cluster.',
      ...(domain.provider === 'route53'
        ? [
            `aws route53 list-resource-record-sets --hosted-zone-id ${domain.zoneId} --query "ResourceRecordSets[?Type=='TXT' && contains(to_string(ResourceRecords), 'external-dns/owner=${foundation.cluster.name}')].Name"`,
          ]
        : []),
    );
  }

  /** How it reaches the zone: an identity for Route 53, the token of a secret for Cloudflare. */
  private provider({ foundation, namespace }: ExternalDnsProps): { provider: Values; annotations: Values } {
    const { domain, aws } = this.environment.facts;
    // The marks of wildcard records cannot begin with an asterisk.
    const marks = { 'txt-wildcard-replacement': 'any' };
    if (domain.provider === 'cloudflare') {
      const token = { secretKeyRef: { name: domain.tokenSecret, key: 'token' } };
      return {
        provider: {
          provider: { name: 'cloudflare' },
          env: [{ name: 'CF_API_TOKEN', valueFrom: token }],
          extraArgs: marks,
        },
        annotations: {},
      };
    }
    const { annotations } = new WorkloadIdentity(this, 'identity', {
      cluster: foundation.cluster,
      namespace,
      serviceAccount,
      grants: zoneGrants(this.environment, domain.zoneId),
    });
    return {
      provider: {
        provider: { name: 'aws' },
        env: [{ name: 'AWS_DEFAULT_REGION', value: aws.region }],
        extraArgs: { ...marks, 'zone-id-filter': domain.zoneId, 'aws-zones-cache-duration': '1h' },
      },
      annotations,
    };
  }
}

/** Records of one zone; only the list of zones cannot be limited. */
function zoneGrants({ partition }: Environment, zoneId: string): Statement[] {
  return [
    {
      actions: ['route53:ChangeResourceRecordSets', 'route53:ListResourceRecordSets'],
      resources: [`arn:${partition}:route53:::hostedzone/${zoneId}`],
    },
    { actions: ['route53:ListHostedZones'], resources: ['*'] },
  ];
}
