import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { NamespaceHandle } from '../core/handles';
import { charts } from '../providers/charts';
import { podMonitor } from './monitoring';

export interface StrimziProps extends ComponentProps {
  /** Namespaces in which it looks after Kafka clusters. */
  readonly watches: readonly NamespaceHandle[];
}

/**
 * The operator of Kafka clusters.
 *
 * @see https://strimzi.io/docs/operators/latest/deploying
 */
export class Strimzi extends Component {
  constructor(scope: Construct, id: string, props: StrimziProps) {
    super(scope, id, { purpose: 'runs Kafka clusters with their topics, users and certificates', ...props });
    const operator = this.podsOf(
      'operator',
      this.sized({
        small: { replicas: 1, cpu: '100m', memory: '384Mi' },
        medium: { replicas: 2, cpu: '150m', memory: '384Mi' },
        large: { replicas: 2, cpu: '150m', memory: '512Mi' },
      }),
    );
    this.node.addDependency(...props.watches.filter((namespace) => 'node' in namespace));
    this.release({
      chart: charts.strimzi,
      values: {
        replicas: operator.replicas,
        // The chart limits the CPU unless told not to.
        resources: { requests: operator.resources.requests, limits: { cpu: null, ...operator.resources.limits } },
        watchNamespaces: props.watches.map(({ name }) => name),
        // Pods of Kafka then fit into a namespace with the restricted level.
        extraEnvs: [{ name: 'STRIMZI_POD_SECURITY_PROVIDER_CLASS', value: 'restricted' }],
        podDisruptionBudget: { enabled: operator.replicas > 1 },
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: 'kubernetes.io/hostname',
            whenUnsatisfiable: 'ScheduleAnyway',
            labelSelector: { matchLabels: { 'strimzi.io/kind': 'cluster-operator' } },
          },
        ],
        dashboards: { enabled: true },
      },
    });
    this.customResources('monitors', {
      resources: [
        podMonitor(id, props.namespace.name, ['http'], { matchLabels: { 'strimzi.io/kind': 'cluster-operator' } }),
      ],
    });
    this.verifiedBy(`kubectl -n ${props.namespace.name} rollout status deployment/strimzi-cluster-operator`);
    this.rolledBackBy(`helm -n ${props.namespace.name} rollback ${id}`);
  }
}
