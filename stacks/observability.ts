import type { Construct } from 'constructs';
import { type Choice, chosen, type Replaceable } from '../lib/core/choice';
import type { Component } from '../lib/core/component';
import type { Foundation, Ingress, Observability } from '../lib/core/handles';
import { namespaces } from '../lib/core/namespaces';
import { Workflow } from '../lib/core/workflow';
import { WorkflowStack, type WorkflowStackProps } from '../lib/core/workflow-stack';
import { AlertRules, type AlertRulesProps } from '../lib/observability/alert-rules';
import { Alloy, type AlloyProps } from '../lib/observability/alloy';
import { Collector, type CollectorProps, type TelemetryIntake } from '../lib/observability/collector';
import { type Dashboards, Grafana, type GrafanaProps } from '../lib/observability/grafana';
import { Instrumentation, type InstrumentationProps } from '../lib/observability/instrumentation';
import { type LogStore, Loki, type LokiProps } from '../lib/observability/loki';
import { type MetricsStore, Mimir, type MimirProps } from '../lib/observability/mimir';
import { OpenTelemetry, type OpenTelemetryProps } from '../lib/observability/opentelemetry';
import { type Metrics, Prometheus, type PrometheusProps } from '../lib/observability/prometheus';
import { Tempo, type TempoProps, type TraceStore } from '../lib/observability/tempo';
import { Namespace } from '../lib/providers/namespace';

export interface ObservabilityProps extends WorkflowStackProps {
  /** Cluster, key and storage class. */
  readonly foundation: Foundation;
  /** Certificates of webhooks, and the route to Grafana. */
  readonly ingress: Ingress;
  /**
   * Namespaces of your own whose pods may read from the stores. Sending telemetry over OTLP is open to all.
   *
   * @default - none besides those of the other workflows
   */
  readonly clients?: readonly string[];
  /**
   * Keeps metrics in S3.
   *
   * @default - Mimir; in small environments nothing: Prometheus keeps them all
   */
  readonly mimir?: Choice<MetricsStore, MimirProps>;
  /** @default - Prometheus with its operator, Alertmanager and exporters */
  readonly prometheus?: Replaceable<Metrics, PrometheusProps>;
  /** @default - Loki on S3 */
  readonly loki?: Replaceable<LogStore, LokiProps>;
  /** @default - Tempo on S3 */
  readonly tempo?: Replaceable<TraceStore, TempoProps>;
  /** @default - Alloy ships logs of pods and events of the cluster */
  readonly alloy?: Choice<Component, AlloyProps>;
  /** @default - the operator of OpenTelemetry */
  readonly openTelemetry?: Replaceable<Component, OpenTelemetryProps>;
  /** @default - a collector that the operator runs */
  readonly collector?: Replaceable<TelemetryIntake, CollectorProps>;
  /** @default - Java applications are instrumented on request */
  readonly instrumentation?: Choice<Component, InstrumentationProps>;
  /** @default - Grafana at `grafana.<domain>` */
  readonly grafana?: Replaceable<Dashboards, GrafanaProps>;
  /** @default - alerts on the limits and objectives of the environment */
  readonly alertRules?: Choice<Component, AlertRulesProps>;
}

/** Namespaces of other workflows that read metrics or push events; the gateway leads to Grafana. */
const clients = [namespaces.gateway, namespaces.mesh, 'kiali-operator', 'argo-rollouts', 'falco'];

/** What every component of the stack may need. */
interface Common {
  readonly namespace: Namespace;
  readonly foundation: Foundation;
  readonly ingress: Ingress;
}

interface Stores {
  readonly mimir?: MetricsStore;
  readonly prometheus: Metrics;
  readonly loki: LogStore;
  readonly tempo: TraceStore;
}

/**
 * Workflow 3: metrics, logs and traces. Stores come first, then what feeds them, then what people look at.
 *
 * Agents that look into nodes have a namespace of their own, so that everything else runs under the strictest level.
 */
