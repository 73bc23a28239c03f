import type { Construct } from 'constructs';
import type { Foundation, Ingress } from '../lib/core/handles';
import { Workflow } from '../lib/core/workflow';
import { WorkflowStack, type WorkflowStackProps } from '../lib/core/workflow-stack';
import { Loki } from '../lib/observability/loki';
import { Namespace } from '../lib/providers/namespace';

export interface ObservabilityProps extends WorkflowStackProps {
  readonly foundation: Foundation;
  readonly ingress: Ingress;
}

/** Workflow 3: metrics, logs and traces. */
export class ObservabilityStack extends WorkflowStack {
  constructor(scope: Construct, props: ObservabilityProps) {
    super(scope, Workflow.OBSERVABILITY, props);
    const { foundation } = props;
    const namespace = new Namespace(this, 'monitoring', { podSecurity: 'privileged' });
    new Loki(this, 'loki', { namespace, foundation });
  }
}
