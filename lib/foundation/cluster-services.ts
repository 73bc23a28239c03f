import { Construct, type IConstruct } from 'constructs';
import { type Choice, chosen } from '../core/choice';
import type { Component } from '../core/component';
import { checkedId } from '../core/construct-id';
import type { Awaitable } from '../core/dependencies';
import type { Foundation } from '../core/handles';
import { WorkflowStack } from '../core/workflow-stack';
import { Namespace } from '../providers/namespace';
import { Cilium, type CiliumProps } from './cilium';
import { ClusterAutoscaler, type ClusterAutoscalerProps } from './cluster-autoscaler';
import { Karpenter, type KarpenterProps } from './karpenter';
import { LoadBalancerController, type LoadBalancerControllerProps } from './load-balancer-controller';
import { MetricsServer, type MetricsServerProps } from './metrics-server';
import { SharedCrds, type SharedCrdsProps } from './shared-crds';
import { StorageClasses, type StorageClassesProps } from './storage-classes';

/** Which services a cluster gets; leave out (`false`) what an existing cluster has already. */
export interface ClusterServicesChoices {
  /**
   * Definitions that several workflows use.
   *
   * @default - definitions of monitors and of the Gateway API
   */
  readonly sharedCrds?: Choice<Component, SharedCrdsProps>;
  /**
   * Classes of volumes.
   *
   * @default - an encrypted gp3 class, the default of the cluster
   */
  readonly storageClasses?: Choice<Component, StorageClassesProps>;
  /**
   * Network policies in place of those of the VPC CNI.
   *
   * @default - Cilium where `cluster.networking` of the environment says so
   */
  readonly cilium?: Choice<Component, CiliumProps>;
  /**
   * Nodes by Karpenter.
   *
   * @default - Karpenter where `nodes.autoscaler` of the environment says so
   */
  readonly karpenter?: Choice<Component, KarpenterProps>;
  /**
   * Nodes by cluster-autoscaler.
   *
   * @default - cluster-autoscaler where `nodes.autoscaler` of the environment says so
   */
  readonly clusterAutoscaler?: Choice<Component, ClusterAutoscalerProps>;
  /**
   * Load balancers of Services and Ingresses.
   *
   * @default - the AWS Load Balancer Controller
   */
  readonly loadBalancerController?: Choice<Component, LoadBalancerControllerProps>;
  /**
   * Figures for autoscalers of pods.
   *
   * @default - metrics-server
   */
  readonly metricsServer?: Choice<Component, MetricsServerProps>;
}

export interface ClusterServicesProps extends ClusterServicesChoices {
  /** Cluster, network and key that it works with. */
  readonly foundation: Foundation;
}

/**
 * What the foundation runs inside the cluster. Each part waits for the one before it: definitions, pod network, nodes,
 * load balancers. Nobody else may start before the last of them, since pods need nodes and Services pass a webhook.
 */
export class ClusterServices extends Construct implements Awaitable {
  readonly awaited: readonly IConstruct[];

  constructor(scope: Construct, id: string, props: ClusterServicesProps) {
    super(scope, checkedId(scope, id));
    const { foundation } = props;
    const namespace = Namespace.existing('kube-system');
    const { cluster, nodes } = WorkflowStack.of(this).environment.facts;

    const sharedCrds = chosen(
      this,
      props.sharedCrds,
      (changes) => new SharedCrds(this, 'shared-crds', { namespace, ...changes }),
    );
    const storage = chosen(
      this,
      props.storageClasses,
      (changes) => new StorageClasses(this, 'storage', { namespace, foundation, ...changes }),
    );
    const cilium = chosen(
      this,
      cluster.networking === 'cilium' ? props.cilium : false,
      (changes) => new Cilium(this, 'cilium', { namespace, ...changes }),
    );
    const karpenter = chosen(
      this,
      nodes.autoscaler === 'karpenter' ? props.karpenter : false,
      (changes) => new Karpenter(this, 'karpenter', { namespace, foundation, ...changes }),
    );
    const clusterAutoscaler = chosen(
      this,
      nodes.autoscaler === 'cluster-autoscaler' ? props.clusterAutoscaler : false,
      (changes) => new ClusterAutoscaler(this, 'cluster-autoscaler', { namespace, foundation, ...changes }),
    );
    const loadBalancers = chosen(
      this,
      props.loadBalancerController,
      (changes) => new LoadBalancerController(this, 'load-balancer-controller', { namespace, foundation, ...changes }),
    );
    const metrics = chosen(
      this,
      props.metricsServer,
      (changes) => new MetricsServer(this, 'metrics-server', { namespace, ...changes }),
    );
    this.awaited = inOrder(sharedCrds, storage, cilium, karpenter, clusterAutoscaler, loadBalancers, metrics);
  }
}

/** Lets each part wait for the one before it. */
function inOrder(...parts: readonly (Component | undefined)[]): Component[] {
  const present = parts.filter((part) => part !== undefined);
  for (const [index, part] of present.slice(1).entries()) part.node.addDependency(present[index] as Component);
  return present;
}
