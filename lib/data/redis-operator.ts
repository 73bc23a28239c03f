import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { NamespaceHandle } from '../core/handles';
import { charts } from '../providers/charts';
import { podMonitor } from './monitoring';
import { spreadOver } from './placement';

export interface RedisOperatorProps extends ComponentProps {
  /** Namespaces in which it looks after Redis. */
  readonly watches: readonly NamespaceHandle[];
}

/**
 * The operator of Redis with replicas and sentinels, by Opstree. The one by Spotahome has had no commit since 2023.
 *
 * @see https://redis-operator.opstree.dev/
 */
export class RedisOperator extends Component {
  constructor(scope: Construct, id: string, props: RedisOperatorProps) {
    super(scope, id, { purpose: 'runs Redis with replicas and sentinels', ...props });
    const operator = this.podsOf(
      'operator',
      this.sized({
        small: { replicas: 1, cpu: '30m', memory: '96Mi', memoryLimit: '192Mi' },
        medium: { replicas: 2, cpu: '50m', memory: '96Mi', memoryLimit: '192Mi' },
        large: { replicas: 2, cpu: '50m', memory: '96Mi', memoryLimit: '192Mi' },
      }),
    );
    this.release({
      chart: charts.redisOperator,
      values: {
        replicas: operator.replicas,
        // The chart limits the CPU unless told not to.
        resources: { requests: operator.resources.requests, limits: { cpu: null, ...operator.resources.limits } },
        affinity: spreadOver({ name: 'redis-operator' }),
        redisOperator: {
          imagePullPolicy: 'IfNotPresent',
          watchNamespace: props.watches.map(({ name }) => name).join(','),
        },
        podSecurityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
      },
    });
    this.customResources('monitors', {
      resources: [podMonitor(id, props.namespace.name, ['metrics'], { matchLabels: { name: 'redis-operator' } })],
    });
    this.verifiedBy(`kubectl -n ${props.namespace.name} rollout status deployment/redis-operator`);
    this.rolledBackBy(`helm -n ${props.namespace.name} rollback ${id}`);
  }
}
