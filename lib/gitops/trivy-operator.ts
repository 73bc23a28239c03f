import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { Foundation } from '../core/handles';
import type { Pods } from '../core/pods';
import { WorkloadIdentity } from '../providers/aws/workload-identity';
import { charts } from '../providers/charts';
import type { Values } from '../providers/values';
import type { ImageRegistry } from './image-registry';

/** Severities that Trivy knows, mildest first. */
export type Severity = 'UNKNOWN' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';

export interface TrivyOperatorProps extends ComponentProps {
  /** Foundation with the cluster and its storage. */
  readonly foundation: Foundation;
  /** Registry whose images it may fetch. */
  readonly registry: ImageRegistry;
  /**
   * Vulnerabilities that are reported.
   *
   * @default - high and critical ones
   */
  readonly severities?: readonly Severity[];
  /**
   * Namespaces whose workloads are not scanned.
   *
   * @default - those of EKS, whose images lie in a registry of AWS
   */
  readonly excludeNamespaces?: readonly string[];
}

const user = 65534;

/** What restricted namespaces ask for. */
const confinedPod = { runAsNonRoot: true, runAsUser: user, seccompProfile: { type: 'RuntimeDefault' } };
const confinedContainer = {
  allowPrivilegeEscalation: false,
  privileged: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

/**
 * Scans what runs, again whenever a report is a day old: images for vulnerabilities and secrets, workloads and roles for
 * bad settings. One server keeps the vulnerability database for all scans, those of builds too.
 *
 * @see https://aquasecurity.github.io/trivy-operator/latest/docs/vulnerability-scanning/trivy/
 */
export class TrivyOperator extends Component {
  /** The server with the vulnerability database. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: TrivyOperatorProps) {
    super(scope, id, { purpose: 'scans running workloads and keeps the vulnerability database', ...props });
    const namespace = props.namespace.name;
    this.url = `http://trivy-service.${namespace}:4954`;
    const identity = new WorkloadIdentity(this, 'identity', {
      cluster: props.foundation.cluster,
      namespace: props.namespace,
      serviceAccount: 'trivy-operator',
      grants: props.registry.pull(),
    });
    const { excludeNamespaces = ['kube-system', 'kube-node-lease', 'kube-public'] } = props;
    this.release({
      chart: charts.trivyOperator,
      values: {
        fullnameOverride: 'trivy-operator',
        serviceAccount: { name: 'trivy-operator', annotations: identity.annotations },
        excludeNamespaces: excludeNamespaces.join(','),
        ...this.scans(props),
        trivyOperator: {
          scanJobPodTemplatePodSecurityContext: confinedPod,
          scanJobPodTemplateContainerSecurityContext: confinedContainer,
        },
        // The CIS benchmark asks about files of nodes and control plane, which EKS keeps to itself.
        compliance: { specs: ['k8s-nsa-1.0', 'k8s-pss-baseline-0.1', 'k8s-pss-restricted-0.1'] },
        podSecurityContext: confinedPod,
        serviceMonitor: { enabled: true },
      },
    });
    this.verifiedBy(
      `kubectl -n ${namespace} rollout status deployment/trivy-operator`,
      `kubectl -n ${namespace} rollout status statefulset/trivy-server`,
      'kubectl get vulnerabilityreports.aquasecurity.github.io -A',
    );
    this.rolledBackBy(`helm -n ${namespace} rollback ${id}`);
    this.handsOver('scan server', this.url);
  }

  private scans({ foundation, severities = ['HIGH', 'CRITICAL'] }: TrivyOperatorProps): Values {
    const operator = this.podsOf(
      'operator',
      this.sized({
        small: { cpu: '30m', memory: '192Mi', memoryLimit: '512Mi' },
        medium: { cpu: '50m', memory: '256Mi', memoryLimit: '768Mi' },
        large: { cpu: '100m', memory: '512Mi', memoryLimit: '1Gi' },
      }),
    );
    const server = this.podsOf(
      'server',
      this.sized({
        small: { cpu: '50m', memory: '320Mi', memoryLimit: '1Gi' },
        medium: { cpu: '100m', memory: '512Mi', memoryLimit: '1Gi' },
        large: { cpu: '200m', memory: '768Mi', memoryLimit: '2Gi' },
      }),
    );
    const jobs = this.podsOf(
      'scan-job',
      this.sized({
        small: { replicas: 1, cpu: '50m', memory: '128Mi', memoryLimit: '512Mi' },
        medium: { replicas: 2, cpu: '50m', memory: '128Mi', memoryLimit: '768Mi' },
        large: { replicas: 3, cpu: '50m', memory: '192Mi', memoryLimit: '1Gi' },
      }),
    );
    return {
      operator: {
        builtInTrivyServer: true,
        scanJobsConcurrentLimit: jobs.replicas,
        scannerReportTTL: '24h',
        infraAssessmentScannerEnabled: false,
      },
      resources: operator.resources,
      trivy: {
        mode: 'ClientServer',
        severity: severities.join(','),
        ignoreUnfixed: true,
        storageClassName: foundation.storageClass,
        resources: withoutCpuLimit(jobs),
        server: {
          resources: withoutCpuLimit(server),
          podSecurityContext: { ...confinedPod, fsGroup: user },
          securityContext: confinedContainer,
        },
      },
    };
  }
}

/** The chart limits CPU by default; `null` takes that away. */
function withoutCpuLimit({ resources }: Pods): Values {
  return { ...resources, limits: { ...resources.limits, cpu: null } };
}
