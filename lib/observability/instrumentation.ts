import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import { Percent } from '../core/units';
import type { TelemetryIntake } from './collector';
import { deployed } from './joined';

export interface InstrumentationProps extends ComponentProps {
  /** Puts the agent into pods. */
  readonly operator: Component;
  /** Where the agents send what they record. */
  readonly collector: TelemetryIntake;
  /**
   * Share of traces that an agent starts recording; a caller that has decided already is followed. Less than everything
   * loses errors, since what is not recorded cannot be kept.
   *
   * @default - everything: the collector decides what is kept, once it knows how the request went
   */
  readonly recorded?: Percent;
}

/** Agent that the operator's version is tested with; older ones miss resource attributes, `latest` moves. */
const javaAgent = 'ghcr.io/open-telemetry/opentelemetry-operator/autoinstrumentation-java:2.30.0';

/**
 * How pods are instrumented that carry the annotation `instrumentation.opentelemetry.io/inject-java: monitoring/java`.
 *
 * @see https://opentelemetry.io/docs/platforms/kubernetes/operator/automatic/
 */
export class Instrumentation extends Component {
  /** Value of the annotation, from every namespace. */
  readonly reference: string;

  constructor(scope: Construct, id: string, props: InstrumentationProps) {
    super(scope, id, { purpose: 'tells the operator how to instrument Java applications', ...props });
    const namespace = props.namespace.name;
    const recorded = props.recorded ?? Percent.of(100);
    this.reference = `${namespace}/java`;
    this.customResources('java', {
      after: deployed(props.operator, props.collector),
      resources: [
        {
          apiVersion: 'opentelemetry.io/v1alpha1',
          kind: 'Instrumentation',
          metadata: { name: 'java', namespace },
          spec: {
            exporter: { endpoint: props.collector.otlpHttp },
            propagators: ['tracecontext', 'baggage', 'b3'],
            sampler: { type: 'parentbased_traceidratio', argument: `${recorded.ratio}` },
            resource: {
              addK8sUIDAttributes: true,
              resourceAttributes: { 'deployment.environment.name': this.environment.name },
            },
            // Log lines come from the standard output of the pod already.
            env: [{ name: 'OTEL_LOGS_EXPORTER', value: 'none' }],
            java: {
              image: javaAgent,
              resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } },
            },
          },
        },
      ],
    });
    this.verifiedBy(`kubectl -n ${namespace} get instrumentation java`);
    this.rolledBackBy(`helm -n ${namespace} rollback ${id}-java`);
    this.handsOver('annotation instrumentation.opentelemetry.io/inject-java', this.reference);
  }
}
