import { time } from '../steering/wording';
import type { Facts } from './facts';
import { javaAnnotation } from './java-annotation';
import type { TaskGroup } from './spec';

/** What a team decides and does for telemetry and alerts. */
export function observabilityTasks(facts: Facts): readonly TaskGroup[] {
  return [receivers(facts), promises(facts), applications(facts), people(facts)];
}

function receivers(facts: Facts): TaskGroup {
  const namespace = facts.namespace('prometheus');
  const all = facts.environments.flatMap(({ facts: { alerts } }) => Object.values(alerts.routing).flat());
  const service = /\/\/([\w-]+)/.exec(facts.handover('prometheus', 'Alertmanager URL'))?.[1] ?? 'alertmanager';
  const amtool = `kubectl -n ${namespace} exec service/${service} -c alertmanager -- amtool --alertmanager.url=http://localhost:9093`;
  return {
    title: 'Receivers',
    tasks: [
      {
        id: 'secrets',
        title: 'Make the secrets of the receivers',
        steps: [
          `The routing names ${[...new Set(all)].map((name) => `\`${name}\``).join(', ')}.`,
          `For each that shall send, put its URL or routing key into a secret in \`${namespace}\`. The namespace comes with the first apply; the secret must be there before the receiver is named.`,
        ],
        check: [`kubectl -n ${namespace} get secret alerting`],
        meets: ['alerts.3', 'alerts.4'],
      },
      {
        id: 'receivers',
        title: 'Name the receivers in the stack',
        steps: [
          '`prometheus: { receivers }` of the ObservabilityStack in `stacks/platform.ts`: kind `slack`, `pagerduty` or `webhook`, secret and key.',
        ],
        check: ['npm run synth', ...facts.check('prometheus', 'alertmanager')],
        meets: ['alerts.3', 'alerts.4'],
        after: ['secrets'],
      },
      {
        id: 'test-alert',
        title: 'Send a test alert of each severity',
        steps: ['Somebody confirms that it arrived where it should, for each environment.'],
        check: [`${amtool} alert add GroundplanTest severity=critical`, `${amtool} alert query`],
        meets: ['alerts.1', 'alerts.4'],
        after: ['receivers'],
      },
      {
        id: 'watchdog',
        title: 'Let something outside notice when alerts stop',
        steps: [
          'The alert `Watchdog` always fires and is routed to nobody. A service that expects it, and calls when it is missing, tells you that the cluster is gone.',
        ],
        check: [`${amtool} alert query alertname=Watchdog`],
        meets: ['alerts.4'],
        after: ['receivers'],
        optional: true,
      },
    ],
  };
}

function promises(facts: Facts): TaskGroup {
  const objectives = facts.each(
    ({ facts: { objectives: promised } }) => `${promised.availability} and ${time(promised.p95)}`,
  );
  return {
    title: 'Promises',
    tasks: [
      {
        id: 'objectives',
        title: 'Confirm availability and response times',
        steps: [`They are ${objectives}: change \`objectives\` in \`environments/\` to what you promise.`],
        check: ['npm run synth', ...facts.check('alert-rules')],
        meets: ['alerts.2', 'alerts.5'],
      },
      {
        id: 'retention',
        title: 'Confirm how long telemetry is kept',
        steps: [
          `Logs stay ${facts.each(({ facts: { retention } }) => String(retention.logs))}. Ask whoever answers for privacy and for contracts, then change \`retention\` or leave it.`,
        ],
        check: ['npx groundplan cost', ...facts.check('loki')],
        meets: ['stores.1', 'stores.2', 'stores.3', 'stores.4'],
      },
      {
        id: 'runbooks',
        title: 'Write a runbook for every critical alert',
        steps: [
          'First look, likely cause, first action. Put its address into the annotation `runbook_url` of your own rules.',
        ],
        check: [`kubectl get prometheusrules -A -o yaml | grep -B 12 'severity: critical' | grep alert:`],
        meets: ['alerts.4'],
        after: ['objectives'],
      },
    ],
  };
}

function applications(facts: Facts): TaskGroup {
  const annotation = javaAnnotation(facts);
  return {
    title: 'Applications',
    tasks: [
      {
        id: 'first-service',
        title: 'See metrics, logs and a trace of one service',
        steps: [
          `Add \`${annotation}\` to the pod template of a Java service; others send OTLP to \`${facts.handover('collector', 'OTLP over gRPC')}\`.`,
          'Open Explore in Grafana, choose Tempo, and follow a trace to its log lines.',
        ],
        check: [...facts.check('collector', 'rollout'), ...facts.check('tempo', 'proxy')],
        meets: ['links.1', 'links.3', 'links.4'],
      },
      {
        id: 'privacy',
        title: 'Look for personal data in logs and spans',
        steps: ['Search a day of logs for addresses and names; mask them where they are written.'],
        check: facts.check('loki', 'labels'),
        meets: ['access.3'],
        after: ['first-service'],
      },
      {
        id: 'error-trace',
        title: 'See that a failed request is kept as a trace',
        steps: ['Let one request of the service fail on purpose and find its trace.'],
        check: facts.check('tempo', 'proxy'),
        meets: ['links.2'],
        after: ['first-service'],
        optional: true,
      },
    ],
  };
}

function people(facts: Facts): TaskGroup {
  return {
    title: 'People',
    tasks: [
      {
        id: 'grafana',
        title: 'Decide how people sign in to Grafana',
        steps: [
          `\`${facts.handover('grafana', 'admin password')}\` shows the first password.`,
          "Connect your identity provider with `grafana: { values: { 'grafana.ini': { 'auth.generic_oauth': ... } } }`; keep its secret in a Kubernetes secret.",
        ],
        check: facts.check('grafana', 'curl'),
        meets: ['access.1'],
      },
      {
        id: 'clients',
        title: 'Name the namespaces that may ask the stores',
        steps: ['`clients` of the ObservabilityStack; sending telemetry is open to all, reading is not.'],
        check: [`kubectl -n ${facts.namespace('prometheus')} get networkpolicy incoming -o yaml`],
        meets: ['access.2'],
      },
    ],
  };
}
