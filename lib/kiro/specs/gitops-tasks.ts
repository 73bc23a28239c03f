import type { Facts } from './facts';
import type { TaskGroup } from './spec';

/** What a team decides and does for delivery. */
export function gitopsTasks(facts: Facts): readonly TaskGroup[] {
  return [repository(facts), builds(facts), people(facts), releases(facts)];
}

function repository(facts: Facts): TaskGroup {
  const argo = facts.namespace('argo-cd');
  return {
    title: 'Repository',
    tasks: [
      {
        id: 'layout',
        title: 'Make the deployment repository',
        steps: [
          `\`applications/<environment>/\` with an Application per service, \`services/<service>/<environment>/\` with its overlay; environments are ${facts.environments.map(({ name }) => name).join(', ')}.`,
          'Protect `applications/` by code owners: what lies there may name the project `platform`.',
        ],
        check: ['git ls-files applications services', 'kubectl kustomize services/<service>/<environment>'],
        meets: ['delivery.1', 'delivery.3'],
      },
      {
        id: 'url',
        title: 'Name the repository in the stack',
        steps: [
          '`repository: { url }` of the GitopsStack in `stacks/platform.ts`, with HTTPS; `revision` where an environment follows another branch.',
        ],
        check: [`kubectl -n ${argo} get applications.argoproj.io app-of-apps -o jsonpath={.spec.source.repoURL}`],
        meets: ['delivery.1', 'delivery.4'],
        after: ['layout'],
      },
      {
        id: 'private',
        title: 'Let Argo CD read the repository where it is private',
        steps: [`A secret in \`${argo}\` with the label \`argocd.argoproj.io/secret-type: repository\`, read only.`],
        check: [`kubectl -n ${argo} get secrets -l argocd.argoproj.io/secret-type=repository`],
        meets: ['delivery.1'],
        after: ['url'],
      },
      {
        id: 'synced',
        title: 'See the first Application synced',
        steps: ['Change an object by hand and see that it is put back.'],
        check: facts.check('argo-cd', 'applications'),
        meets: ['delivery.1', 'delivery.2', 'delivery.3'],
        after: ['private'],
      },
    ],
  };
}

function builds(facts: Facts): TaskGroup {
  const { first, model } = facts;
  const delivery = facts.namespace('build-pipeline');
  const services = facts.application ? Object.keys(facts.application.services) : [];
  const key = facts.handover('build-pipeline', 'signing key');
  return {
    title: 'Builds',
    tasks: [
      {
        id: 'services',
        title: 'List the services that are built',
        steps: [
          `\`services\` of the GitopsStack${services.length > 0 ? `, for ${facts.application?.name}: ${services.map((name) => `\`${name}\``).join(', ')}` : ''}. Each gets a repository for its images.`,
          'The sources of a service lie in a GitHub repository of its name, with a `Dockerfile` at the root.',
        ],
        check: [
          `aws ecr describe-repositories --query "repositories[?starts_with(repositoryName,'${model.project}/${first.name}/')].repositoryName"`,
        ],
        meets: ['builds.4'],
        about: ['image-registry'],
      },
      {
        id: 'git-credentials',
        title: 'Make the credentials with which builds write digests',
        steps: [
          `A secret \`git-credentials\` with \`username\` and \`password\` in \`${delivery}\`.`,
          'Its user may push to overlays only.',
        ],
        check: [`kubectl -n ${delivery} get secret git-credentials`],
        meets: ['builds.1', 'people.3'],
        after: ['layout'],
        about: ['build-pipeline'],
      },
      {
        id: 'webhook',
        title: 'Connect GitHub with the listener',
        steps: [
          `\`pipeline: { github: { secret } }\` in the stack, the secret with \`token\` in \`${delivery}\`.`,
          'In each repository a webhook to `https://hooks.<domain>`, content type JSON, event push.',
        ],
        check: [`kubectl -n ${delivery} get eventlisteners.triggers.tekton.dev`],
        meets: ['builds.1'],
        after: ['services', 'git-credentials'],
        about: ['build-pipeline'],
      },
      {
        id: 'first-build',
        title: 'See a build end and verify its signature',
        steps: ['Push to a service and follow the PipelineRun; then verify the digest it pushed.'],
        check: [
          `kubectl -n ${delivery} get pipelineruns.tekton.dev`,
          `cosign verify --key ${key} --insecure-ignore-tlog=true <image>@<digest>`,
        ],
        meets: ['builds.1', 'builds.2', 'builds.3', 'builds.6'],
        after: ['webhook'],
        about: ['build-pipeline'],
      },
      {
        id: 'tests',
        title: 'Say how your services are tested',
        steps: ['`mvn test` on Java 21 runs unless `pipeline: { tests: { image, script } }` says otherwise.'],
        check: facts.check('build-pipeline', 'tasks'),
        meets: ['builds.1'],
        after: ['first-build'],
        about: ['build-pipeline'],
        optional: true,
      },
    ],
  };
}

function people(facts: Facts): TaskGroup {
  const argo = facts.namespace('argo-cd');
  return {
    title: 'People and findings',
    tasks: [
      {
        id: 'sso',
        title: 'Connect Argo CD with your identity provider',
        steps: [
          '`argoCd: { oidc, groups }` of the GitopsStack. Until then `admin` is the only user, with the password in the secret `argocd-initial-admin-secret`.',
        ],
        check: [`kubectl -n ${argo} get configmap argocd-cm -o jsonpath={.data.admin\\\\.enabled}`],
        meets: ['people.1', 'people.2'],
        about: ['argo-cd'],
      },
      {
        id: 'findings',
        title: 'Decide who reads the reports on what runs',
        steps: ['A report is no alert. Name who looks at critical ones, how often, and how long a fix may take.'],
        check: facts.check('trivy-operator', 'vulnerabilityreports'),
        meets: ['builds.5'],
        about: ['trivy-operator'],
      },
      {
        id: 'admission',
        title: 'Decide whether unsigned images are refused',
        steps: [
          'The policies of the platform check the registry, not the signature. A policy controller that verifies with the key of the environment would close the gap.',
        ],
        check: [],
        meets: ['builds.3'],
        after: ['first-build'],
        about: ['build-pipeline'],
        optional: true,
      },
    ],
  };
}

function releases(facts: Facts): TaskGroup {
  const names = facts.environments.map(({ name }) => name);
  return {
    title: 'Releases',
    tasks: [
      {
        id: 'rollout',
        title: 'Turn the Deployment of one service into a Rollout',
        steps: [
          'Steps of the canary name `success-rate` and `latency-p95` with `clusterScope: true` and the argument `service`.',
          'Release a version that fails on purpose and see it taken back.',
        ],
        check: [...facts.check('argo-rollouts', 'clusteranalysistemplates'), 'kubectl get analysisruns.argoproj.io -A'],
        meets: ['rollouts.1'],
        after: ['synced'],
        about: ['argo-rollouts'],
      },
      {
        id: 'promotion',
        title: `Agree how a version goes from ${names.join(' to ')}`,
        steps: [
          'Who opens the merge request with the digest, who approves it, and who signs with the key of the next environment.',
          `Gates: ${facts.each(({ facts: { delivery } }) => delivery.gates.join(', ') || 'none')}.`,
        ],
        check: ['git log --oneline -- services'],
        meets: ['rollouts.2', 'rollouts.3'],
        after: ['synced'],
      },
    ],
  };
}
