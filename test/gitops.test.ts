import { dev, prod, staging } from '../environments';
import { type CustomResource, type EnvironmentFacts, type Observability, Workflow } from '../lib';
import { type SynthesizedEnvironment, synthEnvironment } from '../lib/testing';
import { FoundationStack } from '../stacks/foundation';
import { type GitopsProps, GitopsStack } from '../stacks/gitops';
import { IngressStack } from '../stacks/ingress';

const observability: Observability = {
  namespace: 'monitoring',
  metricsUrl: 'http://metrics.monitoring:9090',
  alertmanagerUrl: 'http://alertmanager.monitoring:9093',
  logsUrl: 'http://logs.monitoring',
  tracesUrl: 'http://traces.monitoring:3200',
  otlpGrpc: 'collector.monitoring:4317',
  otlpHttp: 'http://collector.monitoring:4318',
  grafanaUrl: 'http://grafana.monitoring',
  grafanaPublicUrl: 'https://grafana.example.com',
};

const repository = { url: 'https://git.example.com/shop/config.git' };
const services = ['order-service', 'user-service'];
const complete: Partial<GitopsProps> = {
  observability,
  repository,
  services,
  pipeline: { github: { secret: 'github-webhook' } },
};

function gitops(facts: EnvironmentFacts, props: Partial<GitopsProps> = complete): SynthesizedEnvironment {
  return synthEnvironment((app, environment) => {
    const foundation = new FoundationStack(app, { environment });
    const ingress = new IngressStack(app, { environment, foundation });
    new GitopsStack(app, { environment, foundation, ingress, ...props });
  }, facts);
}

const small = gitops(dev);
const medium = gitops(staging);
const large = gitops(prod);
const bare = gitops(dev, {});

type Json = Record<string, never>;

function values(environment: SynthesizedEnvironment, release: string): Json {
  return environment.release(release).values as Json;
}

function find(environment: SynthesizedEnvironment, kind: string, name: string): CustomResource & { spec: Json } {
  const found = environment.customResources.filter((one) => one.kind === kind && one.metadata.name === name);
  expect(found).toHaveLength(1);
  return found[0] as CustomResource & { spec: Json };
}

function requests(environment: SynthesizedEnvironment) {
  const rows = environment.capacity.rows.filter(({ workflow }) => workflow === Workflow.GITOPS.id);
  const sum = (of: 'cpu' | 'memory') => rows.reduce((total, row) => total + row[of], 0);
  return { cpu: sum('cpu'), gib: sum('memory') / 1024 };
}

function namespaceLabels(environment: SynthesizedEnvironment, name: string): Record<string, string> {
  const all = environment.resources('kubernetes_namespace_v1').map(({ metadata }) => metadata as Json);
  return (all.find((metadata) => metadata.name === name) as unknown as { labels: Record<string, string> }).labels;
}

