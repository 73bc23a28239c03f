import { meshSidecar } from '../../core/mesh-sidecar';
import type { Facts } from './facts';
import type { TaskGroup } from './spec';

/** What a team decides and does for the mesh. */
export function meshTasks(facts: Facts): readonly TaskGroup[] {
  return [foundations(facts), members(facts), people(facts), upkeep(facts)];
}

function foundations(facts: Facts): TaskGroup {
  const namespace = facts.namespace('istiod');
  return {
    title: 'Before the first pod joins',
    tasks: [
      {
        id: 'mode',
        title: 'Confirm the mode of the mesh',
        steps: [
          `It is ${facts.each(({ facts: { mesh } }) => mesh.mode)} (\`mesh.mode\` in \`environments/\`). Sidecars cost ${meshSidecar.cpu} CPU and ${meshSidecar.memory} for each pod; ambient needs a waypoint for rules on HTTP.`,
          'A later change means a restart of every pod in the mesh.',
        ],
        check: ['npm run synth', 'npx groundplan capacity'],
        meets: ['joining.1', 'joining.2'],
      },
      {
        id: 'authority',
        title: 'Decide whose authority signs',
        steps: [
          `Without a secret \`cacerts\` in \`${namespace}\` the mesh makes its own, one per cluster, kept in \`istio-ca-secret\`.`,
          'Put your intermediate there now if clusters shall trust each other later.',
        ],
        check: [`kubectl -n ${namespace} get secrets cacerts istio-ca-secret --ignore-not-found`],
        meets: ['identity.2', 'identity.3'],
        about: ['istiod'],
      },
      {
        id: 'egress',
        title: 'Decide whether services may call any host outside',
        steps: ["`istiod: { egress: 'registered' }` of the MeshStack limits them to hosts with a ServiceEntry."],
        check: ['kubectl get serviceentries.networking.istio.io -A'],
        meets: ['control.2'],
        about: ['istiod'],
      },
    ],
  };
}

function members(facts: Facts): TaskGroup {
  return {
    title: 'Members',
    tasks: [
      {
        id: 'first-namespace',
        title: 'Let one namespace join',
        steps: [
          '`labels: mesh.namespaceLabels` of its `Namespace`, then `kubectl -n <namespace> rollout restart deployment`.',
          'Move its scraping to the merged metrics port before, or the metrics stop.',
        ],
        check: [...facts.check('istiod', 'syncz'), ...facts.check('mesh-policies')],
        meets: ['joining.1', 'joining.3', 'identity.1'],
        after: ['mode', 'authority'],
      },
      {
        id: 'authorization',
        title: 'Say who may call the services that hold data',
        steps: [
          'An AuthorizationPolicy beside each, by service account; begin with what the picture of the mesh shows.',
        ],
        check: ['kubectl get authorizationpolicies.security.istio.io -A'],
        meets: ['identity.4'],
        after: ['first-namespace'],
      },
      {
        id: 'routes',
        title: 'Give each route a timeout and retries that fit',
        steps: [
          `A VirtualService on \`${facts.handover('istio-gateway', 'gateway of VirtualServices')}\`; retry only what may run twice.`,
        ],
        check: ['kubectl get virtualservices.networking.istio.io -A', ...facts.check('istio-gateway', 'gateways')],
        meets: ['control.1', 'control.3'],
        after: ['first-namespace'],
        about: ['istio-gateway'],
      },
      {
        id: 'exceptions',
        title: 'List the ports that somebody outside must reach without TLS',
        steps: ['`policies: { plainPorts }` of the MeshStack; each with the reason and the date when it ends.'],
        check: ['kubectl get peerauthentications.security.istio.io -A'],
        meets: ['identity.1'],
        after: ['first-namespace'],
        about: ['mesh-policies'],
      },
    ],
  };
}

function people(facts: Facts): TaskGroup {
  const namespace = facts.namespace('kiali');
  return {
    title: 'Sight',
    tasks: [
      {
        id: 'kiali',
        title: 'Decide who may open Kiali',
        steps: [
          `People log in at \`${facts.handover('kiali', 'Kiali')}\` with the token of \`${facts.handover('kiali', 'Kiali login')}\`; whoever may create it sees the whole mesh.`,
        ],
        check: [
          `kubectl auth can-i create serviceaccounts/kiali-service-account --subresource=token -n ${namespace} --as <person>`,
        ],
        meets: ['seeing.3', 'seeing.4'],
        about: ['kiali'],
      },
      {
        id: 'tracing',
        title: 'Confirm the share of requests that is traced',
        steps: [
          `It is ${facts.each(({ facts: { mesh } }) => String(mesh.tracing))} (\`mesh.tracing\`); errors and slow requests of instrumented services are kept whatever it is.`,
        ],
        check: ['kubectl get telemetries.telemetry.istio.io -A'],
        meets: ['seeing.1'],
        about: ['mesh-policies'],
      },
    ],
  };
}

function upkeep(facts: Facts): TaskGroup {
  return {
    title: 'Upkeep of the mesh',
    tasks: [
      {
        id: 'upgrade',
        title: 'Set a date for each minor version of Istio',
        steps: [
          'Upgrade one environment, restart its namespaces, and look for proxies of the old version a week later.',
        ],
        check: facts.check('istiod', 'syncz'),
        meets: ['joining.1', 'seeing.2'],
        after: ['first-namespace'],
        about: ['istiod'],
      },
      {
        id: 'away',
        title: 'Rehearse a control plane that is away',
        steps: [
          `Scale it to none in ${facts.first.name}, see that services go on and that the alert arrives, scale it back.`,
        ],
        check: facts.check('istiod', 'rollout'),
        meets: ['joining.1', 'seeing.2'],
        after: ['first-namespace'],
        about: ['istiod'],
        optional: true,
      },
    ],
  };
}
