import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { Foundation } from '../core/handles';
import { Workflow } from '../core/workflow';
import { WorkloadIdentity } from '../providers/aws/workload-identity';
import { charts } from '../providers/charts';
import { InterruptionQueue } from './interruption-queue';
import { karpenterGrants } from './karpenter-policy';
import { drainMinutes, nodePools } from './node-pools';

export interface KarpenterProps extends ComponentProps {
  /** Cluster, network and key that it works with. */
  readonly foundation: Foundation;
  /**
   * Machine image of the nodes as family and version. With `latest`, nodes are replaced whenever AWS publishes a new
   * one; name a version such as `al2023@v20261101` to decide that yourself.
   *
   * @default 'al2023@latest'
   */
  readonly image?: string;
}

/**
 * Karpenter adds nodes that fit the pods that wait, and gives up those that others can replace. Its controller runs on
 * the system nodes only.
 *
 * @see https://karpenter.sh/docs/
 */
export class Karpenter extends Component {
  constructor(scope: Construct, id: string, props: KarpenterProps) {
    super(scope, id, { purpose: 'adds and removes nodes as pods need them', workflow: Workflow.FOUNDATION, ...props });
    const { foundation, namespace, image = 'al2023@latest' } = props;
    const { cluster, nodeRole } = foundation;
    const queue = new InterruptionQueue(this, 'interruptions');
    const identity = new WorkloadIdentity(this, 'identity', {
      cluster,
      namespace,
      serviceAccount: 'karpenter',
      grants: [...karpenterGrants(this.environment, cluster.name, nodeRole.arn), ...queue.read()],
    });
    const definitions = this.release({
      name: `${id}-crd`,
      chart: charts.karpenterCrd,
      values: { additionalAnnotations: { 'helm.sh/resource-policy': 'keep' } },
    });
    const controller = this.podsOf(
      'controller',
      this.sized({
        small: { replicas: 1, cpu: '100m', memory: '256Mi', memoryLimit: '512Mi' },
        medium: { replicas: 2, cpu: '200m', memory: '384Mi', memoryLimit: '768Mi' },
        large: { replicas: 2, cpu: '300m', memory: '512Mi', memoryLimit: '1Gi' },
      }),
    );
    this.release({
      chart: charts.karpenter,
      after: [definitions],
      skipCrds: true,
      values: {
        serviceAccount: { name: 'karpenter', annotations: identity.annotations },
        replicas: controller.replicas,
        // It must find AWS before there is a node for CoreDNS.
        dnsPolicy: 'Default',
        controller: { resources: controller.resources },
        serviceMonitor: { enabled: true },
        settings: {
          clusterName: cluster.name,
          clusterEndpoint: cluster.endpoint,
          interruptionQueue: queue.name,
        },
      },
    });
    this.customResources('nodes', {
      resources: nodePools({
        environment: this.environment,
        foundation,
        image,
        tags: { ...this.stack.standardTags(), Workflow: this.workflow.id, Component: id },
      }),
      // On destroy Helm waits until every node is drained and gone.
      timeout: 1800,
    });
    this.verifiedBy(
      `kubectl -n ${namespace.name} rollout status deployment/karpenter`,
      'kubectl get nodepools,ec2nodeclasses',
      'kubectl get nodeclaims -o wide',
    );
    this.rolledBackBy(`helm -n ${namespace.name} rollback ${id}-nodes`, `helm -n ${namespace.name} rollback ${id}`);
    this.handsOver('interruption queue', queue.name);
    this.drainedBy(
      `Node pools that others made. Helm drains those of the platform, and a pod may hold up its node for ${drainMinutes} minutes.`,
      'kubectl get nodepools.karpenter.sh,nodeclaims.karpenter.sh',
      'kubectl get poddisruptionbudgets --all-namespaces',
    );
    this.leavesBehind(
      'Instances, where Karpenter went before its nodes: nobody else ends them.',
      `aws ec2 describe-instances --filters Name=tag-key,Values=karpenter.sh/nodepool Name=tag:kubernetes.io/cluster/${cluster.name},Values=owned Name=instance-state-name,Values=pending,running --query 'Reservations[].Instances[].InstanceId'`,
    );
  }
}
