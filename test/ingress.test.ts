import type { Construct } from 'constructs';
import { dev, prod, staging } from '../environments';
import { Component, type CustomResource, type EnvironmentFacts, type Route, type RouteProps } from '../lib';
import type { Gateway } from '../lib/ingress';
import { Namespace } from '../lib/providers/namespace';
import { type SynthesizedEnvironment, synthEnvironment } from '../lib/testing';
import { FoundationStack } from '../stacks/foundation';
import { type IngressProps, IngressStack } from '../stacks/ingress';

let stack: IngressStack;

function built(facts: EnvironmentFacts, props: Partial<IngressProps> = {}): SynthesizedEnvironment {
  return synthEnvironment((app, environment) => {
    const foundation = new FoundationStack(app, { environment });
    stack = new IngressStack(app, { environment, foundation, ...props });
  }, facts);
}

const cloudflare: EnvironmentFacts = { ...dev, domain: { provider: 'cloudflare', name: 'dev.ecotrack.example' } };

const inDev = built(dev);
const inStaging = built(staging);
const inProd = built(prod);
const atCloudflare = built(cloudflare);

const custom = (environment: SynthesizedEnvironment, kind: string, name: string): CustomResource => {
  const found = environment.customResources.filter((each) => each.kind === kind && each.metadata.name === name);
  if (found.length !== 1) throw new Error(`${found.length} of ${kind} ${name}`);
  return found[0] as CustomResource;
};

function statements(environment: SynthesizedEnvironment, component: string) {
  const address = environment.graph
    .ofType('aws_iam_role_policy')
    .find((candidate) => candidate.includes(`.${component}_identity_policy_`));
  return (JSON.parse(environment.body(address ?? '').policy as string) as { Statement: object[] }).Statement;
}

const isBefore = (environment: SynthesizedEnvironment, first: string, second: string) =>
  environment.graph.isBefore(environment.release(first).address, environment.release(second).address);

describe('order', () => {
  test.each(['cert-manager', 'external-dns', 'emissary', 'emissary-crds', 'issuers-acme'])(
    '%s waits for nodes and for the webhook that sees every service',
    (name) => {
      for (const service of ['karpenter-nodes', 'load-balancer-controller', 'metrics-server'])
        expect(isBefore(inDev, service, name)).toBe(true);
    },
  );

  test('issuers come after cert-manager, the certificate of the gateway after the issuers', () => {
    expect(isBefore(inDev, 'cert-manager', 'issuers-acme')).toBe(true);
    expect(isBefore(inDev, 'issuers-acme', 'emissary-gateway')).toBe(true);
    expect(isBefore(inDev, 'issuers-internal', 'emissary-gateway')).toBe(true);
  });

  test('the gateway comes after its definitions and before what it serves', () => {
    expect(isBefore(inDev, 'emissary-crds', 'emissary')).toBe(true);
    expect(isBefore(inDev, 'emissary', 'emissary-gateway')).toBe(true);
  });

  test('its load balancer and record go while their controllers are there', () => {
    expect(isBefore(inDev, 'external-dns', 'emissary')).toBe(true);
    expect(isBefore(inDev, 'load-balancer-controller', 'emissary')).toBe(true);
  });

  test('pods get their permissions before they start', () => {
    for (const name of ['cert-manager', 'external-dns'])
      expect(inDev.graph.reaches(inDev.release(name).address, 'aws_eks_pod_identity_association')).toBe(true);
  });
});