/** Every image of every step and job, wherever it is written. */
function images(environment: SynthesizedEnvironment): string[] {
  return environment.customResources
    .filter(({ kind }) => kind === 'Task' || kind === 'Job')
    .flatMap((resource) => [...JSON.stringify(resource).matchAll(/"image":"([^"]+)"/g)].map(([, image = '']) => image));
}

describe('capacity', () => {
  test.each([
    ['small', small, 900, 2.9],
    ['medium', medium, 2200, 7],
    ['large', large, 4000, 13],
  ] as const)('%s stays within its share', (_, environment, cpu, gib) => {
    expect(requests(environment).cpu).toBeLessThanOrEqual(cpu);
    expect(requests(environment).gib).toBeLessThanOrEqual(gib);
  });

  test('every component with pods is counted', () => {
    const counted = small.capacity.rows
      .filter(({ workflow }) => workflow === 'gitops')
      .map(({ component }) => component);
    expect(counted.toSorted()).toEqual([
      'argo-cd',
      'argo-rollouts',
      'build-pipeline',
      'tekton-operator',
      'trivy-operator',
    ]);
  });

  test('jobs that run during an installation are counted', () => {
    const pods = (id: string) => small.component(id).pods.map(({ name }) => name);
    expect(pods('argo-cd')).toContain('redis-secret-init');
    expect(pods('tekton-operator')).toEqual(expect.arrayContaining(['webhooks-ready', 'tekton-ready']));
  });
});

describe('Argo CD', () => {
  test('is a single one in small environments', () => {
    const argoCd = values(small, 'argo-cd');
    expect(argoCd).toMatchObject({
      'redis-ha': { enabled: false },
      server: { replicas: 1, pdb: { enabled: false } },
      repoServer: { replicas: 1 },
      applicationSet: { replicas: 1 },
    });
  });

  test.each([
    ['medium', medium, 2],
    ['large', large, 3],
  ] as const)('is highly available in %s ones', (_, environment, servers) => {
    const argoCd = values(environment, 'argo-cd');
    expect(argoCd).toMatchObject({
      'redis-ha': { enabled: true, podDisruptionBudget: { maxUnavailable: 1 } },
      server: { replicas: servers, pdb: { enabled: true, minAvailable: 1 } },
      repoServer: { replicas: servers, pdb: { enabled: true } },
      applicationSet: { replicas: 2 },
      controller: { replicas: 1 },
    });
    expect(argoCd).not.toHaveProperty('redis');
  });

  test('gives every container its requests and no CPU limit', () => {
    const { 'redis-ha': redis, ...argoCd } = values(large, 'argo-cd') as unknown as Record<string, Json>;
    const resources = [
      ...['controller', 'server', 'repoServer', 'applicationSet'].map((part) => argoCd[part]?.resources),
      (argoCd.repoServer as unknown as Record<string, Json> | undefined)?.copyutil?.resources,
      ...['redis', 'sentinel', 'splitBrainDetection', 'init', 'haproxy'].map(
        (part) => (redis as unknown as Record<string, Json>)[part]?.resources,
      ),
    ];
    for (const each of resources) {
      expect(each).toMatchObject({ requests: { cpu: expect.any(String), memory: expect.any(String) } });
      expect((each as unknown as { limits: object }).limits).toEqual({ memory: expect.any(String) });
    }
  });

  test('keeps its definitions, speaks plain HTTP behind the gateway and leaves policies to the namespace', () => {
    expect(values(large, 'argo-cd')).toMatchObject({
      crds: { install: true, keep: true },
      configs: { params: { 'server.insecure': true } },
      global: { domain: 'argocd.ecotrack.example', networkPolicy: { create: false } },
      dex: { enabled: false },
      notifications: { enabled: false },
    });
    const mapping = find(large, 'Mapping', 'argocd');
    expect(mapping.spec).toMatchObject({ hostname: 'argocd.ecotrack.example' });
    expect(JSON.stringify(mapping.spec)).toContain('argocd-server.argocd:80');
  });

  test('lets developers sync where the environment is not protected, and look elsewhere', () => {
    const policy = (environment: SynthesizedEnvironment) =>
      (values(environment, 'argo-cd').configs as unknown as { rbac: Record<string, string> }).rbac;
    expect(policy(small)['policy.csv']).toContain('p, role:developer, applications, sync, applications/*, allow');
    expect(policy(large)['policy.csv']).not.toContain('sync');
    expect(policy(large)['policy.csv']).toContain('p, role:developer, applications, get, */*, allow');
    expect(policy(large)['policy.csv']).toContain('g, platform-team, role:admin');
    expect(policy(large)['policy.default']).toBe('');
  });

  test('has a built-in admin until somebody else can log in', () => {
    const settings = (props: Partial<GitopsProps>) =>
      (values(gitops(dev, props), 'argo-cd').configs as unknown as { cm: Record<string, unknown> }).cm;
    const oidc = { issuer: 'https://id.example.com', clientId: 'argocd', clientSecretRef: '$sso:secret' } as const;
    expect(settings({})).toMatchObject({ 'admin.enabled': true });
    expect(settings({})).not.toHaveProperty(['oidc.config']);
    expect(settings({ argoCd: { oidc } })).toMatchObject({ 'admin.enabled': false });
    expect(settings({ argoCd: { oidc } })['oidc.config']).toContain('clientSecret: $sso:secret');
    expect(settings({ argoCd: { oidc, localAdmin: true } })).toMatchObject({ 'admin.enabled': true });
  });

  test('gives roles to other groups', () => {
    const groups = { admins: 'sre', developers: 'engineers' };
    const { configs } = values(gitops(dev, { argoCd: { groups } }), 'argo-cd') as unknown as {
      configs: { rbac: Record<string, string> };
    };
    expect(configs.rbac['policy.csv']).toContain('g, sre, role:admin');
    expect(configs.rbac['policy.csv']).toContain('g, engineers, role:developer');
  });

  test('is watched', () => {
    const argoCd = values(small, 'argo-cd') as unknown as Record<string, { metrics: object }>;
    for (const part of ['controller', 'server', 'repoServer', 'applicationSet'])
      expect(argoCd[part]?.metrics).toMatchObject({ enabled: true, serviceMonitor: { enabled: true } });
    expect(JSON.stringify(argoCd.controller)).toContain('ArgoCdApplicationOutOfSync');
  });
});

describe('projects', () => {
  test('keep applications in their namespaces and away from quotas', () => {
    const { spec } = find(large, 'AppProject', 'applications');
    expect(spec).toMatchObject({
      sourceRepos: [repository.url],
      destinations: [{ namespace: 'ecotrack' }, { namespace: 'ecotrack-*' }],
      clusterResourceWhitelist: [{ group: '', kind: 'Namespace' }],
      namespaceResourceBlacklist: [{ kind: 'ResourceQuota' }, { kind: 'LimitRange' }],
    });
    expect(find(large, 'AppProject', 'platform').spec).toMatchObject({ destinations: [{ namespace: '*' }] });
  });

  test('deliver the folder of the environment, again and again until it fits', () => {
    const { spec } = find(large, 'Application', 'app-of-apps');
    expect(spec).toMatchObject({
      project: 'platform',
      source: { repoURL: repository.url, path: 'applications/prod', targetRevision: 'main' },
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        syncOptions: ['CreateNamespace=true'],
        retry: { limit: 5, backoff: { duration: '5s', factor: 2, maxDuration: '3m' } },
      },
    });
  });

  test('take applications along only where nothing is protected', () => {
    expect(find(small, 'Application', 'app-of-apps').metadata).toHaveProperty('finalizers');
    expect(find(large, 'Application', 'app-of-apps').metadata).not.toHaveProperty('finalizers');
  });

  test('follow another folder and branch', () => {
    const other = { ...repository, path: 'apps', revision: 'release' };
    const environment = gitops(dev, { repository: other, services });
    expect(find(environment, 'Application', 'app-of-apps').spec).toMatchObject({
      source: { path: 'apps', targetRevision: 'release' },
    });
    expect(JSON.stringify(find(environment, 'Pipeline', 'build').spec)).toContain('"value":"release"');
  });

  test('stand ready without a repository, and open no source', () => {
    expect(find(bare, 'AppProject', 'applications').spec).toMatchObject({ sourceRepos: [] });
    expect(bare.customResources.filter(({ kind }) => kind === 'Application')).toEqual([]);
    const charts = gitops(dev, { projects: { sources: ['https://charts.example.com'], namespaces: ['shop'] } });
    expect(find(charts, 'AppProject', 'applications').spec).toMatchObject({
      sourceRepos: ['https://charts.example.com'],
      destinations: [{ namespace: 'shop' }],
    });
  });
});

