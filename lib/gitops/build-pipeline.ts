import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { CustomResource } from '../core/custom-resource';
import type { Foundation, Ingress } from '../core/handles';
import { KmsAlias, KmsKey } from '../providers/aws/operations';
import { WorkloadIdentity } from '../providers/aws/workload-identity';
import { type BuildImages, buildImages, buildTasks, type UnitTests } from './build-tasks';
import { type GitHubPushes, githubTriggers, listenerService } from './build-triggers';
import { type GitRepository, revisionOf } from './git-repository';
import type { ImageRegistry } from './image-registry';

/** A server that has the vulnerability database. */
export interface ScanServer {
  /** Address inside the cluster. */
  readonly url: string;
}

export interface BuildPipelineProps extends ComponentProps {
  /** Foundation with the cluster and its storage. */
  readonly foundation: Foundation;
  /** Gateway at which GitHub delivers its pushes, as `hooks.<domain>`. */
  readonly ingress: Ingress;
  /** The Tekton that runs it; its kinds exist once that is ready. */
  readonly tekton: Component;
  /** Where images go. */
  readonly registry: ImageRegistry;
  /**
   * Trivy server that scans ask, so that not every build fetches the database.
   *
   * @default - each scan fetches the database
   */
  readonly scanner?: ScanServer;
  /**
   * Repository that holds a Kustomize overlay per service; a build writes its digest there.
   *
   * @default - builds end with the signature
   */
  readonly repository?: GitRepository;
  /**
   * Folder in that repository with the overlays: `<overlays>/<service>/<environment>`.
   *
   * @default 'services'
   */
  readonly overlays?: string;
  /**
   * Pushes to GitHub that start builds.
   *
   * @default - builds are started by hand
   */
  readonly github?: GitHubPushes;
  /**
   * How the tests of services are run.
   *
   * @default - `mvn test` on Java 21
   */
  readonly tests?: UnitTests;
  /**
   * Kubernetes secret beside the pipeline with `username` and `password` for Git; without it only what is public can
   * be fetched, and nothing can be written.
   *
   * @default 'git-credentials'
   */
  readonly gitSecret?: string;
  /**
   * Images of the stages.
   *
   * @default - the versions that the library was written for
   */
  readonly images?: Partial<BuildImages>;
}

const pipelineName = 'build';
const publisher = 'publisher';
const builder = 'builder';
const signingConfig = 'signing';

const mavenTests: UnitTests = {
  image: 'docker.io/library/maven:3.9-eclipse-temurin-21',
  script: 'mvn --batch-mode -Dmaven.repo.local=/tekton/home/.m2/repository test',
};

/**
 * From a commit to a signed image: tests, a build without privileges, a scan before anything leaves the cluster, ECR, a
 * signature with a key that never leaves KMS, and a commit that Argo CD acts upon.
 *
 * Whatever runs code of the repository has no rights in AWS; pushing and signing run under an account of their own.
 *
 * @see https://tekton.dev/docs/pipelines/pipelines/
 */
export class BuildPipeline extends Component {
  /** Name of the signing key in KMS, for whoever verifies signatures. */
  readonly signingKey: string;

  constructor(scope: Construct, id: string, props: BuildPipelineProps) {
    super(scope, id, { purpose: 'builds, tests, scans, signs and publishes images', ...props });
    const namespace = props.namespace.name;
    this.signingKey = `alias/${this.environment.named('images')}`;
    const key = this.makeSigningKey();
    const identity = new WorkloadIdentity(this, publisher, {
      cluster: props.foundation.cluster,
      namespace: props.namespace,
      serviceAccount: publisher,
      grants: [
        ...props.registry.push(),
        { actions: ['kms:Sign', 'kms:GetPublicKey', 'kms:DescribeKey'], resources: [key.arn] },
      ],
    });
    this.customResources('tasks', {
      after: [props.tekton, identity, key],
      resources: [
        account(namespace, builder),
        account(namespace, publisher, identity.annotations),
        this.signingServices(namespace),
        ...this.tasks(props),
        this.pipeline(props),
      ],
    });
    if (props.github) this.listen(props, props.github);
    this.verifiedBy(
      `kubectl -n ${namespace} get tasks.tekton.dev,pipelines.tekton.dev`,
      `aws kms get-public-key --key-id ${this.signingKey} --query KeyUsage`,
    );
    this.rolledBackBy(`helm -n ${namespace} rollback ${id}-tasks`);
    this.handsOver('signing key', `awskms:///${this.signingKey}`);
    this.drainedBy(
      'The public half of the signing key: without it, signatures of images that stay cannot be verified.',
      `aws kms get-public-key --key-id ${this.signingKey} --query PublicKey --output text | base64 -d > ${this.environment.name}-images.der`,
    );
  }

  /** KMS rotates no key pairs; a new key is made by hand and the alias moved. */
  private makeSigningKey(): KmsKey {
    const key = new KmsKey(this, 'signing-key', {
      description: `Signatures under images of ${this.environment.named('platform')}`,
      customerMasterKeySpec: 'ECC_NIST_P256',
      keyUsage: 'SIGN_VERIFY',
      deletionWindowInDays: this.environment.facts.deletionProtection ? 30 : 7,
    });
    new KmsAlias(this, 'signing-alias', { name: this.signingKey, targetKeyId: key.keyId });
    return key;
  }

