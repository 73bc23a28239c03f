import { code } from '../markdown';
import { enumeration, time } from '../steering/wording';
import type { Facts } from './facts';
import { javaAnnotation } from './java-annotation';
import type { TaskGroup } from './spec';

/** What a team decides and does to bring its services onto the platform. */
export function microservicesTasks(facts: Facts): readonly TaskGroup[] {
  return [ground(facts), workloads(facts), links(facts), proof(facts)];
}

function ground(facts: Facts): TaskGroup {
  const namespace = facts.application?.namespace ?? '';
  const services = Object.entries(facts.application?.services ?? {});
  const topics = Object.keys(facts.application?.topics ?? {});
  const named = (holds: (service: (typeof services)[number][1]) => boolean) =>
    enumeration(services.filter(([, service]) => holds(service)).map(([name]) => code(name)));
  return {
    title: 'Ground for the services',
    tasks: [
      {
        id: 'figures',
        title: 'Confirm the figures of the services',
        steps: [
          'Requests, limits, replicas, topics and caches stand in `environments/services.ts`; each environment brings them into its own ranges.',
        ],
        check: ['npm run synth', 'npx groundplan capacity'],
        meets: ['running.1', 'running.3'],
      },
      {
        id: 'stack',
        title: 'Write the stack of the application',
        steps: [
          `A workflow of your own with the namespace \`${namespace}\`, which admits the gateway of the mesh.`,
          `A database for ${named(({ tables }) => tables !== undefined)}; a cache for ${named(({ caches }) => caches !== undefined)}; the topics ${enumeration(topics.map(code))} with a user for each service that publishes or consumes.`,
        ],
        check: [
          'npm run synth',
          `npx cdktf diff ${facts.first.name}-${namespace}`,
          `kubectl -n ${namespace} get externalsecrets`,
        ],
        meets: ['keeping.1', 'keeping.6'],
        after: ['figures'],
      },
      {
        id: 'secrets',
        title: 'Put the keys of the services into the vault',
        steps: services
          .filter(([, { secrets = [] }]) => secrets.length > 0)
          .map(([name, { secrets = [] }]) => `\`secret/${namespace}/${name}\`: ${enumeration(secrets.map(code))}`),
        check: [`kubectl -n ${namespace} get externalsecrets`, ...facts.check('secret-store')],
        meets: ['keeping.5'],
        after: ['stack'],
        about: ['secret-store'],
      },
    ],
  };
}

function workloads(facts: Facts): TaskGroup {
  const { application, first, model } = facts;
  const namespace = application?.namespace ?? '';
  return {
    title: 'Workloads',
    tasks: [
      {
        id: 'images',
        title: 'Build an image of each service',
        steps: ['Through the pipeline of the platform, so that it is scanned and signed.'],
        check: [
          `aws ecr describe-repositories --query "repositories[?starts_with(repositoryName,'${model.project}/${first.name}/')].repositoryName"`,
        ],
        meets: ['delivered.1', 'running.5'],
        after: ['figures'],
      },
      {
        id: 'overlays',
        title: 'Write an overlay per service and environment',
        steps: [
          'Labels `app`, `version` and `environment`, requests and limits of the table in the design, probes, a read-only root with a volume for temporary files, `runAsNonRoot`.',
          `\`JAVA_TOOL_OPTIONS=-XX:MaxRAMPercentage=${application?.heapPercent}\`, log level ${facts.each(({ facts: { services } }) => services.logLevel)}.`,
        ],
        check: [
          `kubectl kustomize services/<service>/${first.name}`,
          ...facts.check('policies', 'kubectl get constraints'),
        ],
        meets: ['running.2', 'running.4', 'running.5', 'delivered.1'],
        after: ['images'],
      },
      {
        id: 'waves',
        title: 'Start the services in waves',
        steps: [
          `${facts.startOrder.map((wave, index) => `wave ${index + 1}: ${enumeration(wave.map(code))}`).join('; ')}, as \`argocd.argoproj.io/sync-wave\`.`,
        ],
        check: [`kubectl -n ${namespace} get deployments,rollouts.argoproj.io`],
        meets: ['running.1', 'keeping.2'],
        after: ['overlays', 'secrets'],
      },
      {
        id: 'autoscaling',
        title: 'Give each service an autoscaler',
        steps: [
          `On CPU, up to ${facts.each(({ facts: { automation } }) => `${automation.maxReplicas} replicas`)}; no second autoscaler on the same metric.`,
        ],
        check: [`kubectl -n ${namespace} get horizontalpodautoscalers`, ...facts.check('metrics-server', 'top')],
        meets: ['running.3'],
        after: ['waves'],
      },
    ],
  };
}

