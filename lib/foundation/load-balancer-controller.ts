import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { Foundation } from '../core/handles';
import { Workflow } from '../core/workflow';
import { WorkloadIdentity } from '../providers/aws/workload-identity';
import { charts } from '../providers/charts';
import { loadBalancerGrants } from './load-balancer-policy';

export interface LoadBalancerControllerProps extends ComponentProps {
  /** Cluster, network and key that it works with. */
  readonly foundation: Foundation;
}

const serviceAccount = 'aws-load-balancer-controller';

/**
 * Makes network load balancers of Services and application load balancers of Ingresses, with pods as their targets.
 *
 * Its webhooks see every Service and Ingress of the cluster, so whatever makes those has to wait for it.
 *
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/
 */
export class LoadBalancerController extends Component {
  constructor(scope: Construct, id: string, props: LoadBalancerControllerProps) {
    super(scope, id, { purpose: 'makes AWS load balancers for services', workflow: Workflow.FOUNDATION, ...props });
    const { foundation, namespace } = props;
    const identity = new WorkloadIdentity(this, 'identity', {
      cluster: foundation.cluster,
      namespace,
      serviceAccount,
      grants: loadBalancerGrants(this.environment),
    });
    const pods = this.podsOf(
      'controller',
      this.sized({
        small: { replicas: 1, cpu: '25m', memory: '96Mi', memoryLimit: '256Mi' },
        medium: { replicas: 2, cpu: '50m', memory: '128Mi', memoryLimit: '256Mi' },
        large: { replicas: 2, cpu: '75m', memory: '192Mi', memoryLimit: '512Mi' },
      }),
    );
    this.release({
      chart: charts.loadBalancerController,
      values: {
        fullnameOverride: serviceAccount,
        clusterName: foundation.cluster.name,
        // Both are looked up from the metadata service otherwise, which pods cannot reach.
        region: this.environment.facts.aws.region,
        vpcId: foundation.network.vpcId,
        serviceAccount: { name: serviceAccount, annotations: identity.annotations },
        replicaCount: pods.replicas,
        resources: pods.resources,
        podDisruptionBudget: { maxUnavailable: 1 },
        defaultTargetType: 'ip',
        defaultTags: { ...this.stack.standardTags(), Workflow: this.workflow.id, Component: id },
        // The certificate of the webhooks would change, and fail requests, with every upgrade.
        keepTLSSecret: true,
        // While the controller is away, Services without a load balancer can still be made.
        serviceMutatorWebhookConfig: { failurePolicy: 'Ignore' },
        serviceMonitor: { enabled: true },
      },
    });
    this.verifiedBy(
      `kubectl -n ${namespace.name} rollout status deployment/${serviceAccount}`,
      'kubectl get targetgroupbindings -A',
    );
    this.rolledBackBy(`helm -n ${namespace.name} rollback ${id}`);
    this.drainedBy(
      'Load balancers of Services and Ingresses of users: without the controller they stay, are paid for and hold the VPC.',
      'kubectl get services --all-namespaces --field-selector spec.type=LoadBalancer',
      'kubectl get ingresses,targetgroupbindings --all-namespaces',
    );
  }
}
