import { Duration } from './units';

/** How urgent an incident is, with the time in which somebody answers. */
export interface Severity {
  readonly id: 'P0' | 'P1' | 'P2' | 'P3';
  readonly means: string;
  readonly answerWithin: Duration;
  readonly path: readonly string[];
  /** What changes by machine do meanwhile. */
  readonly automation: string;
}

/** The one scale of severities; every document prints this one. */
export const severities: readonly Severity[] = [
  {
    id: 'P0',
    means: 'outage, loss of data threatens, or a breach',
    answerWithin: Duration.minutes(5),
    path: ['on-call engineer', 'engineering manager', 'CTO'],
    automation: 'stops in every environment; monitoring and alerts go on',
  },
  {
    id: 'P1',
    means: 'a major function is lost',
    answerWithin: Duration.minutes(15),
    path: ['on-call engineer', 'senior engineer', 'engineering manager'],
    automation: 'stops in the environment concerned',
  },
  {
    id: 'P2',
    means: 'a minor function is lost or slow',
    answerWithin: Duration.minutes(60),
    path: ['on-call engineer', 'senior engineer'],
    automation: 'goes on, outside of what is affected',
  },
  {
    id: 'P3',
    means: 'a blemish',
    answerWithin: Duration.minutes(240),
    path: ['support queue'],
    automation: 'goes on',
  },
];

/** What happened, and how urgent it is. */
export interface Trigger {
  readonly what: string;
  readonly severity: Severity['id'];
}

export const triggers: readonly Trigger[] = [
  { what: 'availability below 99 % for 5 minutes', severity: 'P0' },
  { what: 'access by somebody unknown, or data that leaves', severity: 'P0' },
  { what: 'customers cannot pay, or several services are down at once', severity: 'P0' },
  { what: 'more than 10 % of requests fail for 10 minutes', severity: 'P1' },
  { what: 'responses take more than ten times their objective for 5 minutes', severity: 'P1' },
  { what: 'nodes are 95 % full and there is no room to grow', severity: 'P1' },
  { what: 'a container escapes its rights (Falco), or a backup or a restore fails', severity: 'P1' },
  { what: 'more than half of the corrections by machine fail', severity: 'P2' },
  { what: 'a rule of admission or of compliance is broken', severity: 'P2' },
];

/** Who is asked next, and after how long without an answer. */
export const contacts: readonly { readonly who: string; readonly after: Duration; readonly may: string }[] = [
  { who: 'senior engineer', after: Duration.minutes(15), may: 'change scope and thresholds, stop for longer' },
  { who: 'engineering manager', after: Duration.minutes(30), may: 'change policy, decide across teams' },
  { who: 'CTO', after: Duration.minutes(60), may: 'decide what risk the company takes' },
];

/** Changes that a person makes, in every mode and environment. */
export const humanOnly: readonly string[] = [
  'versions of the cluster (`cluster.version`)',
  'ranges, subnets and access to the API endpoint',
  'IAM roles and policies, access entries, certificate authorities',
  'secrets and the rotation of keys, anything in OpenBao',
  'admission rules, network policies, Pod Security levels',
  'schemas and data: migrations, restores, deletion of volumes, buckets, topics and databases',
  'removal of a stack, a component or an environment, in part or as a whole',
  'spending that is committed for longer than a month',
];
