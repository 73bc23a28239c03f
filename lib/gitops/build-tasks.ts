import type { CustomResource } from '../core/custom-resource';
import type { ContainerResources } from '../core/pods';

/** Images in which the stages of a build run; give a digest or a mirror of your own with each. */
export interface BuildImages {
  /** BuildKit in its rootless edition. */
  readonly build: string;
  /** Trivy. */
  readonly scan: string;
  /** AWS CLI, for the login to ECR. */
  readonly logIn: string;
  /** Crane, which copies a finished image to a registry. */
  readonly push: string;
  /** Cosign, 3 or newer. */
  readonly sign: string;
  /** Kustomize in the edition with Git. */
  readonly git: string;
}

export const buildImages: BuildImages = {
  build: 'docker.io/moby/buildkit:v0.34.0-rootless',
  scan: 'mirror.gcr.io/aquasec/trivy:0.72.0',
  logIn: 'public.ecr.aws/aws-cli/aws-cli:2.36.31',
  push: 'gcr.io/go-containerregistry/crane:v0.22.1',
  sign: 'ghcr.io/sigstore/cosign/cosign:v3.1.3',
  git: 'registry.k8s.io/kustomize/kustomize:v5.8.1',
};

/** How the tests of a service are run. */
export interface UnitTests {
  /** Image with the tools of the language. */
  readonly image: string;
  /** Shell script, started where the sources are. */
  readonly script: string;
}

export interface BuildTasksProps {
  /** Namespace of the tasks. */
  readonly namespace: string;
  /** Images of the stages. */
  readonly images: BuildImages;
  /** How the tests are run. */
  readonly tests: UnitTests;
  /** Requests of the one step that does the work of a stage. */
  readonly resources: ContainerResources;
  /** Requests of the step that fetches the registry's token. */
  readonly logInResources: ContainerResources;
  /** Kubernetes secret with `username` and `password` for Git. */
  readonly gitSecret: string;
  /** Registry host and its region. */
  readonly registry: { readonly host: string; readonly region: string };
  /** Key that signs, as Cosign names it. */
  readonly signingKey: string;
  /** ConfigMap with the services that Cosign uses besides the key: none. */
  readonly signingConfig: string;
  /**
   * Trivy server that holds the vulnerability database.
   *
   * @default - the scan fetches the database itself
   */
  readonly scanServer?: string;
}

/** User that every image of a stage but BuildKit's can run as; the volume belongs to the group of the same number. */
export const buildUser = 65532;

const confined = {
  runAsNonRoot: true,
  runAsUser: buildUser,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

const run = '$(workspaces.run.path)';
const home = { name: 'HOME', value: '/tekton/home' };

/** Reads the account for Git from files, so that it is in no command line and in no log. */
const gitLogIn = `git config --global safe.directory '*'
if [ -f /credentials/username ]; then
  git config --global credential.helper '!f() { echo "username=$(cat /credentials/username)"; echo "password=$(cat /credentials/password)"; }; f'
fi
`;

interface TaskSpec {
  readonly description: string;
  readonly params?: readonly string[];
  readonly results?: readonly string[];
  readonly volumes?: readonly object[];
  readonly steps: readonly object[];
  readonly workspace?: boolean;
}

function task(namespace: string, name: string, spec: TaskSpec): CustomResource {
  const { description, params = [], results = [], volumes = [], steps, workspace = true } = spec;
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'Task',
    metadata: { name, namespace },
    spec: {
      description,
      ...(params.length > 0 && { params: params.map((param) => ({ name: param, type: 'string' })) }),
      ...(results.length > 0 && { results: results.map((result) => ({ name: result, type: 'string' })) }),
      ...(workspace && { workspaces: [{ name: 'run' }] }),
      ...(volumes.length > 0 && { volumes }),
      steps,
    },
  };
}

/** Values reach scripts through the environment, never as text of the script. */
function fromParams(names: Readonly<Record<string, string>>): object[] {
  return [home, ...Object.entries(names).map(([name, param]) => ({ name, value: `$(params.${param})` }))];
}

/** The stages in their order: fetch, test, build, scan, push, sign, and tell Git. */
export function buildTasks(props: BuildTasksProps): CustomResource[] {
  return [fetch(props), test(props), build(props), scan(props), push(props), sign(props), publish(props)];
}

function fetch({ namespace, images, resources, gitSecret }: BuildTasksProps): CustomResource {
  return task(namespace, 'fetch-source', {
    description: 'Fetches one commit into the folder source',
    params: ['url', 'revision'],
    volumes: [{ name: 'credentials', secret: { secretName: gitSecret, optional: true } }],
    steps: [
      {
        name: 'fetch',
        image: images.git,
        computeResources: resources,
        securityContext: confined,
        env: fromParams({ URL: 'url', REVISION: 'revision' }),
        volumeMounts: [{ name: 'credentials', mountPath: '/credentials', readOnly: true }],
        workingDir: run,
        script: `#!/bin/sh
set -eu
${gitLogIn}rm -rf source image
git init --quiet source
cd source
git remote add origin "$URL"
git fetch --quiet --depth 1 origin "$REVISION"
git checkout --quiet FETCH_HEAD
`,
      },
    ],
  });
}

function test({ namespace, tests, resources }: BuildTasksProps): CustomResource {
  return task(namespace, 'test-source', {
    description: 'Runs the tests of the service',
    steps: [
      {
        name: 'test',
        image: tests.image,
        computeResources: resources,
        securityContext: confined,
        env: [home],
        workingDir: `${run}/source`,
        script: `#!/bin/sh\nset -eu\n${tests.script}\n`,
      },
    ],
  });
}