export class ObservabilityStack extends WorkflowStack implements Observability {
  readonly namespace: string;
  readonly metricsUrl: string;
  readonly alertmanagerUrl: string;
  readonly logsUrl: string;
  readonly tracesUrl: string;
  readonly otlpGrpc: string;
  readonly otlpHttp: string;
  readonly grafanaUrl: string;
  readonly grafanaPublicUrl: string;

  constructor(scope: Construct, props: ObservabilityProps) {
    super(scope, Workflow.OBSERVABILITY, props);
    const { foundation, ingress } = props;
    const agents = new Namespace(this, 'monitoring-agents', { podSecurity: 'privileged' });
    const namespace = new Namespace(this, namespaces.monitoring, {
      podSecurity: 'restricted',
      admits: {
        namespaces: [agents.name, ...clients, ...(props.clients ?? [])],
        webhooks: [9443, 10250],
        everyone: [4317, 4318],
      },
    });
    const common = { namespace, foundation, ingress };
    const stores = this.stores(props, common, agents);
    const collector = this.feeds(props, common, agents, stores);
    const grafana = this.views(props, common, stores);

    this.namespace = namespace.name;
    this.metricsUrl = stores.prometheus.url;
    this.alertmanagerUrl = stores.prometheus.alertmanagerUrl;
    this.logsUrl = stores.loki.url;
    this.tracesUrl = stores.tempo.url;
    this.otlpGrpc = collector.otlpGrpc;
    this.otlpHttp = collector.otlpHttp;
    this.grafanaUrl = grafana.url;
    this.grafanaPublicUrl = grafana.publicUrl;
  }

  private stores(props: ObservabilityProps, common: Common, agents: Namespace): Stores {
    // A small environment keeps little for a short time; eight more kinds of process would not pay.
    const keepsLong = props.mimir ?? (this.environment.facts.size === 'small' ? false : undefined);
    const mimir = chosen(this, keepsLong, (changes) => new Mimir(this, 'mimir', { ...common, ...changes }));
    const prometheus = chosen(
      this,
      props.prometheus,
      (changes) => new Prometheus(this, 'prometheus', { ...common, agents, remoteWrite: mimir, ...changes }),
    );
    const loki = chosen(this, props.loki, (changes) => new Loki(this, 'loki', { ...common, ...changes }));
    const tempo = chosen(
      this,
      props.tempo,
      (changes) => new Tempo(this, 'tempo', { ...common, spanMetrics: prometheus, ...changes }),
    );
    return { mimir, prometheus, loki, tempo };
  }

  private feeds(props: ObservabilityProps, common: Common, agents: Namespace, stores: Stores): TelemetryIntake {
    const { loki: logs, tempo: traces, prometheus: metrics } = stores;
    const { cluster } = props.foundation;
    chosen(this, props.alloy, (changes) => new Alloy(this, 'alloy', { namespace: agents, cluster, logs, ...changes }));
    const operator = chosen(
      this,
      props.openTelemetry,
      (changes) => new OpenTelemetry(this, 'opentelemetry', { ...common, ...changes }),
    );
    const collector = chosen(
      this,
      props.collector,
      (changes) => new Collector(this, 'collector', { ...common, operator, traces, logs, metrics, ...changes }),
    );
    chosen(
      this,
      props.instrumentation,
      (changes) => new Instrumentation(this, 'instrumentation', { ...common, operator, collector, ...changes }),
    );
    return collector;
  }

  private views(props: ObservabilityProps, common: Common, stores: Stores): Dashboards {
    const sources = { metrics: stores.prometheus, logs: stores.loki, traces: stores.tempo, history: stores.mimir };
    chosen(
      this,
      props.alertRules,
      (changes) => new AlertRules(this, 'alert-rules', { ...common, evaluator: stores.prometheus, ...changes }),
    );
    return chosen(this, props.grafana, (changes) => new Grafana(this, 'grafana', { ...common, sources, ...changes }));
  }
}
