import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import { charts } from '../providers/charts';
import type { CloudNativePg } from './cloudnative-pg';

export interface BarmanCloudPluginProps extends ComponentProps {
  /** The operator that calls it; both live in one namespace. */
  readonly operator: CloudNativePg;
}

/**
 * The plugin through which CloudNativePG backs up to object stores. What the operator brings for that itself is on its
 * way out upstream.
 *
 * @see https://cloudnative-pg.io/plugin-barman-cloud/docs/intro/
 */
export class BarmanCloudPlugin extends Component {
  /** Name by which clusters and backups refer to it. */
  readonly pluginName = 'barman-cloud.cloudnative-pg.io';

  constructor(scope: Construct, id: string, props: BarmanCloudPluginProps) {
    super(scope, id, { purpose: 'archives PostgreSQL logs and backups in S3', ...props });
    // One, in every size: the plugin cannot run twice.
    const plugin = this.podsOf(
      'plugin',
      this.sized({
        small: { cpu: '20m', memory: '64Mi', memoryLimit: '128Mi' },
        medium: { cpu: '50m', memory: '64Mi', memoryLimit: '128Mi' },
        large: { cpu: '50m', memory: '96Mi', memoryLimit: '192Mi' },
      }),
    );
    this.release({
      chart: charts.barmanCloudPlugin,
      after: [props.operator],
      values: { replicaCount: plugin.replicas, resources: plugin.resources },
    });
    this.verifiedBy(
      `kubectl -n ${props.namespace.name} rollout status deployment -l app.kubernetes.io/name=plugin-barman-cloud`,
      `kubectl -n ${props.namespace.name} get certificates`,
    );
    this.rolledBackBy(`helm -n ${props.namespace.name} rollback ${id}`);
  }
}