describe('namespaces', () => {
  const policy = (environment: SynthesizedEnvironment, namespace: string, name: string) =>
    environment.customResources.find(
      ({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.namespace === namespace && metadata.name === name,
    )?.spec as { ingress: { from: object[]; ports?: object[] }[] };

  test('enforce the restricted level', () => {
    const levels = inDev.resources('kubernetes_namespace_v1').map(({ metadata }) => {
      const { name, labels } = metadata as { name: string; labels: Record<string, string> };
      return [name, labels['pod-security.kubernetes.io/enforce']];
    });
    expect(Object.fromEntries(levels)).toEqual({
      'cert-manager': 'restricted',
      'external-dns': 'restricted',
      emissary: 'restricted',
    });
  });

  test('let the control plane reach the webhook of cert-manager, and the load balancer the gateway', () => {
    expect(policy(inDev, 'cert-manager', 'incoming').ingress).toContainEqual({
      from: [{ ipBlock: { cidr: '10.0.0.0/16' } }],
      ports: [{ protocol: 'TCP', port: 10250 }],
    });
    expect(policy(inDev, 'emissary', 'incoming').ingress).toContainEqual({
      from: [{ ipBlock: { cidr: '10.0.0.0/16' } }],
      ports: [
        { protocol: 'TCP', port: 8080 },
        { protocol: 'TCP', port: 8443 },
      ],
    });
    expect(policy(inDev, 'external-dns', 'incoming').ingress.flatMap(({ ports = [] }) => ports)).toEqual([]);
  });
});

describe('cert-manager', () => {
  test('brings its definitions and keeps them', () => {
    expect(inDev.release('cert-manager').values).toMatchObject({
      crds: { enabled: true, keep: true },
      startupapicheck: { timeout: '5m' },
      prometheus: { servicemonitor: { enabled: true } },
    });
  });

  test.each([
    ['dev', inDev, [1, 1, 1], false],
    ['staging', inStaging, [2, 3, 2], true],
    ['prod', inProd, [2, 3, 2], true],
  ])('runs as often as %s needs it', (_, environment, replicas, protectedByBudget) => {
    type Part = { replicaCount: number; podDisruptionBudget: object };
    const values = environment.release('cert-manager').values as unknown as Part & { webhook: Part; cainjector: Part };
    const parts = [values, values.webhook, values.cainjector];
    expect(parts.map(({ replicaCount }) => replicaCount)).toEqual(replicas);
    for (const { podDisruptionBudget } of parts)
      expect(podDisruptionBudget).toMatchObject({ enabled: protectedByBudget });
  });

  test('may write the records of challenges into one zone', () => {
    expect(statements(inDev, 'cert-manager')).toEqual([
      { Effect: 'Allow', Action: ['route53:GetChange'], Resource: ['arn:aws:route53:::change/*'] },
      {
        Effect: 'Allow',
        Action: ['route53:ListResourceRecordSets'],
        Resource: ['arn:aws:route53:::hostedzone/Z0123456789DEV'],
      },
      {
        Effect: 'Allow',
        Action: ['route53:ChangeResourceRecordSets'],
        Resource: ['arn:aws:route53:::hostedzone/Z0123456789DEV'],
        Condition: { 'ForAllValues:StringEquals': { 'route53:ChangeResourceRecordSetsRecordTypes': ['TXT'] } },
      },
    ]);
  });

  test('can be in the cluster already', () => {
    const environment = built(dev, { certManager: false });
    expect(environment.releases.map(({ name }) => name)).not.toContain('cert-manager');
    expect(custom(environment, 'ClusterIssuer', 'letsencrypt-prod')).toBeDefined();
  });
});

describe('issuers', () => {
  test.each([
    ['letsencrypt-staging', 'https://acme-staging-v02.api.letsencrypt.org/directory'],
    ['letsencrypt-prod', 'https://acme-v02.api.letsencrypt.org/directory'],
  ])('%s proves the domain through Route 53', (name, server) => {
    expect(custom(inDev, 'ClusterIssuer', name).spec).toEqual({
      acme: {
        server,
        email: 'platform@ecotrack.example',
        privateKeySecretRef: { name },
        solvers: [
          {
            selector: { dnsZones: ['dev.ecotrack.example'] },
            dns01: { route53: { region: 'us-east-1', hostedZoneID: 'Z0123456789DEV' } },
          },
        ],
      },
    });
  });

  test('prove it through Cloudflare with the token of a secret', () => {
    expect(custom(atCloudflare, 'ClusterIssuer', 'letsencrypt-prod').spec).toMatchObject({
      acme: {
        solvers: [{ dns01: { cloudflare: { apiTokenSecretRef: { name: 'cloudflare-api-token', key: 'token' } } } }],
      },
    });
  });

  test('have an authority of their own for names inside the cluster', () => {
    expect(stack.internalIssuer).toBe('internal');
    expect(custom(inDev, 'ClusterIssuer', 'internal').spec).toEqual({ ca: { secretName: 'internal-root' } });
    expect(custom(inDev, 'Certificate', 'internal-root')).toMatchObject({
      metadata: { namespace: 'cert-manager' },
      spec: { isCA: true, secretName: 'internal-root', issuerRef: { name: 'selfsigned', kind: 'ClusterIssuer' } },
    });
    expect(custom(inDev, 'ClusterIssuer', 'selfsigned').spec).toEqual({ selfSigned: {} });
  });
});

describe('external-dns', () => {
  test('marks its records with the name of the cluster and stays inside the domain', () => {
    expect(inDev.release('external-dns').values).toMatchObject({
      provider: { name: 'aws' },
      registry: 'txt',
      txtOwnerId: 'ecotrack-dev-cluster',
      domainFilters: ['dev.ecotrack.example'],
      annotationPrefix: 'external-dns.alpha.kubernetes.io/',
      extraArgs: { 'zone-id-filter': 'Z0123456789DEV', 'txt-wildcard-replacement': 'any' },
    });
  });

  test('deletes records only where deletion is not protected', () => {
    expect([inDev, inStaging, inProd].map((each) => each.release('external-dns').values.policy)).toEqual([
      'sync',
      'upsert-only',
      'upsert-only',
    ]);
    const environment = built(prod, { externalDns: { policy: 'sync', sources: ['service'] } });
    expect(environment.release('external-dns').values).toMatchObject({ policy: 'sync', sources: ['service'] });
  });

  test('may change one zone', () => {
    expect(statements(inDev, 'external-dns')).toEqual([
      {
        Effect: 'Allow',
        Action: ['route53:ChangeResourceRecordSets', 'route53:ListResourceRecordSets'],
        Resource: ['arn:aws:route53:::hostedzone/Z0123456789DEV'],
      },
      { Effect: 'Allow', Action: ['route53:ListHostedZones'], Resource: ['*'] },
    ]);
  });

  test('reads the token of Cloudflare from a secret and needs nothing from AWS', () => {
    expect(atCloudflare.release('external-dns').values).toMatchObject({
      provider: { name: 'cloudflare' },
      env: [{ name: 'CF_API_TOKEN', valueFrom: { secretKeyRef: { name: 'cloudflare-api-token', key: 'token' } } }],
    });
    const accounts = atCloudflare.resources('aws_eks_pod_identity_association').map(({ namespace }) => namespace);
    expect(accounts).toEqual(['kube-system', 'kube-system']);
  });

  test('can be left out', () => {
    expect(built(dev, { externalDns: false }).releases.map(({ name }) => name)).not.toContain('external-dns');
  });
});

describe('gateway', () => {
  const values = (environment: SynthesizedEnvironment) =>
    environment.release('emissary').values as Record<string, never>;
  const balancer = (setting: string) => `service.beta.kubernetes.io/aws-load-balancer-${setting}`;

  test('is behind a network load balancer with pods as targets, under every name of the domain', () => {
    expect(values(inDev).service).toMatchObject({
      type: 'LoadBalancer',
      annotations: {
        [balancer('type')]: 'external',
        [balancer('nlb-target-type')]: 'ip',
        [balancer('scheme')]: 'internet-facing',
        [balancer('proxy-protocol')]: '*',
        'external-dns.alpha.kubernetes.io/hostname': '*.dev.ecotrack.example',
      },
    });
  });

  test('can be private and limited to ranges', () => {
    const environment = built(dev, { gateway: { scheme: 'internal', allowedRanges: ['10.0.0.0/8'] } });
    expect(values(environment).service).toMatchObject({
      annotations: { [balancer('scheme')]: 'internal' },
      loadBalancerSourceRanges: ['10.0.0.0/8'],
    });
  });

  test('listens where the load balancer sends to, in its protocol', () => {
    expect(custom(inDev, 'Listener', 'http').spec).toMatchObject({ port: 8080, protocol: 'HTTPPROXY' });
    expect(custom(inDev, 'Listener', 'https').spec).toMatchObject({ port: 8443, protocol: 'HTTPSPROXY' });
  });

  test('has one certificate for all names and sends HTTP to HTTPS', () => {
    expect(custom(inDev, 'Certificate', 'gateway')).toMatchObject({
      metadata: { namespace: 'emissary' },
      spec: {
        secretName: 'gateway-certificate',
        dnsNames: ['dev.ecotrack.example', '*.dev.ecotrack.example'],
        issuerRef: { kind: 'ClusterIssuer', name: 'letsencrypt-prod' },
      },
    });
    expect(custom(inDev, 'Host', 'gateway').spec).toMatchObject({
      hostname: '*.dev.ecotrack.example',
      tlsSecret: { name: 'gateway-certificate' },
      tls: { min_tls_version: 'v1.2' },
      requestPolicy: { insecure: { action: 'Redirect' } },
      acmeProvider: { authority: 'none' },
    });
    const practice = built(dev, { gateway: { issuer: 'letsencrypt-staging' } });
    expect(custom(practice, 'Certificate', 'gateway').spec).toMatchObject({
      issuerRef: { name: 'letsencrypt-staging' },
    });
  });

  test('fits a restricted namespace', () => {
    expect(values(inDev).security).toEqual({
      podSecurityContext: { runAsUser: 8888, runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containerSecurityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
      },
    });
  });

  test.each([
    ['dev', inDev, 1, false],
    ['staging', inStaging, 2, true],
    ['prod', inProd, 3, true],
  ])('runs as often as %s needs it', (_, environment, replicas, protectedByBudget) => {
    expect(values(environment).replicaCount).toBe(replicas);
    expect('podDisruptionBudget' in values(environment)).toBe(protectedByBudget);
  });

  test('shows its diagnostics to nobody and needs no conversion webhook', () => {
    expect(values(inDev).module).toEqual({ diagnostics: { enabled: false } });
    expect(inDev.release('emissary-crds').values).toMatchObject({ enableLegacyVersions: false, enableV1: false });
  });
});

describe('handle', () => {
  const props = { name: 'grafana', namespace: 'monitoring', service: 'grafana', port: 80 };

  test('routes a name under the domain to a service', () => {
    built(dev);
    expect(stack.route(props)).toEqual({
      host: 'grafana.dev.ecotrack.example',
      url: 'https://grafana.dev.ecotrack.example',
      resources: [
        {
          apiVersion: 'getambassador.io/v3alpha1',
          kind: 'Mapping',
          metadata: { name: 'grafana', namespace: 'monitoring' },
          spec: {
            hostname: 'grafana.dev.ecotrack.example',
            prefix: '/',
            service: 'grafana.monitoring:80',
            timeout_ms: 30_000,
            allow_upgrade: ['websocket'],
          },
        },
      ],
    });
  });

  test('names issuers and the namespace that network policies admit', () => {
    expect(stack).toMatchObject({
      issuer: 'letsencrypt-prod',
      internalIssuer: 'internal',
      gatewayNamespace: 'emissary',
    });
    const awaited = stack.awaited.map(({ node }) => node.id);
    expect(awaited).toEqual(['cluster-services', 'cert-manager', 'issuers', 'external-dns', 'emissary']);
  });

  test('routes through another gateway where a team has one', () => {
    class OwnGateway extends Component implements Gateway {
      constructor(scope: Construct) {
        super(scope, 'own-gateway', {
          purpose: 'routes requests in a way of our own',
          namespace: Namespace.existing('emissary'),
        });
      }
      route({ name }: RouteProps): Route {
        return { host: `${name}.own.example`, url: `https://${name}.own.example`, resources: [] };
      }
    }
    const environment = built(dev, { gateway: (scope) => new OwnGateway(scope) });
    expect(stack.route(props).url).toBe('https://grafana.own.example');
    expect(environment.releases.map(({ name }) => name)).not.toContain('emissary');
  });
});

test('every component says how to check it and how to go back', () => {
  const components = inDev.components.filter(({ stack: of }) => of.workflow.id === 'ingress');
  expect(components.filter(({ checks }) => checks.length === 0).map(({ node }) => node.id)).toEqual([]);
  const without = components.filter(({ rollbacks }) => rollbacks.length === 0).map(({ node }) => node.id);
  expect(without).toEqual(['shared-crds']);
});
