import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { CustomResource } from '../core/custom-resource';
import type { Foundation } from '../core/handles';
import type { Statement } from '../providers/aws/policy';
import { WorkloadIdentity } from '../providers/aws/workload-identity';
import { charts } from '../providers/charts';

export interface ExternalSecretsProps extends ComponentProps {
  readonly foundation: Foundation;
  /**
   * Prefix of the secrets in AWS Secrets Manager that it may read, such as `ecotrack/`.
   *
   * @default - none; it has no permissions in AWS
   */
  readonly secretsManagerPrefix?: string;
}

/**
 * External Secrets: copies secrets from a vault into Kubernetes and generates passwords. Its definitions stay when the
 * release goes, since Kubernetes would delete every generated secret with them.
 *
 * @see https://external-secrets.io/latest/
 */
export class ExternalSecrets extends Component {
  readonly serviceAccount = 'external-secrets';
  readonly secretsManagerPrefix?: string;

  constructor(scope: Construct, id: string, props: ExternalSecretsProps) {
    super(scope, id, { purpose: 'brings secrets of the vault into Kubernetes and generates passwords', ...props });
    this.secretsManagerPrefix = props.secretsManagerPrefix;
    const annotations = this.identity(props)?.annotations ?? {};
    const operator = this.podsOf(
      'operator',
      this.sized({
        small: { replicas: 1, cpu: '25m', memory: '96Mi', memoryLimit: '256Mi' },
        medium: { replicas: 2, cpu: '50m', memory: '128Mi', memoryLimit: '256Mi' },
        large: { replicas: 2, cpu: '100m', memory: '256Mi', memoryLimit: '512Mi' },
      }),
    );
    const webhook = this.podsOf(
      'webhook',
      this.sized({
        small: { replicas: 1, cpu: '10m', memory: '48Mi', memoryLimit: '128Mi' },
        medium: { replicas: 2, cpu: '20m', memory: '64Mi', memoryLimit: '128Mi' },
        large: { replicas: 2, cpu: '25m', memory: '96Mi', memoryLimit: '192Mi' },
      }),
    );
    // It renews the certificate of the webhook once in a while; nothing waits for it.
    const certificates = this.podsOf('cert-controller', { cpu: '10m', memory: '64Mi', memoryLimit: '192Mi' });
    const disruption = { enabled: webhook.replicas > 1 };
    this.release({
      chart: charts.externalSecrets,
      values: {
        installCRDs: true,
        crds: { annotations: { 'helm.sh/resource-policy': 'keep' } },
        replicaCount: operator.replicas,
        leaderElect: true,
        resources: operator.resources,
        podDisruptionBudget: disruption,
        serviceAccount: { name: this.serviceAccount, annotations },
        serviceMonitor: { enabled: true, renderMode: 'alwaysRender' },
        livenessProbe: { enabled: true },
        webhook: {
          replicaCount: webhook.replicas,
          resources: webhook.resources,
          podDisruptionBudget: disruption,
        },
        certController: { resources: certificates.resources },
        global: { topologySpreadConstraints: [overNodes] },
      },
    });
    this.customResources('alerts', { resources: [alerts(props.namespace.name)] });
    this.verifiedBy(
      `kubectl -n ${props.namespace.name} rollout status deployment/external-secrets`,
      `kubectl -n ${props.namespace.name} rollout status deployment/external-secrets-webhook`,
      'kubectl get externalsecrets --all-namespaces',
    );
    this.rolledBackBy(`helm -n ${props.namespace.name} rollback ${id}`);
    this.drainedBy(
      'External secrets of applications: nobody refreshes them any more, and only the operator can finish their removal.',
      'kubectl get externalsecrets.external-secrets.io,pushsecrets.external-secrets.io --all-namespaces',
    );
  }

  private identity({
    foundation,
    namespace,
    secretsManagerPrefix,
  }: ExternalSecretsProps): WorkloadIdentity | undefined {
    if (secretsManagerPrefix === undefined) return undefined;
    return new WorkloadIdentity(this, 'identity', {
      cluster: foundation.cluster,
      namespace,
      serviceAccount: this.serviceAccount,
      grants: this.readingSecretsManager(secretsManagerPrefix, foundation.encryptionKeyArn),
    });
  }

  private readingSecretsManager(prefix: string, keyArn: string): Statement[] {
    const secrets = this.environment.arn('secretsmanager', `secret:${prefix}*`);
    return [
      { actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], resources: [secrets] },
      { actions: ['kms:Decrypt'], resources: [keyArn] },
    ];
  }
}

/** The chart adds the labels of each deployment. */
const overNodes = { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' };

/** A secret that is not refreshed is used until it stops working, so somebody has to hear of it before. */
function alerts(namespace: string): CustomResource {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'external-secrets', namespace },
    spec: {
      groups: [
        {
          name: 'external-secrets',
          rules: [
            {
              alert: 'ExternalSecretNotSynced',
              expr: 'externalsecret_status_condition{condition="Ready",status="False"} == 1',
              for: '10m',
              labels: { severity: 'warning' },
              annotations: {
                summary: 'External secret {{ $labels.exported_namespace }}/{{ $labels.name }} is not up to date',
              },
            },
            {
              alert: 'SecretStoreNotReady',
              expr: 'clustersecretstore_status_condition{condition="Ready",status="False"} == 1',
              for: '5m',
              labels: { severity: 'critical' },
              annotations: { summary: 'Secret store {{ $labels.name }} cannot be read' },
            },
          ],
        },
      ],
    },
  };
}
