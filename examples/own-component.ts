// A component of your own in a workflow of the library: OpenCost beside Prometheus.
import type { Construct } from 'constructs';
import {
  type Chart,
  Component,
  type ComponentProps,
  type Environment,
  Namespace,
  type Observability,
  type PlatformApp,
} from 'groundplan';
import { platform } from 'groundplan/stacks';

const openCost: Chart = {
  name: 'opencost',
  repository: 'https://opencost.github.io/opencost-helm-chart',
  version: '2.5.17',
  appVersion: '1.120.1',
  crds: 'none',
};

interface OpenCostProps extends ComponentProps {
  /** Metrics to compute costs from. */
  readonly observability: Observability;
}

/** What each namespace costs, from the prices of its nodes. */
class OpenCost extends Component {
  constructor(scope: Construct, id: string, props: OpenCostProps) {
    super(scope, id, { purpose: 'computes what each namespace costs', ...props });
    const exporter = this.podsOf('exporter', { cpu: '20m', memory: '96Mi' });
    const { hostname, port } = new URL(props.observability.metricsUrl);
    const [serviceName, namespaceName] = hostname.split('.');
    this.release({
      chart: openCost,
      values: {
        opencost: {
          prometheus: { internal: { serviceName, namespaceName, port: Number(port) } },
          exporter: { resources: exporter.resources },
          metrics: { serviceMonitor: { enabled: true } },
          ui: { enabled: false },
          mcp: { enabled: false },
        },
      },
    });
    this.verifiedBy(`kubectl -n ${props.namespace.name} rollout status deployment/opencost`);
  }
}

export function build(app: PlatformApp, environment: Environment): void {
  const { observability } = platform(app, environment);
  if (!observability) return;
  // Pods beside Prometheus may reach it; from another namespace a network policy would have to let them.
  new OpenCost(observability, 'opencost', { namespace: Namespace.existing(observability.namespace), observability });
}
