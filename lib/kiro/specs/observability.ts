import { Workflow } from '../../core/workflow';
import { enumeration, time } from '../steering/wording';
import type { Facts } from './facts';
import { observabilityTasks } from './observability-tasks';
import type { Decision, Failure, Property, Requirement, Spec } from './spec';

/** Workflow 3: metrics, logs, traces and alerts. */
export const observability: Spec = {
  name: 'lgtm-observability-enhancement',
  title: 'Observability with Loki, Grafana, Tempo and Mimir',
  workflows: [Workflow.OBSERVABILITY],
  content: (facts) => ({
    introduction:
      'The library collects metrics, logs and traces of everything that runs, links them to each other, keeps them for as long as the environment says, and alerts on the limits and objectives that stand in `environments/`. What it cannot know is who has to hear of an alert, which promises you make to your users, and how long the law lets you keep a log line.',
    glossary: {
      receiver: 'a name under `alerts.routing` of an environment that an alert is sent to.',
      objective: 'what is promised to users: availability, share of errors, and the 95th percentile of response times.',
      team: 'the people who own the platform and answer its alerts.',
    },
    requirements: [...stores(facts), ...links, ...alerting(facts), ...access],
    overview:
      'Agents on every node ship logs, Prometheus scrapes metrics, and applications send OTLP to one collector, which passes it to the stores. Where Mimir runs, Prometheus keeps two days and Mimir the rest; without it Prometheus keeps everything. Stores come first, then what feeds them, then what people look at. Everything runs at the pod-security level `restricted` except the agents that look into nodes.',
    decisions,
    facts: [
      ['Metrics kept', ({ facts: { retention } }) => String(retention.metrics)],
      ['Logs kept', ({ facts: { retention } }) => String(retention.logs)],
      ['Traces kept', ({ facts: { retention } }) => String(retention.traces)],
      ['Ordinary traces kept', ({ facts: { mesh } }) => String(mesh.tracing)],
      ['Alert on CPU of nodes above', ({ facts: { alerts } }) => String(alerts.cpu)],
      ['Alert on memory of nodes above', ({ facts: { alerts } }) => String(alerts.memory)],
      ['Alert on failed requests above', ({ facts: { alerts } }) => String(alerts.errorRate)],
      ['Alert on responses slower than', ({ facts: { alerts } }) => time(alerts.responseTime)],
      ['Objective: availability', ({ facts: { objectives } }) => String(objectives.availability)],
      ['Objective: 95th percentile', ({ facts: { objectives } }) => time(objectives.p95)],
      ['Critical alerts go to', ({ facts: { alerts } }) => alerts.routing.critical.join(', ')],
      ['Warnings go to', ({ facts: { alerts } }) => alerts.routing.warning.join(', ')],
      ['Information goes to', ({ facts: { alerts } }) => alerts.routing.info.join(', ')],
    ],
    properties,
    failures,
    groups: observabilityTasks(facts),
    notes: [
      'A rule of your own is a `PrometheusRule` beside your service with the label `severity`; a dashboard is a ConfigMap with the label `grafana_dashboard: "1"`.',
      'Retention costs storage: change `retention` in `environments/`, run `npx groundplan cost`, and compare.',
    ],
  }),
};

function stores(facts: Facts): readonly Requirement[] {
  const kept = (what: 'metrics' | 'logs' | 'traces') =>
    facts.each(({ facts: { retention } }) => String(retention[what]));
  return [
    {
      id: 'stores',
      title: 'Stores and retention',
      story: {
        as: 'a platform engineer',
        want: 'telemetry kept for exactly as long as we decided',
        so: 'the past can be looked up and the bill does not grow by itself',
      },
      criteria: [
        { the: 'prometheus', shall: `make metrics queryable for ${kept('metrics')}, with Mimir where it runs` },
        { the: 'loki', shall: `keep logs for ${kept('logs')}` },
        { the: 'tempo', shall: `keep traces for ${kept('traces')}` },
        { the: 'team', shall: 'confirm that these times meet the law and the contracts with customers' },
      ],
    },
  ];
}

const links: readonly Requirement[] = [
  {
    id: 'links',
    title: 'From a symptom to its cause',
    story: {
      as: 'an engineer on call',
      want: 'to go from a slow request to its trace and to its log lines',
      so: 'I find the cause without knowing where to look',
    },
    criteria: [
      {
        when: 'an application sends OTLP from any namespace',
        the: 'collector',
        shall: 'add namespace, pod and node, and pass it to the store it belongs to',
      },
      {
        when: 'a trace has an error or is slower than the alert of the environment',
        the: 'collector',
        shall: 'keep it, whatever the share of ordinary traces',
      },
      { when: 'a log line holds a trace id', the: 'grafana', shall: 'lead from the line to the trace and back' },
      {
        when: 'a pod of a Java application asks for it by an annotation',
        the: 'instrumentation',
        shall: 'add the agent without a change of the code',
      },
    ],
  },
];