describe('Argo Rollouts', () => {
  test('judges by what the environment promises', () => {
    const condition = (name: string) =>
      JSON.stringify((find(large, 'ClusterAnalysisTemplate', name).spec as unknown as { metrics: object[] }).metrics);
    expect(condition('success-rate')).toContain('result[0] >= 0.999');
    expect(condition('latency-p95')).toContain('result[0] <= 0.5');
    expect(condition('success-rate')).toContain(observability.metricsUrl);
  });

  test('does without analysis where nothing measures', () => {
    expect(bare.customResources.filter(({ kind }) => kind === 'ClusterAnalysisTemplate')).toEqual([]);
  });

  test('keeps its definitions and asks for no more rights than it uses', () => {
    expect(values(large, 'argo-rollouts')).toMatchObject({
      installCRDs: true,
      keepCRDs: true,
      controller: { replicas: 2, pdb: { enabled: true, minAvailable: 1 } },
      dashboard: { enabled: false },
      providerRBAC: { providers: { istio: true, ambassador: true, traefik: false, smi: false } },
    });
    expect(values(small, 'argo-rollouts')).toMatchObject({ controller: { replicas: 1, pdb: { enabled: false } } });
  });
});

describe('Tekton', () => {
  const isBefore = (environment: SynthesizedEnvironment, first: string, second: string) =>
    environment.graph.isBefore(environment.release(first).address, environment.release(second).address);

  test('comes in order: definitions, operator, webhooks, configuration, pipeline', () => {
    expect(isBefore(small, 'tekton-operator-crds', 'tekton-operator')).toBe(true);
    expect(isBefore(small, 'tekton-operator', 'tekton-operator-webhooks')).toBe(true);
    expect(isBefore(small, 'tekton-operator-webhooks', 'tekton-operator-config')).toBe(true);
    expect(isBefore(small, 'tekton-operator-config', 'build-pipeline-tasks')).toBe(true);
    expect(isBefore(small, 'build-pipeline-tasks', 'build-pipeline-github')).toBe(true);
  });

  test('keeps its definitions when the release goes', () => {
    const { resources } = values(small, 'tekton-operator-crds') as unknown as { resources: CustomResource[] };
    expect(resources).toHaveLength(13);
    for (const { kind, metadata, spec } of resources) {
      expect(kind).toBe('CustomResourceDefinition');
      expect(metadata.annotations).toEqual({ 'helm.sh/resource-policy': 'keep' });
      expect(spec).toMatchObject({ scope: 'Cluster', versions: [{ subresources: { status: {} } }] });
    }
    expect(values(small, 'tekton-operator')).toMatchObject({
      installCRDs: false,
      operator: { autoInstallComponents: false },
    });
  });

  test('waits for what Helm does not wait for', () => {
    const webhooks = find(small, 'Job', 'tekton-webhooks-ready');
    const ready = find(small, 'Job', 'tekton-ready');
    for (const { metadata } of [webhooks, ready])
      expect(metadata.annotations).toMatchObject({ 'helm.sh/hook': 'post-install,post-upgrade' });
    expect(JSON.stringify(webhooks.spec)).toContain('validation.webhook.operator.tekton.dev');
    expect(JSON.stringify(ready.spec)).toContain('"--for=condition=Ready"');
    const [job, release] = [1080, 1200];
    expect(ready.spec).toMatchObject({ activeDeadlineSeconds: job });
    expect(small.body(small.release('tekton-operator-config').address)).toMatchObject({ timeout: release });
  });

  test('installs Pipelines and Triggers, and nothing else of the profile', () => {
    expect(find(small, 'TektonConfig', 'config').spec).toMatchObject({
      profile: 'basic',
      targetNamespace: 'tekton-pipelines',
      chain: { disabled: true },
      result: { disabled: true },
      platforms: { kubernetes: { pipelinesAsCode: { enable: false } } },
      pruner: { disabled: false, keep: 50 },
    });
    const kept = gitops(dev, { tekton: { keepRuns: 5 } });
    expect(find(kept, 'TektonConfig', 'config').spec).toMatchObject({ pruner: { keep: 5 } });
  });

  test('counts every Deployment of the operator, under the names that the operator gives them', () => {
    type Deployments = Record<string, { spec: { template: { spec: { containers: { name: string }[] } } } }>;
    const { pipeline, trigger } = find(large, 'TektonConfig', 'config').spec as unknown as Record<
      'pipeline' | 'trigger',
      { options: { deployments: Deployments; horizontalPodAutoscalers?: object } }
    >;
    const containers = Object.entries({ ...pipeline.options.deployments, ...trigger.options.deployments }).map(
      ([name, { spec }]) => [name, ...spec.template.spec.containers.map((container) => container.name)],
    );
    expect(containers.toSorted()).toEqual([
      ['tekton-events-controller', 'tekton-events-controller'],
      ['tekton-operator-proxy-webhook', 'proxy'],
      ['tekton-pipelines-controller', 'tekton-pipelines-controller'],
      ['tekton-pipelines-remote-resolvers', 'controller'],
      ['tekton-pipelines-webhook', 'webhook'],
      ['tekton-triggers-controller', 'tekton-triggers-controller'],
      ['tekton-triggers-core-interceptors', 'tekton-triggers-core-interceptors'],
      ['tekton-triggers-webhook', 'webhook'],
    ]);
    expect(pipeline.options.horizontalPodAutoscalers).toEqual({
      'tekton-pipelines-webhook': { spec: { minReplicas: 2, maxReplicas: 2 } },
      'tekton-operator-proxy-webhook': { spec: { minReplicas: 2, maxReplicas: 2 } },
    });
  });
});

