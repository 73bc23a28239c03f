import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { Observability } from '../core/handles';
import { charts } from '../providers/charts';

/** Where Falco posts events. */
export interface EventSink {
  /** URL inside the cluster. */
  readonly url: string;
}

export interface FalcosidekickProps extends ComponentProps {
  /**
   * Alertmanager gets events from `error` upwards, Loki gets all of them.
   *
   * @default - neither; name outputs in `outputsSecret`
   */
  readonly observability?: Pick<Observability, 'alertmanagerUrl' | 'logsUrl'>;
  /**
   * Kubernetes secret in the namespace with further outputs as environment variables, such as `SLACK_WEBHOOKURL` and
   * `SLACK_MINIMUMPRIORITY`.
   *
   * @default - none
   */
  readonly outputsSecret?: string;
}

/**
 * Falcosidekick: hands events of Falco on to those who wake people up and those who remember.
 *
 * @see https://github.com/falcosecurity/falcosidekick
 */
export class Falcosidekick extends Component implements EventSink {
  readonly url: string;

  constructor(scope: Construct, id: string, props: FalcosidekickProps) {
    super(scope, id, { purpose: 'sends events of Falco to Alertmanager and Loki', ...props });
    const { observability } = props;
    const namespace = props.namespace.name;
    const forwarder = this.podsOf(
      'forwarder',
      this.sized({
        small: { replicas: 1, cpu: '10m', memory: '32Mi', memoryLimit: '128Mi' },
        medium: { replicas: 2, cpu: '20m', memory: '48Mi', memoryLimit: '128Mi' },
        large: { replicas: 2, cpu: '25m', memory: '64Mi', memoryLimit: '256Mi' },
      }),
    );
    this.url = `http://falcosidekick.${namespace}.svc.cluster.local:2801`;
    this.release({
      chart: charts.falcosidekick,
      values: {
        fullnameOverride: 'falcosidekick',
        replicaCount: forwarder.replicas,
        resources: forwarder.resources,
        securityContext: {
          runAsNonRoot: true,
          seccompProfile: { type: 'RuntimeDefault' },
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [apart] } },
        webui: { enabled: false },
        serviceMonitor: { enabled: true },
        config: {
          existingSecret: props.outputsSecret ?? '',
          ...(observability && {
            alertmanager: {
              hostport: observability.alertmanagerUrl,
              endpoint: '/api/v2/alerts',
              minimumpriority: 'error',
            },
            loki: { hostport: observability.logsUrl, format: 'json' },
          }),
        },
      },
    });
    this.verifiedBy(
      `kubectl -n ${namespace} rollout status deployment/falcosidekick`,
      `kubectl -n ${namespace} logs deployment/falcosidekick --tail 20`,
    );
    this.rolledBackBy(`helm -n ${namespace} rollback ${id}`);
  }
}

const apart = {
  weight: 100,
  podAffinityTerm: {
    topologyKey: 'kubernetes.io/hostname',
    labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'falcosidekick' } },
  },
};
