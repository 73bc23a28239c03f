import type { Construct } from 'constructs';
import { dev, prod, staging } from '../environments';
import { Component, type ComponentProps, type EnvironmentFacts, Namespace, Percent } from '../lib';
import { meshSidecar } from '../lib/core/mesh-sidecar';
import { type SynthesizedEnvironment, synthEnvironment } from '../lib/testing';
import { FoundationStack } from '../stacks/foundation';
import { type MeshProps, MeshStack } from '../stacks/mesh';
import { ingress, observability } from './support/handles';

function mesh(
  facts: EnvironmentFacts,
  props: Partial<MeshProps> = {},
  more: (stack: MeshStack) => void = () => undefined,
): SynthesizedEnvironment {
  return synthEnvironment((app, environment) => {
    const foundation = new FoundationStack(app, { environment });
    more(new MeshStack(app, { environment, foundation, ingress, observability, ...props }));
  }, facts);
}

const ambient: EnvironmentFacts = { ...dev, mesh: { mode: 'ambient', tracing: Percent.of(5) } };
const inDev = mesh(dev);
const inStaging = mesh(staging);
const inProd = mesh(prod);
const inAmbient = mesh(ambient);

function resource(environment: SynthesizedEnvironment, kind: string, name: string) {
  const found = environment.customResources.filter((each) => each.kind === kind && each.metadata.name === name);
  expect(found).toHaveLength(1);
  return found[0] as (typeof found)[number];
}

/** Requests of the workflow besides the agents on the nodes. */
function requests(environment: SynthesizedEnvironment) {
  const pods = environment.components.filter(({ workflow }) => workflow.id === 'mesh').flatMap((each) => each.pods);
  const total = (pick: (each: (typeof pods)[number]) => number) =>
    pods.filter(({ perNode }) => !perNode).reduce((sum, each) => sum + each.replicas * pick(each), 0);
  return { cpu: total(({ cpu }) => cpu), memory: total(({ memory }) => memory) };
}

describe('order', () => {
  const precedes = (environment: SynthesizedEnvironment, first: string, second: string) =>
    environment.graph.isBefore(environment.release(first).address, environment.release(second).address);

  test.each([
    ['istio-base', 'istiod'],
    ['istiod', 'istio-cni'],
    ['istio-cni', 'istio-gateway'],
    ['istiod', 'mesh-policies-defaults'],
    ['istio-gateway', 'istio-gateway-listener'],
    ['istiod', 'kiali'],
    ['kiali', 'kiali-server'],
  ])('%s comes before %s', (first, second) => {
    expect(precedes(inDev, first, second)).toBe(true);
  });

  test('ztunnel exists in ambient mode only, between redirection and gateway', () => {
    expect(inDev.releases.map(({ name }) => name)).not.toContain('ztunnel');
    expect(precedes(inAmbient, 'istio-cni', 'ztunnel')).toBe(true);
    expect(precedes(inAmbient, 'ztunnel', 'istio-gateway')).toBe(true);
  });
});

describe('modes', () => {
  test('namespaces join by the label of the mode', () => {
    const labels: Record<string, unknown> = {};
    for (const facts of [dev, ambient]) mesh(facts, {}, (stack) => Object.assign(labels, stack.namespaceLabels));
    expect(labels).toEqual({ 'istio-injection': 'enabled', 'istio.io/dataplane-mode': 'ambient' });
  });

  test('ambient mode reaches every chart, and istiod trusts the agents where they run', () => {
    expect(inAmbient.release('istiod').values).toMatchObject({
      profile: 'ambient',
      trustedZtunnelNamespace: inAmbient.release('ztunnel').namespace,
    });
    expect(inAmbient.release('istio-cni').values).toMatchObject({ profile: 'ambient' });
    expect(inAmbient.release('ztunnel').values).toMatchObject({ istioNamespace: 'istio-system' });
    expect(inDev.release('istiod').values).not.toHaveProperty('profile');
  });

  test('a pod in the mesh asks for a proxy in sidecar mode, and for nothing more in ambient mode', () => {
    const rowIn = (facts: EnvironmentFacts) =>
      mesh(facts, {}, (stack) => {
        const labels = stack.namespaceLabels;
        new Web(stack, 'web', { namespace: new Namespace(stack, 'shop', { podSecurity: 'restricted', labels }) });
      }).capacity.rows.find(({ component }) => component === 'web');
    expect(rowIn(dev)).toMatchObject({ cpu: 2 * (100 + 50), memory: 2 * (128 + 64), pods: 2 });
    expect(rowIn(ambient)).toMatchObject({ cpu: 200, memory: 256, pods: 2 });
  });
});

/** A service of a team, with two pods. */
class Web extends Component {
  constructor(scope: Construct, id: string, props: ComponentProps) {
    super(scope, id, { purpose: 'answers requests of customers', ...props });
    this.podsOf('web', { replicas: 2, cpu: '100m', memory: '128Mi' });
  }
}