describe('images', () => {
  test('have one repository per service: written once, scanned, encrypted, emptied', () => {
    const repositories = small.resources('aws_ecr_repository');
    expect(repositories.map(({ name }) => name)).toEqual(['ecotrack/dev/order-service', 'ecotrack/dev/user-service']);
    for (const one of repositories) {
      expect(one).toMatchObject({
        image_tag_mutability: 'IMMUTABLE',
        image_scanning_configuration: { scan_on_push: true },
        encryption_configuration: [{ encryption_type: 'KMS' }],
        force_delete: true,
      });
    }
    expect(large.resources('aws_ecr_repository')[0]).toMatchObject({ force_delete: false });
    expect(small.resources('aws_ecr_lifecycle_policy')).toHaveLength(2);
    const few = gitops(dev, { services, registry: { keepImages: 7 } });
    expect(few.resources('aws_ecr_lifecycle_policy')[0]?.policy).toContain('"countNumber":7');
  });

  test('are signed with a key that never leaves KMS', () => {
    expect(small.resources('aws_kms_key').filter(({ key_usage }) => key_usage === 'SIGN_VERIFY')).toEqual([
      expect.objectContaining({ customer_master_key_spec: 'ECC_NIST_P256' }),
    ]);
    expect(JSON.stringify(find(small, 'Task', 'sign-image').spec)).toContain(
      '--key=awskms:///alias/ecotrack-dev-images',
    );
    expect(JSON.stringify(find(small, 'ConfigMap', 'signing'))).not.toContain('rekor.sigstore.dev');
  });

  test('are written by the publisher alone, and nowhere else', () => {
    const policies = small.resources('aws_iam_role_policy').map(({ policy }) => String(policy));
    const writing = policies.filter((policy) => policy.includes('ecr:PutImage'));
    expect(writing).toHaveLength(1);
    const [policy = '{}'] = writing;
    const { Statement } = JSON.parse(policy) as { Statement: { Action: string[]; Resource: string[] }[] };
    expect(Statement.filter(({ Resource }) => Resource.includes('*')).map(({ Action }) => Action)).toEqual([
      ['ecr:GetAuthorizationToken'],
    ]);
    expect(Statement.flatMap(({ Resource }) => Resource)).toContain(
      'arn:aws:ecr:us-east-1:111122223333:repository/ecotrack/dev/*',
    );
    const associations = small.resources('aws_eks_pod_identity_association');
    expect(associations).toContainEqual(
      expect.objectContaining({ namespace: 'delivery', service_account: 'publisher' }),
    );
    expect(associations).not.toContainEqual(expect.objectContaining({ service_account: 'builder' }));
  });
});

