import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { Environment } from '../core/environment';
import type { Foundation } from '../core/handles';
import type { Pods } from '../core/pods';
import type { Statement } from '../providers/aws/policy';
import { WorkloadIdentity } from '../providers/aws/workload-identity';
import { charts } from '../providers/charts';

export interface CertManagerProps extends ComponentProps {
  /** Cluster, network and key that it works with. */
  readonly foundation: Foundation;
}

/**
 * Issues and renews certificates. To prove that the domain is yours it writes one record into the zone of the
 * environment, and may do nothing else there.
 *
 * @see https://cert-manager.io/docs/
 */
export class CertManager extends Component {
  constructor(scope: Construct, id: string, props: CertManagerProps) {
    super(scope, id, { purpose: 'issues and renews certificates', ...props });
    const { foundation, namespace } = props;
    const grants = challengeGrants(this.environment);
    const identity =
      grants.length > 0
        ? new WorkloadIdentity(this, 'identity', {
            cluster: foundation.cluster,
            namespace,
            serviceAccount: 'cert-manager',
            grants,
          })
        : undefined;
    const controller = this.podsOf(
      'controller',
      this.sized({
        small: { replicas: 1, cpu: '20m', memory: '64Mi', memoryLimit: '192Mi' },
        medium: { replicas: 2, cpu: '25m', memory: '96Mi', memoryLimit: '256Mi' },
        large: { replicas: 2, cpu: '50m', memory: '192Mi', memoryLimit: '512Mi' },
      }),
    );
    const webhook = this.podsOf(
      'webhook',
      this.sized({
        small: { replicas: 1, cpu: '10m', memory: '32Mi', memoryLimit: '96Mi' },
        medium: { replicas: 3, cpu: '10m', memory: '48Mi', memoryLimit: '96Mi' },
        large: { replicas: 3, cpu: '25m', memory: '64Mi', memoryLimit: '128Mi' },
      }),
    );
    const injector = this.podsOf(
      'cainjector',
      this.sized({
        small: { replicas: 1, cpu: '10m', memory: '96Mi', memoryLimit: '256Mi' },
        medium: { replicas: 2, cpu: '15m', memory: '128Mi', memoryLimit: '384Mi' },
        large: { replicas: 2, cpu: '25m', memory: '256Mi', memoryLimit: '512Mi' },
      }),
    );
    const check = this.podsOf('startupapicheck', { cpu: '10m', memory: '32Mi' });
    this.release({
      chart: charts.certManager,
      values: {
        crds: { enabled: true, keep: true },
        global: { leaderElection: { namespace: namespace.name } },
        serviceAccount: { name: 'cert-manager', annotations: identity?.annotations ?? {} },
        ...replicated(controller),
        webhook: replicated(webhook),
        cainjector: replicated(injector),
        // The release succeeds once the webhook answers, so that issuers can follow at once.
        startupapicheck: { timeout: '5m', resources: check.resources },
        prometheus: { servicemonitor: { enabled: true } },
      },
    });
    this.verifiedBy(
      `kubectl -n ${namespace.name} rollout status deployment/cert-manager-webhook`,
      'kubectl get certificates -A',
    );
    this.rolledBackBy(`helm -n ${namespace.name} rollback ${id}`);
    this.drainedBy(
      'Certificates that are being issued: a challenge stays, and its namespace with it, until its record is taken back.',
      'kubectl get challenges.acme.cert-manager.io --all-namespaces',
    );
  }
}

/** Writing the record of a challenge, and waiting until Route 53 has spread it. */
function challengeGrants({ facts: { domain }, partition }: Environment): Statement[] {
  if (domain.provider !== 'route53') return [];
  const zone = `arn:${partition}:route53:::hostedzone/${domain.zoneId}`;
  return [
    { actions: ['route53:GetChange'], resources: [`arn:${partition}:route53:::change/*`] },
    { actions: ['route53:ListResourceRecordSets'], resources: [zone] },
    {
      actions: ['route53:ChangeResourceRecordSets'],
      resources: [zone],
      conditions: { 'ForAllValues:StringEquals': { 'route53:ChangeResourceRecordSetsRecordTypes': ['TXT'] } },
    },
  ];
}

function replicated({ replicas, resources }: Pods) {
  return { replicaCount: replicas, resources, podDisruptionBudget: { enabled: replicas > 1, minAvailable: 1 } };
}