describe('control plane', () => {
  test('injects the proxy that the capacity table counts, without a CPU limit', () => {
    const { global } = inDev.release('istiod').values as { global: { proxy: { resources: unknown } } };
    expect(global.proxy.resources).toEqual({
      requests: { cpu: meshSidecar.cpu, memory: meshSidecar.memory },
      limits: { cpu: null, memory: meshSidecar.memoryLimit },
    });
  });

  test('adds proxies that restricted namespaces accept and that let jobs end', () => {
    expect(inProd.release('istiod').values).toMatchObject({
      cni: { enabled: true },
      env: { ENABLE_NATIVE_SIDECARS: 'true' },
      global: { proxy: { seccompProfile: { type: 'RuntimeDefault' } } },
      meshConfig: { defaultConfig: { holdApplicationUntilProxyStarts: true, concurrency: 2 } },
    });
  });

  test('sends spans to the collector of the observability handle', () => {
    expect(inDev.release('istiod').values).toMatchObject({
      meshConfig: {
        extensionProviders: [
          { name: 'otel', opentelemetry: { service: 'collector.monitoring.svc.cluster.local', port: 4317 } },
        ],
      },
    });
  });

  test('survives the loss of a node where the environment is not small', () => {
    expect(inDev.release('istiod').values).toMatchObject({ autoscaleEnabled: false, replicaCount: 1 });
    expect(inStaging.release('istiod').values).toMatchObject({ autoscaleMin: 2, autoscaleMax: 5 });
    expect(inProd.release('istiod').values).toMatchObject({ autoscaleMin: 3, pdb: { minAvailable: 1 } });
    expect(inProd.release('istio-gateway').values).toMatchObject({
      autoscaling: { enabled: true, minReplicas: 3 },
      podDisruptionBudget: { minAvailable: 1 },
    });
  });

  test('lets pods call the outside unless only registered hosts are wanted', () => {
    const registered = mesh(dev, { istiod: { egress: 'registered' } });
    const policy = (mode: string) => ({ meshConfig: { outboundTrafficPolicy: { mode } } });
    expect(inDev.release('istiod').values).toMatchObject(policy('ALLOW_ANY'));
    expect(registered.release('istiod').values).toMatchObject(policy('REGISTRY_ONLY'));
  });

  test('no Istio value hides under the key that the charts reserve', () => {
    const hidden = inAmbient.releases.filter(({ values }) => '_internal_defaults_do_not_set' in values);
    expect(hidden).toEqual([]);
  });
});

describe('policies', () => {
  test('mutual TLS is required in the whole mesh', () => {
    expect(resource(inDev, 'PeerAuthentication', 'default')).toMatchObject({
      metadata: { namespace: 'istio-system' },
      spec: { mtls: { mode: 'STRICT' } },
    });
  });

  test('no rule forces TLS on services outside the mesh', () => {
    expect(inDev.customResources.map(({ kind }) => kind)).not.toContain('DestinationRule');
  });

  test('metrics leave injected pods beside mutual TLS', () => {
    const monitor = resource(inDev, 'PodMonitor', 'istio-proxies');
    expect(JSON.stringify(monitor)).toContain('$1:15020');
    expect(monitor).toMatchObject({ spec: { namespaceSelector: { any: true } } });
    expect(inDev.release('istiod').values).toMatchObject({ meshConfig: { enablePrometheusMerge: true } });
  });

  test('an exception opens the named ports and nothing else', () => {
    const plainPorts = [{ namespace: 'data', labels: { app: 'orders-db' }, ports: [9187] }];
    const exception = resource(mesh(dev, { policies: { plainPorts } }), 'PeerAuthentication', 'orders-db-plain-ports');
    expect(exception.spec).toEqual({
      selector: { matchLabels: { app: 'orders-db' } },
      mtls: { mode: 'STRICT' },
      portLevelMtls: { 9187: { mode: 'PERMISSIVE' } },
    });
  });

  test.each([
    ['dev', inDev, 100, { providers: [{ name: 'envoy' }] }],
    ['staging', inStaging, 50, { providers: [{ name: 'envoy' }], filter: { expression: 'response.code >= 400' } }],
    ['prod', inProd, 10, { providers: [{ name: 'envoy' }], filter: { expression: 'response.code >= 500' } }],
  ])('%s samples and logs as its facts say', (_, environment, percentage, logs) => {
    expect(resource(environment, 'Telemetry', 'default').spec).toEqual({
      tracing: [{ providers: [{ name: 'otel' }], randomSamplingPercentage: percentage }],
      accessLogging: [logs],
    });
  });

  test('access logs can be turned off', () => {
    const quiet = mesh(prod, { policies: { accessLogs: 'none', tracing: Percent.of(1) } });
    expect(resource(quiet, 'Telemetry', 'default').spec).toMatchObject({
      tracing: [{ randomSamplingPercentage: 1 }],
      accessLogging: [{ disabled: true }],
    });
  });

  test('alerts take their thresholds from the environment', () => {
    const rules = JSON.stringify(resource(inProd, 'PrometheusRule', 'mesh'));
    expect(rules).toContain('> 0.005"');
    expect(rules).toContain('> 1000"');
  });
});