describe('the pipeline', () => {
  const order = (environment: SynthesizedEnvironment) =>
    (find(environment, 'Pipeline', 'build').spec as unknown as { tasks: { name: string; runAfter?: string[] }[] })
      .tasks;

  test('tests, scans and signs before Git hears of the image', () => {
    expect(order(small).map(({ name }) => name)).toEqual(['fetch', 'test', 'build', 'scan', 'push', 'sign', 'publish']);
    expect(order(small).map(({ runAfter = [] }) => runAfter[0])).toEqual([
      undefined,
      'fetch',
      'test',
      'build',
      'scan',
      'push',
      'sign',
    ]);
    expect(order(bare).map(({ name }) => name)).not.toContain('publish');
  });

  test('refers to tasks, parameters and workspaces that exist', () => {
    for (const each of order(small) as unknown as Record<string, { name: string }>[]) {
      const { spec } = find(small, 'Task', String(each.taskRef?.name));
      const names = (list: unknown) => ((list ?? []) as { name: string }[]).map(({ name }) => name).toSorted();
      expect(names(each.params)).toEqual(names(spec.params));
      expect(names(each.workspaces)).toEqual(names(spec.workspaces));
    }
  });

  test('pins every image, and lets them be replaced', () => {
    expect(images(small)).toHaveLength(10);
    expect(images(small).filter((image) => !/:v?\d+\.\d+/.test(image))).toEqual([]);
    const mirrored = gitops(dev, { pipeline: { images: { scan: 'mirror.example.com/trivy@sha256:0' } } });
    expect(images(mirrored)).toContain('mirror.example.com/trivy@sha256:0');
  });

  test('runs without privileges; only the build is less than restricted', () => {
    const steps = small.customResources
      .filter(({ kind }) => kind === 'Task')
      .flatMap(({ spec }) => (spec as { steps: { name: string; securityContext: Record<string, unknown> }[] }).steps);
    for (const { name, securityContext } of steps) {
      expect(securityContext).toMatchObject({ runAsNonRoot: true });
      expect(securityContext).not.toHaveProperty('privileged');
      if (name !== 'build') {
        expect(securityContext).toMatchObject({
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          seccompProfile: { type: 'RuntimeDefault' },
        });
      }
    }
    expect(namespaceLabels(small, 'delivery')).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'baseline',
      'operator.tekton.dev/disable-proxy': 'true',
    });
  });

  test('stops at a critical vulnerability, asked of the server in the cluster', () => {
    const args = JSON.stringify(find(small, 'Task', 'scan-image').spec);
    expect(args).toContain('--exit-code=1');
    expect(args).toContain('--severity=CRITICAL');
    expect(args).toContain('--server=http://trivy-service.trivy-system:4954');
    const alone = gitops(dev, { trivyOperator: false });
    expect(JSON.stringify(find(alone, 'Task', 'scan-image').spec)).not.toContain('--server');
  });

  test('keeps secrets out of values: Git and the webhook are named by their secrets', () => {
    const named = gitops(dev, { repository, pipeline: { gitSecret: 'config-writer', overlays: 'deploy' } });
    expect(find(named, 'Task', 'publish-digest').spec).toMatchObject({
      volumes: [{ secret: { secretName: 'config-writer' } }, {}],
    });
    expect(JSON.stringify(find(named, 'Pipeline', 'build').spec)).toContain('deploy/$(params.service)/dev');
    expect(JSON.stringify(find(small, 'EventListener', 'github').spec)).toContain('"secretName":"github-webhook"');
  });

  test('runs the tests that it is told', () => {
    const go = gitops(dev, {
      pipeline: { tests: { image: 'docker.io/library/golang:1.26', script: 'go test ./...' } },
    });
    expect(find(go, 'Task', 'test-source').spec).toMatchObject({
      steps: [{ image: 'docker.io/library/golang:1.26', script: '#!/bin/sh\nset -eu\ngo test ./...\n' }],
    });
  });

  test('starts at a push to a repository of ours, and gives rights to two stages', () => {
    const listener = JSON.stringify(find(small, 'EventListener', 'github').spec);
    expect(listener).toContain("body.ref == 'refs/heads/main'");
    expect(listener).toContain("body.repository.name in ['order-service', 'user-service']");
    const { resourcetemplates } = find(small, 'TriggerTemplate', 'build').spec as unknown as {
      resourcetemplates: { spec: object }[];
    };
    expect(resourcetemplates[0]?.spec).toMatchObject({
      taskRunTemplate: { serviceAccountName: 'builder' },
      taskRunSpecs: [
        { pipelineTaskName: 'push', serviceAccountName: 'publisher' },
        { pipelineTaskName: 'sign', serviceAccountName: 'publisher' },
      ],
    });
    expect(JSON.stringify(find(small, 'Mapping', 'hooks').spec)).toContain('el-github.delivery:8080');
    expect(bare.customResources.filter(({ kind }) => kind === 'EventListener')).toEqual([]);
    const other = gitops(dev, { services, pipeline: { github: { secret: 's', key: 'k', branch: 'trunk' } } });
    expect(JSON.stringify(find(other, 'EventListener', 'github').spec)).toContain('refs/heads/trunk');
    expect(JSON.stringify(find(other, 'EventListener', 'github').spec)).toContain('"secretKey":"k"');
  });
});

