import { NamespaceV1 } from '@cdktf/provider-kubernetes/lib/namespace-v1';
import { Construct, type IConstruct } from 'constructs';
import { checkedId } from '../core/construct-id';
import type { Awaitable } from '../core/dependencies';
import type { NamespaceHandle } from '../core/handles';
import { type Admits, networkPolicies } from '../core/network-policies';
import type { PodSecurity } from '../core/pod-security';
import { WorkflowStack } from '../core/workflow-stack';
import { Release } from './release';

export interface NamespaceProps {
  /** Level that the API server enforces on its pods. */
  readonly podSecurity: PodSecurity;
  /**
   * Who may connect to its pods; everything else is refused.
   *
   * @default - pods of the same namespace and the monitoring
   */
  readonly admits?: Admits;
  /**
   * Further labels, such as those that put it into the mesh.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Terraform refuses to destroy it, and with it the volumes of its pods.
   *
   * @default false
   */
  readonly preventDestroy?: boolean;
}

/** A namespace that the platform owns; the id is its name. One construct owns it, all others take it by reference. */
export class Namespace extends Construct implements NamespaceHandle, Awaitable {
  static isNamespace(this: void, construct: unknown): construct is Namespace {
    return construct instanceof Namespace;
  }

  /** A namespace that somebody else owns, such as `kube-system`. */
  static existing(name: string, podSecurity: PodSecurity = 'privileged'): NamespaceHandle {
    return { name, podSecurity, inMesh: false };
  }

  readonly name: string;
  readonly podSecurity: PodSecurity;
  readonly inMesh: boolean;
  readonly awaited: readonly IConstruct[];

  constructor(scope: Construct, id: string, props: NamespaceProps) {
    super(scope, checkedId(scope, id));
    const stack = WorkflowStack.of(this);
    this.name = id;
    this.podSecurity = props.podSecurity;
    this.inMesh =
      props.labels?.['istio-injection'] === 'enabled' || props.labels?.['istio.io/dataplane-mode'] === 'ambient';
    const namespace = new NamespaceV1(this, 'namespace', {
      metadata: {
        name: id,
        labels: {
          'app.kubernetes.io/managed-by': 'terraform',
          'app.kubernetes.io/part-of': stack.environment.project,
          'groundplan.dev/workflow': stack.workflow.id,
          'pod-security.kubernetes.io/enforce': props.podSecurity,
          'pod-security.kubernetes.io/warn': 'restricted',
          'pod-security.kubernetes.io/audit': 'restricted',
          ...props.labels,
        },
      },
      ...(props.preventDestroy && { lifecycle: { preventDestroy: true } }),
    });
    if (stack.gate) namespace.node.addDependency(stack.gate);
    const policies = Release.ofResources(this, 'network-policies', {
      name: `${id}-network-policies`,
      namespace: this,
      resources: networkPolicies(stack.environment, id, props.admits ?? {}),
    });
    // No pod runs a moment without the policies: they come before the pods and go after them.
    this.awaited = [namespace, policies];
  }
}