describe('gateway', () => {
  test('listens where its own pods are selected, for the ingress alone', () => {
    const { labels, service } = inDev.release('istio-gateway').values as {
      labels: object;
      service: { type: string; ports: { port: number }[] };
    };
    const listener = resource(inDev, 'Gateway', 'mesh').spec as { selector: object; servers: { port: object }[] };
    expect(listener.selector).toEqual(labels);
    expect(service.type).toBe('ClusterIP');
    expect(service.ports.map(({ port }) => port)).toContain(80);
    expect(listener.servers[0]?.port).toMatchObject({ number: 80 });
    const policies = JSON.stringify(inDev.release('istio-ingress-network-policies').values);
    expect(policies).toContain('"emissary"');
  });

  test('is handed over as a target of routes', () => {
    mesh(dev, {}, ({ gateway }) =>
      expect(gateway).toEqual({ namespace: 'istio-ingress', service: 'istio-gateway', port: 80 }),
    );
    mesh(dev, { gateway: false }, ({ gateway }) => expect(gateway).toBeUndefined());
  });

  test('gets an internal load balancer on demand, never a public one', () => {
    const exposed = mesh(prod, { gateway: { exposure: 'vpc' } });
    expect(exposed.release('istio-gateway').values).toMatchObject({
      service: {
        type: 'LoadBalancer',
        annotations: { 'service.beta.kubernetes.io/aws-load-balancer-scheme': 'internal' },
      },
    });
    expect(resource(exposed, 'NetworkPolicy', 'load-balancer')).toMatchObject({
      spec: { ingress: [{ from: [{ ipBlock: { cidr: '10.2.0.0/16' } }] }] },
    });
  });
});

describe('Kiali', () => {
  const spec = resource(inProd, 'Kiali', 'kiali').spec as Record<string, Record<string, unknown>>;

  test('asks for a login, only looks, and leaves its signing key to the operator', () => {
    expect(spec.auth).toEqual({ strategy: 'token' });
    expect(spec.deployment).toMatchObject({ view_only_mode: true, replicas: 2 });
    expect(spec).not.toHaveProperty('login_token');
  });

  test('reads metrics and traces of the observability handle and links to its Grafana', () => {
    expect(spec.external_services).toMatchObject({
      prometheus: { url: observability.metricsUrl },
      grafana: { internal_url: observability.grafanaUrl, external_url: observability.grafanaPublicUrl },
      tracing: { enabled: true, provider: 'tempo', internal_url: observability.tracesUrl },
    });
  });

  test('is served at the root of its own name', () => {
    expect(spec.server).toMatchObject({ web_root: '/', web_fqdn: 'kiali.example.com' });
    expect(resource(inProd, 'Mapping', 'kiali').metadata.namespace).toBe(inProd.release('kiali').namespace);
  });

  test('runs with the figures of the capacity table', () => {
    const server = inProd.component('kiali').pods.find(({ name }) => name === 'server');
    expect(spec.deployment?.resources).toEqual(server?.resources);
  });

  test('can be left out', () => {
    const names = mesh(dev, { kiali: false }).releases.map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('kiali'))).toEqual([]);
  });
});

test.each([
  ['small', inDev, 250, 1024],
  ['medium', inStaging, 900, 3 * 1024],
  ['large', inProd, 2000, 6 * 1024],
])('%s stays within its budget', (_, environment, cpu, memory) => {
  const asked = requests(environment);
  expect(asked.cpu).toBeLessThanOrEqual(cpu);
  expect(asked.memory).toBeLessThanOrEqual(memory);
});

test('the key of the mesh lives in a restricted namespace, apart from agents and from what people reach', () => {
  const namespaces = inAmbient.resources('kubernetes_namespace_v1') as { metadata: Record<string, unknown> }[];
  const levels = namespaces.map(({ metadata }) => {
    const { name, labels } = metadata as { name: string; labels: Record<string, string> };
    return [name, labels['pod-security.kubernetes.io/enforce']];
  });
  expect(Object.fromEntries(levels)).toEqual({
    'istio-system': 'restricted',
    'istio-ingress': 'restricted',
    'kiali-operator': 'restricted',
  });
  for (const agent of ['istio-cni', 'ztunnel']) expect(inAmbient.release(agent).namespace).toBe('kube-system');
});