function alerting(facts: Facts): readonly Requirement[] {
  const names = facts.each(({ facts: { alerts } }) => enumeration(alerts.routing.critical));
  return [
    {
      id: 'alerts',
      title: 'Alerts that reach somebody',
      story: {
        as: 'an engineer on call',
        want: 'to be woken for what users notice, and for nothing else',
        so: 'an alert is always worth reading',
      },
      criteria: [
        {
          if: 'more requests fail than the environment allows',
          the: 'alert-rules',
          shall: `fire a critical alert, which goes to ${names}`,
        },
        {
          if: 'the error budget of a month would be gone in days',
          the: 'alert-rules',
          shall: 'fire before it is gone, and stop soon after the errors stop',
        },
        {
          if: 'a receiver has no integration',
          the: 'prometheus',
          shall: 'show its alerts in Alertmanager and send nothing',
        },
        { the: 'team', shall: 'give every receiver of the routing an integration and every critical alert a runbook' },
        { the: 'team', shall: 'confirm the objectives with those who own the services' },
      ],
    },
  ];
}

const access: readonly Requirement[] = [
  {
    id: 'access',
    title: 'Who sees what',
    story: {
      as: 'a security engineer',
      want: 'to decide who reads telemetry',
      so: 'personal data in a log line stays with those who may see it',
    },
    criteria: [
      { the: 'grafana', shall: 'ask for a login; the password of its administrator is made in the cluster' },
      {
        if: 'a pod of a namespace that is not listed asks a store',
        the: 'prometheus',
        shall: 'be unreachable for it, by the network policies of its namespace',
      },
      { the: 'team', shall: 'keep personal data out of labels, log lines and spans' },
    ],
  },
];

const decisions: readonly Decision[] = [
  {
    choice: 'One collector for all OTLP',
    because: 'Applications know one address, and sampling is decided where all spans of a trace are.',
  },
  {
    choice: 'Sampling at the end of a trace',
    because:
      'An error is known only then; the agents record everything and the collector throws away what is too much.',
  },
  {
    choice: 'Alerts on services count requests, not traces',
    because: 'Metrics of the agents see every request, so sampling does not bend a rate.',
  },
  {
    choice: 'Mimir only where the environment is larger than small',
    because: 'Its processes would ask for more than everything else of a small environment together.',
    about: ['mimir'],
  },
];

const properties: readonly Property[] = [
  {
    title: 'Retention is one figure',
    holds:
      'For every environment and every store the age at which the store deletes is the one of `retention`, and its bucket deletes no earlier.',
    validates: ['stores.1', 'stores.2', 'stores.3'],
    shownBy: 'by the values of the releases in the plan: `npx cdktf diff` shows them.',
  },
  {
    title: 'Errors are never sampled away',
    holds: 'For every trace with an error that reaches the collector, the trace is in the store.',
    validates: ['links.2'],
    shownBy: 'by a request that fails on purpose, and its trace in Grafana.',
  },
  {
    title: 'No silent severity',
    holds: 'For every severity the environment names at least one receiver.',
    validates: ['alerts.1', 'alerts.3'],
    shownBy: 'GP105',
  },
];

const failures: readonly Failure[] = [
  {
    sign: 'An alert is shown in Alertmanager and nobody hears of it',
    cause: 'the receiver has no integration',
    remedy: 'name it under `prometheus.receivers` with its secret',
  },
  {
    sign: 'Alertmanager does not start',
    cause: 'a secret of a receiver does not exist',
    remedy: 'make the secret in the namespace of Alertmanager first, then apply',
  },
  {
    sign: 'A rate from `traces_spanmetrics_*` is too low',
    cause: 'it knows the traces that were kept',
    remedy: 'use `http_server_request_duration_seconds`, which counts every request',
    about: ['tempo'],
  },
  {
    sign: 'A dashboard shows nothing beyond two days',
    cause: 'it reads Prometheus where Mimir keeps the rest',
    remedy: 'choose the data source of Mimir',
    about: ['mimir'],
  },
  {
    sign: 'No traces of a service',
    cause: 'the pod has no annotation, or started before the operator',
    remedy: 'add `instrumentation.opentelemetry.io/inject-java` to the pod template and restart it',
    about: ['instrumentation'],
  },
];
