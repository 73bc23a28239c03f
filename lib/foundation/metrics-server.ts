import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import { Workflow } from '../core/workflow';
import { charts } from '../providers/charts';

/** Props of {@link MetricsServer}: those of every component. */
export interface MetricsServerProps extends ComponentProps {}

/**
 * CPU and memory of pods and nodes for `kubectl top` and for autoscalers of pods.
 *
 * @see https://github.com/kubernetes-sigs/metrics-server
 */
export class MetricsServer extends Component {
  constructor(scope: Construct, id: string, props: MetricsServerProps) {
    super(scope, id, {
      purpose: 'measures CPU and memory for autoscalers of pods',
      workflow: Workflow.FOUNDATION,
      ...props,
    });
    const pods = this.podsOf(
      'metrics-server',
      this.sized({
        small: { replicas: 1, cpu: '25m', memory: '64Mi', memoryLimit: '192Mi' },
        medium: { replicas: 2, cpu: '50m', memory: '128Mi', memoryLimit: '256Mi' },
        large: { replicas: 2, cpu: '75m', memory: '192Mi', memoryLimit: '512Mi' },
      }),
    );
    this.release({
      chart: charts.metricsServer,
      values: {
        fullnameOverride: 'metrics-server',
        replicas: pods.replicas,
        resources: pods.resources,
        podDisruptionBudget: { enabled: pods.replicas > 1, maxUnavailable: 1 },
        metrics: { enabled: true },
        serviceMonitor: { enabled: true },
      },
    });
    this.verifiedBy('kubectl get apiservice v1beta1.metrics.k8s.io', 'kubectl top nodes');
    this.rolledBackBy(`helm -n ${props.namespace.name} rollback ${id}`);
  }
}
