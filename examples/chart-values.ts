// What a chart is given: typed props first; `values`, the last resort, is laid over what the component sets.
import { Days, type Environment, type PlatformApp } from 'groundplan';
import { FoundationStack, IngressStack, ObservabilityStack } from 'groundplan/stacks';

export function build(app: PlatformApp, environment: Environment): void {
  const foundation = new FoundationStack(app, { environment });
  const ingress = new IngressStack(app, { environment, foundation });
  new ObservabilityStack(app, {
    environment,
    foundation,
    ingress,
    prometheus: { keep: Days.of(3), volumeGib: 40 },
    loki: { values: { loki: { limits_config: { max_query_series: 1000 } } } },
  });
}