/**
 * BuildKit starts for this one build and ends with it: no daemon, no privileges, no socket of the node. It makes a user
 * namespace for itself, which takes the right to run set-user-id programs and the system calls that the default
 * seccomp profile withholds; so this step alone has neither restriction, and the namespace is `baseline`.
 */
function build({ namespace, images, resources }: BuildTasksProps): CustomResource {
  return task(namespace, 'build-image', {
    description: 'Builds the Dockerfile into the folder image, laid out as OCI says',
    volumes: [{ name: 'buildkit', emptyDir: {} }],
    steps: [
      {
        name: 'build',
        image: images.build,
        computeResources: resources,
        securityContext: { runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000 },
        env: [{ name: 'BUILDKITD_FLAGS', value: '--oci-worker-no-process-sandbox' }],
        volumeMounts: [{ name: 'buildkit', mountPath: '/home/user/.local/share/buildkit' }],
        workingDir: `${run}/source`,
        command: ['buildctl-daemonless.sh'],
        args: [
          'build',
          '--frontend=dockerfile.v0',
          '--local=context=.',
          '--local=dockerfile=.',
          `--output=type=oci,tar=false,dest=${run}/image`,
        ],
      },
    ],
  });
}

function scan({ namespace, images, resources, scanServer }: BuildTasksProps): CustomResource {
  return task(namespace, 'scan-image', {
    description: 'Ends the run if the image has a critical vulnerability for which there is a fix',
    steps: [
      {
        name: 'scan',
        image: images.scan,
        computeResources: resources,
        securityContext: confined,
        env: [home],
        command: ['trivy'],
        args: [
          'image',
          `--input=${run}/image`,
          '--scanners=vuln',
          '--severity=CRITICAL',
          '--ignore-unfixed',
          '--exit-code=1',
          '--no-progress',
          ...(scanServer ? [`--server=${scanServer}`] : []),
        ],
      },
    ],
  });
}

function push({ namespace, images, resources, logInResources, registry }: BuildTasksProps): CustomResource {
  const token = { name: 'token', mountPath: '/token' };
  const config = { name: 'DOCKER_CONFIG', value: '/token' };
  return task(namespace, 'push-image', {
    description: 'Copies the image to ECR and tells its digest',
    params: ['image', 'tag'],
    results: ['reference'],
    volumes: [{ name: 'token', emptyDir: { medium: 'Memory' } }],
    steps: [
      {
        name: 'log-in',
        image: images.logIn,
        computeResources: logInResources,
        securityContext: confined,
        env: [home, config, { name: 'AWS_REGION', value: registry.region }, { name: 'REGISTRY', value: registry.host }],
        volumeMounts: [token],
        script: `#!/bin/sh
set -eu
umask 077
password="$(aws ecr get-login-password)"
account="$(printf 'AWS:%s' "$password" | base64 | tr -d '\\n')"
printf '{"auths":{"%s":{"auth":"%s"}}}' "$REGISTRY" "$account" > "$DOCKER_CONFIG/config.json"
`,
      },
      {
        name: 'push',
        image: images.push,
        computeResources: resources,
        securityContext: confined,
        env: [home, config],
        volumeMounts: [token],
        command: ['/ko-app/crane'],
        args: ['push', `${run}/image`, '$(params.image):$(params.tag)', '--image-refs=$(results.reference.path)'],
      },
    ],
  });
}

function sign({ namespace, images, resources, registry, signingKey, signingConfig }: BuildTasksProps): CustomResource {
  return task(namespace, 'sign-image', {
    description: 'Signs the digest with the key in KMS and stores the signature beside the image',
    params: ['reference'],
    workspace: false,
    volumes: [{ name: 'signing', configMap: { name: signingConfig } }],
    steps: [
      {
        name: 'sign',
        image: images.sign,
        computeResources: resources,
        securityContext: confined,
        env: [home, { name: 'AWS_REGION', value: registry.region }],
        volumeMounts: [{ name: 'signing', mountPath: '/signing', readOnly: true }],
        command: ['/ko-app/cosign'],
        args: [
          'sign',
          '--yes',
          `--key=${signingKey}`,
          '--signing-config=/signing/signing-config.json',
          '$(params.reference)',
        ],
      },
    ],
  });
}

function publish({ namespace, images, resources, gitSecret }: BuildTasksProps): CustomResource {
  return task(namespace, 'publish-digest', {
    description: 'Writes the digest into the overlay of the service; Argo CD takes it from there',
    params: ['url', 'branch', 'overlay', 'service', 'reference'],
    workspace: false,
    volumes: [
      { name: 'credentials', secret: { secretName: gitSecret, optional: true } },
      { name: 'checkout', emptyDir: {} },
    ],
    steps: [
      {
        name: 'publish',
        image: images.git,
        computeResources: resources,
        securityContext: confined,
        env: fromParams({
          URL: 'url',
          BRANCH: 'branch',
          OVERLAY: 'overlay',
          SERVICE: 'service',
          REFERENCE: 'reference',
        }),
        volumeMounts: [
          { name: 'credentials', mountPath: '/credentials', readOnly: true },
          { name: 'checkout', mountPath: '/checkout' },
        ],
        workingDir: '/checkout',
        script: `#!/bin/sh
set -eu
${gitLogIn}git config --global user.name 'build pipeline'
git config --global user.email 'build-pipeline@localhost'
git clone --quiet --branch "$BRANCH" "$URL" repository
cd "repository/$OVERLAY"
kustomize edit set image "$SERVICE=$REFERENCE"
git diff --quiet && exit 0
git commit --quiet --all --message "$SERVICE: $REFERENCE"
for attempt in 1 2 3 4 5; do
  git push --quiet origin "HEAD:$BRANCH" && exit 0
  git pull --quiet --rebase origin "$BRANCH"
done
exit 1
`,
      },
    ],
  });
}
