import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import { charts } from '../providers/charts';
import { spreadOver } from './placement';

export interface CloudNativePgProps extends ComponentProps {}

/**
 * The operator of PostgreSQL clusters, in all namespaces.
 *
 * @see https://cloudnative-pg.io/docs/current/operator_conf
 */
export class CloudNativePg extends Component {
  constructor(scope: Construct, id: string, props: CloudNativePgProps) {
    super(scope, id, { purpose: 'runs PostgreSQL clusters: failover, roles, databases and updates', ...props });
    const operator = this.podsOf(
      'operator',
      this.sized({
        small: { replicas: 1, cpu: '50m', memory: '128Mi', memoryLimit: '256Mi' },
        medium: { replicas: 2, cpu: '100m', memory: '128Mi', memoryLimit: '256Mi' },
        large: { replicas: 2, cpu: '100m', memory: '192Mi', memoryLimit: '384Mi' },
      }),
    );
    this.release({
      chart: charts.cloudNativePg,
      values: {
        replicaCount: operator.replicas,
        resources: operator.resources,
        // Without it an update of the operator restarts every instance of every cluster.
        config: { data: { ENABLE_INSTANCE_MANAGER_INPLACE_UPDATES: 'true' } },
        affinity: spreadOver({ 'app.kubernetes.io/name': 'cloudnative-pg' }),
        monitoring: { podMonitorEnabled: true, grafanaDashboard: { create: true } },
      },
    });
    this.verifiedBy(
      `kubectl -n ${props.namespace.name} rollout status deployment -l app.kubernetes.io/name=cloudnative-pg`,
      'kubectl get clusters.postgresql.cnpg.io -A',
    );
    this.rolledBackBy(`helm -n ${props.namespace.name} rollback ${id}`);
  }
}
