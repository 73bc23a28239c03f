import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import { type RuleGroup, ruleGroups, type Thresholds } from './alert-conditions';
import { deployed } from './joined';
import type { Metrics } from './prometheus';

export interface AlertRulesProps extends ComponentProps {
  /** Evaluates the rules. */
  readonly evaluator: Pick<Metrics, 'url'>;
  /**
   * Limits that are watched.
   *
   * @default - `alerts` and `objectives` of the environment
   */
  readonly thresholds?: Thresholds;
  /**
   * Groups of rules besides the standard ones.
   *
   * @default - none
   */
  readonly further?: readonly RuleGroup[];
}

/**
 * Alerts on what the environment promises: load of nodes, errors and latency of services, pods that restart, volumes
 * that fill up. Alerts on the state of Kubernetes and of the tools come with their charts.
 *
 * @see https://sre.google/workbook/alerting-on-slos/
 */
export class AlertRules extends Component {
  constructor(scope: Construct, id: string, props: AlertRulesProps) {
    super(scope, id, { purpose: 'warns when the environment leaves its limits', ...props });
    const namespace = props.namespace.name;
    const groups = [...ruleGroups(props.thresholds ?? this.environment.facts), ...(props.further ?? [])];
    this.customResources('rules', {
      after: deployed(props.evaluator),
      resources: [
        {
          apiVersion: 'monitoring.coreos.com/v1',
          kind: 'PrometheusRule',
          metadata: { name: 'groundplan', namespace },
          spec: { groups },
        },
      ],
    });
    this.verifiedBy(`kubectl -n ${namespace} get prometheusrule groundplan`);
    this.rolledBackBy(`helm -n ${namespace} rollback ${id}-rules`);
  }
}