describe('Trivy', () => {
  test('scans with one server and leaves the nodes to AWS', () => {
    expect(values(large, 'trivy-operator')).toMatchObject({
      operator: { builtInTrivyServer: true, infraAssessmentScannerEnabled: false, scanJobsConcurrentLimit: 3 },
      trivy: { severity: 'HIGH,CRITICAL', ignoreUnfixed: true, storageClassName: 'gp3' },
      excludeNamespaces: 'kube-system,kube-node-lease,kube-public',
      serviceMonitor: { enabled: true },
    });
    const own = values(
      gitops(dev, { trivyOperator: { severities: ['CRITICAL'], excludeNamespaces: ['sandbox'] } }),
      'trivy-operator',
    );
    expect(own).toMatchObject({ trivy: { severity: 'CRITICAL' }, excludeNamespaces: 'sandbox' });
  });

  test('takes away the CPU limits of the chart', () => {
    expect(values(small, 'trivy-operator')).toMatchObject({
      trivy: { resources: { limits: { cpu: null } }, server: { resources: { limits: { cpu: null } } } },
    });
  });
});

describe('choices', () => {
  test('parts can be left out, with what hangs on them', () => {
    const little = gitops(dev, { argoRollouts: false, trivyOperator: false, tekton: false, projects: false });
    const own = little.releases.filter(({ address }) => address.startsWith('dev-gitops/')).map(({ name }) => name);
    expect(own.toSorted()).toEqual(['argo-cd', 'argo-cd-route', 'argocd-network-policies']);
    const unbuilt = gitops(dev, { pipeline: false });
    expect(unbuilt.releases.map(({ name }) => name)).toContain('tekton-operator-config');
    expect(unbuilt.customResources.filter(({ kind }) => kind === 'Pipeline')).toEqual([]);
  });

  test('values of the user reach the chart', () => {
    const patched = gitops(dev, {
      argoCd: { values: { global: { logging: { level: 'warn' } } } },
      tekton: { values: { operator: { logLevel: 'debug' } } },
    });
    expect(values(patched, 'argo-cd')).toMatchObject({ global: { logging: { level: 'warn', format: 'json' } } });
    expect(values(patched, 'tekton-operator')).toMatchObject({ operator: { logLevel: 'debug', replicas: 1 } });
  });

  test('hands over where Argo CD is and where builds run', () => {
    const stacks: GitopsStack[] = [];
    synthEnvironment((app, environment) => {
      const foundation = new FoundationStack(app, { environment });
      const ingress = new IngressStack(app, { environment, foundation });
      stacks.push(new GitopsStack(app, { environment, foundation, ingress }));
    }, dev);
    expect(stacks[0]).toMatchObject({
      argoCdNamespace: 'argocd',
      argoCdUrl: 'https://argocd.dev.ecotrack.example',
      pipelineNamespace: 'delivery',
    });
  });

  test('namespaces are as closed as their pods allow', () => {
    const enforced = (name: string) => namespaceLabels(large, name)['pod-security.kubernetes.io/enforce'];
    expect(['argocd', 'argo-rollouts', 'tekton-operator', 'trivy-system'].map(enforced)).toEqual(
      Array(4).fill('restricted'),
    );
    expect(JSON.stringify(values(large, 'trivy-system-network-policies'))).toContain('"delivery"');
    expect(JSON.stringify(values(large, 'tekton-operator-network-policies'))).toContain('8443');
  });
});