  /** Cosign would write to the public transparency log, which tells the world the names of private images. */
  private signingServices(namespace: string): CustomResource {
    const services = {
      mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
      rekorTlogConfig: {},
      tsaConfig: {},
    };
    return {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: signingConfig, namespace },
      data: { 'signing-config.json': JSON.stringify(services) },
    };
  }

  private tasks({ namespace, registry, scanner, tests, images, gitSecret = 'git-credentials' }: BuildPipelineProps) {
    // Stages follow each other, so one pod at a time is what a run takes.
    const stage = this.podsOf('stage', {
      replicas: this.builds(),
      ...this.sized({
        small: { cpu: '150m', memory: '384Mi', memoryLimit: '2Gi' },
        medium: { cpu: '200m', memory: '512Mi', memoryLimit: '3Gi' },
        large: { cpu: '300m', memory: '768Mi', memoryLimit: '4Gi' },
      }),
      sidecars: { 'log-in': { cpu: '10m', memory: '64Mi', memoryLimit: '256Mi' } },
    });
    // Tekton keeps the volume of a run on one node by a pod of this size.
    this.podsOf('volume-holder', { replicas: this.builds(), cpu: '50m', memory: '100Mi' });
    return buildTasks({
      namespace: namespace.name,
      images: { ...buildImages, ...images },
      tests: tests ?? mavenTests,
      resources: stage.resources,
      logInResources: stage.sidecar('log-in'),
      gitSecret,
      registry: { host: registry.host, region: this.environment.facts.aws.region },
      signingKey: `awskms:///${this.signingKey}`,
      signingConfig,
      scanServer: scanner?.url,
    });
  }

  /** Builds that capacity has room for at a time. */
  private builds(): number {
    return this.sized({ small: 1, medium: 2, large: 2 });
  }

  private pipeline(props: BuildPipelineProps): CustomResource {
    const { namespace, registry } = props;
    const stages = [
      stage('fetch', 'fetch-source', { url: '$(params.url)', revision: '$(params.revision)' }),
      stage('test', 'test-source', {}),
      stage('build', 'build-image', {}),
      stage('scan', 'scan-image', {}),
      stage('push', 'push-image', {
        image: `${registry.prefix}/$(params.service)`,
        tag: '$(params.revision)',
      }),
      stage('sign', 'sign-image', { reference }, false),
      ...this.publishing(props),
    ];
    return {
      apiVersion: 'tekton.dev/v1',
      kind: 'Pipeline',
      metadata: { name: pipelineName, namespace: namespace.name },
      spec: {
        description: 'From a commit to a signed image',
        params: ['url', 'revision', 'service'].map((name) => ({ name, type: 'string' })),
        workspaces: [{ name: 'run' }],
        tasks: stages.map((task, index) => ({ ...task, ...(index > 0 && { runAfter: [stages[index - 1]?.name] }) })),
        results: [{ name: 'reference', value: reference }],
      },
    };
  }

  private publishing({ repository, overlays = 'services' }: BuildPipelineProps): Stage[] {
    if (!repository) return [];
    const overlay = `${overlays}/$(params.service)/${this.environment.name}`;
    const params = {
      url: repository.url,
      branch: revisionOf(repository),
      overlay,
      service: '$(params.service)',
      reference,
    };
    return [stage('publish', 'publish-digest', params, false)];
  }

  private listen(props: BuildPipelineProps, github: GitHubPushes): void {
    const namespace = props.namespace.name;
    const listener = this.podsOf('listener', {
      replicas: this.sized({ small: 1, medium: 2, large: 2 }),
      cpu: '10m',
      memory: '48Mi',
    });
    const route = props.ingress.route({ name: 'hooks', namespace, ...listenerService });
    const run = {
      namespace,
      pipeline: pipelineName,
      builder,
      publisher,
      published: ['push', 'sign'],
      storageClass: props.foundation.storageClass,
      volumeSize: '5Gi',
    };
    this.customResources('github', {
      resources: [
        ...githubTriggers({ ...run, github, services: props.registry.services, listener }),
        ...route.resources,
      ],
    });
    this.verifiedBy(`kubectl -n ${namespace} rollout status deployment/${listenerService.service}`);
    this.handsOver('GitHub webhook', route.url);
  }
}

const reference = '$(tasks.push.results.reference)';

interface Stage {
  readonly name: string;
  readonly [field: string]: unknown;
}

function stage(name: string, task: string, params: Readonly<Record<string, string>>, volume = true): Stage {
  const given = Object.entries(params).map(([param, value]) => ({ name: param, value }));
  return {
    name,
    taskRef: { name: task, kind: 'Task' },
    ...(given.length > 0 && { params: given }),
    ...(volume && { workspaces: [{ name: 'run', workspace: 'run' }] }),
  };
}

/** Steps talk to AWS and Git, never to Kubernetes, so none of them gets a token of the cluster. */
function account(namespace: string, name: string, annotations: Readonly<Record<string, string>> = {}): CustomResource {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace, annotations },
    automountServiceAccountToken: false,
  };
}