function links(facts: Facts): TaskGroup {
  const { application, first } = facts;
  const namespace = application?.namespace ?? '';
  const services = Object.entries(application?.services ?? {});
  const external = services.flatMap(([name, { external: hosts = [] }]) =>
    hosts.map((host) => `${code(host)} for ${code(name)}`),
  );
  const path = services[0]?.[1].route.prefix ?? '/';
  return {
    title: 'Links',
    tasks: [
      {
        id: 'routes',
        title: 'Lead paths to the services',
        steps: services.map(
          ([name, { route }]) => `${code(route.prefix)} to ${code(name)}, timeout ${time(route.timeout)}`,
        ),
        check: ['kubectl get mappings.getambassador.io -A', `curl -sI https://api.${first.facts.domain.name}${path}`],
        meets: ['reached.1'],
        after: ['waves'],
      },
      {
        id: 'mesh',
        title: 'Let the namespace join the mesh and say who may call whom',
        steps: services
          .filter(([, { calls = [] }]) => calls.length > 0)
          .map(([name, { calls = [] }]) => `${code(name)} may call ${enumeration(calls.map(code))}`),
        check: [
          `kubectl get namespace ${namespace} --show-labels`,
          `kubectl -n ${namespace} get authorizationpolicies.security.istio.io`,
        ],
        meets: ['reached.2', 'reached.3'],
        after: ['waves'],
        about: ['mesh-policies'],
      },
      {
        id: 'outside',
        title: 'Let the services reach their hosts outside, and bear it when they are away',
        steps: [
          `They need ${enumeration(external) || 'none'}.`,
          'Strict network policies let 443 out to every host; name the hosts if you want fewer. Set timeouts, retries and a breaker for each.',
        ],
        check: [`kubectl -n ${namespace} get networkpolicies`],
        meets: ['reached.4'],
        after: ['waves'],
      },
      {
        id: 'signals',
        title: 'See metrics, logs and traces of every service',
        steps: [
          `The annotation \`${javaAnnotation(facts)}\` on pods, a monitor on \`${application?.metricsPath}\` or the annotations of the mesh.`,
          'One dashboard for all services, in Git.',
        ],
        check: [`kubectl -n ${namespace} get servicemonitors,podmonitors`, ...facts.check('collector', 'rollout')],
        meets: ['observed.1', 'observed.2', 'observed.3'],
        after: ['waves'],
      },
    ],
  };
}

function proof(facts: Facts): TaskGroup {
  const namespace = facts.application?.namespace ?? '';
  const { last } = facts;
  return {
    title: 'Proof',
    tasks: [
      {
        id: 'twice',
        title: 'Test every consumer with an event that comes twice',
        steps: ['And with a crash between the transaction and the sending of its event.'],
        check: [`kubectl -n ${namespace} get kafkatopics.kafka.strimzi.io,kafkausers.kafka.strimzi.io`],
        meets: ['keeping.3', 'keeping.4'],
        after: ['waves'],
      },
      {
        id: 'load',
        title: 'Send the load of a peak day',
        steps: [
          `The 95th percentile stays at ${facts.each(({ facts: { objectives } }) => time(objectives.p95))}; correct requests and replicas by what you see.`,
        ],
        check: [`kubectl -n ${namespace} top pods`, `kubectl -n ${namespace} get horizontalpodautoscalers`],
        meets: ['delivered.3', 'observed.4'],
        after: ['routes', 'autoscaling', 'signals'],
      },
      {
        id: 'bad-release',
        title: 'Release a version that fails, and see it taken back',
        steps: ['With traffic, since a canary without any counts as good.'],
        check: [`kubectl -n ${namespace} get rollouts.argoproj.io,analysisruns.argoproj.io`],
        meets: ['delivered.2'],
        after: ['load'],
        about: ['argo-rollouts'],
      },
      {
        id: 'recovery',
        title: 'Rebuild the application in another environment from Git and the archive',
        steps: [
          `Measure it against ${facts.each(({ facts: { recovery } }) => time(recovery.time))} and at most ${facts.each(({ facts: { recovery } }) => time(recovery.point))} lost.`,
        ],
        check: facts.check('postgres', 'backups'),
        meets: ['delivered.4'],
        after: ['load', 'outside', 'mesh'],
      },
      {
        id: 'go-live',
        title: `Open ${last.name} for traffic`,
        steps: ['When receivers of alerts answer, a restore was tried, and the gates of delivery are met.'],
        check: [`kubectl -n ${namespace} get pods`, `curl -sI https://api.${last.facts.domain.name}/`],
        meets: ['reached.1', 'delivered.1'],
        after: ['recovery', 'bad-release', 'twice'],
      },
    ],
  };
}
