import { z } from 'zod';
import { isCidr } from './cidr';
import { instanceTypes } from './instance-types';
import type { ProblemCode } from './problem-codes';
import { regions } from './regions';
import { sizes } from './size';
import { Days, Duration, Percent } from './units';

/** What a reader of an error needs: the values that are accepted, and what to change. */
export interface Hint {
  readonly allowed: string;
  readonly fix: string;
  /** @default - by the kind of mistake */
  readonly code?: ProblemCode;
}

/** Hints per schema, looked up by path when a value is refused. */
export const hints = z.registry<Hint>();

function hinted<T extends z.ZodType>(schema: T, allowed: string, fix: string, code?: ProblemCode): T {
  hints.add(schema, { allowed, fix, code });
  return schema;
}

const percent = hinted(
  z.custom<Percent>((value) => value instanceof Percent),
  'Percent.of(0 to 1000)',
  'wrap the number: Percent.of(80)',
);
const days = hinted(
  z.custom<Days>((value) => value instanceof Days),
  'Days.of(1 to 3650)',
  'wrap the number: Days.of(30)',
);
const duration = hinted(
  z.custom<Duration>((value) => value instanceof Duration),
  'a Duration',
  'write Duration.seconds(2) or Duration.minutes(5)',
);
const count = (min: number, max: number) =>
  hinted(z.int().min(min).max(max), `a whole number from ${min} to ${max}`, 'choose a number in that range');
const text = hinted(z.string().min(1), 'a text that is not empty', 'fill it in');
const cidr = hinted(z.string().refine(isCidr), 'an IPv4 range such as 10.0.0.0/16', 'zero the bits behind the prefix');
const roleArn = hinted(
  z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/),
  'arn:aws:iam::<12 digits>:role/<name>',
  'copy the ARN from IAM',
);
const oneOf = <const T extends readonly [string, ...string[]]>(
  values: T,
  fix = 'choose one of them',
  code?: ProblemCode,
) => hinted(z.enum(values), values.join(', '), fix, code);

const dnsName = hinted(
  z.string().regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/),
  'a DNS name in lower case such as dev.example.com',
  'leave out the scheme and the trailing dot',
);

const domain = z.discriminatedUnion('provider', [
  z.strictObject({
    provider: z.literal('route53'),
    name: dnsName,
    /** Hosted zone that holds the name; policies reach this zone and no other. */
    zoneId: hinted(
      z.string().regex(/^Z[A-Z0-9]{5,31}$/),
      'a hosted zone id such as Z0123456789ABC',
      'copy it from Route 53',
    ),
  }),
  z.strictObject({
    provider: z.literal('cloudflare'),
    name: dnsName,
    /** Kubernetes secret with the API token under the key `token`, made by you in the namespaces `cert-manager` and `external-dns`. */
    tokenSecret: text.default('cloudflare-api-token'),
  }),
]);

/** How far an action may go without a person. */
const permission = oneOf(['allowed', 'validated', 'approval', 'denied']);
const range = <T extends z.ZodType>(of: T) => z.strictObject({ from: of, to: of });
const quantity = hinted(
  z.string().regex(/^\d+(\.\d+)?(m|Mi|Gi)?$/),
  'a Kubernetes quantity such as 250m or 512Mi',
  'add the unit',
);

export const environmentSchema = z.strictObject({
  /** Short name; first half of every stack id and part of every resource name. */
  name: hinted(
    z.string().regex(/^[a-z][a-z0-9]{1,9}$/),
    '2 to 10 lower-case letters and digits',
    'shorten it, without dashes',
  ),
  aws: z.strictObject({
    region: oneOf(regions, 'name the region in which the cluster runs'),
    /** Account guard: Terraform refuses credentials of any other account. */
    account: hinted(z.string().regex(/^\d{12}$/), '12 digits in quotes', 'copy the account id, leading zeros included'),
  }),
  network: z.strictObject({
    /** Range of the VPC, /16 to /20: three zones with a private and a public subnet each. */
    cidr,
    /** Range of cluster IPs; must not overlap the VPC. */
    serviceCidr: cidr.default('172.20.0.0/16'),
    /** One NAT gateway in the first zone, or one in each. */
    nat: oneOf(['single', 'per-zone']).default('per-zone'),
    flowLogs: days.default(Days.of(30)),
  }),
  cluster: z.strictObject({
    version: oneOf(['1.34', '1.35'], 'choose a version that EKS and every pinned chart support'),
    /** Principals with cluster-admin rights through access entries. */
    admins: z.array(roleArn).min(1),
    /**
     * Principal that runs Terraform; it gets its own access entry.
     * Left out, the role behind the credentials of the apply is looked up.
     */
    deployer: roleArn.optional(),
    /** Ranges that may reach the public API endpoint; empty keeps the endpoint private. */
    publicAccess: z.array(cidr).default([]),
    logs: days.default(Days.of(90)),
    /** How pods get AWS credentials. */
    identity: oneOf(['pod-identity', 'irsa']).default('pod-identity'),
    networking: oneOf(['vpc-cni', 'cilium']).default('vpc-cni'),
  }),
  nodes: z.strictObject({
    types: z
      .array(
        oneOf(
          Object.keys(instanceTypes) as [string, ...string[]],
          'use a listed type or add it to lib/core/instance-types.ts',
          'GP116',
        ),
      )
      .min(1),
    /** Smallest number of nodes; above two it is held by the cluster-autoscaler, Karpenter follows the load. */
    min: count(2, 500),
    /** Ceiling for system group and autoscaled nodes together. */
    max: count(2, 500),
    spot: percent.default(Percent.of(0)),
    autoscaler: oneOf(['karpenter', 'cluster-autoscaler']).default('karpenter'),
    /** How eagerly nodes are consolidated. */
    scaling: oneOf(['aggressive', 'balanced', 'conservative']).default('balanced'),
    diskGib: count(20, 1000).default(50),
  }),
  domain,
  /** Contact of the ACME account; the certificate authority writes there before certificates expire. */
  email: hinted(z.email(), 'an e-mail address', 'name a mailbox that is read'),
  retention: z.strictObject({ metrics: days, logs: days, traces: days }),
  size: oneOf(sizes as readonly ['small', 'medium', 'large']).default('small'),
  backups: z.strictObject({ every: oneOf(['hour', 'day']), keep: days }),
  volumes: z.strictObject({ minGib: count(1, 16384), maxGib: count(1, 16384) }).default({ minGib: 10, maxGib: 50 }),
  /** Protects cluster, buckets and databases against deletion. */
  deletionProtection: z.boolean().default(true),
  security: z
    .strictObject({
      /** Level for the namespaces of applications. */
      podSecurity: oneOf(['baseline', 'restricted']).default('restricted'),
      /** `relaxed` restricts what comes in, `strict` what goes out as well. */
      networkPolicies: oneOf(['relaxed', 'strict']).default('strict'),
      /** What Gatekeeper does with a violation. */
      admission: oneOf(['dryrun', 'warn', 'deny']).default('deny'),
      registries: z.array(text).default([]),
    })
    .prefault({}),
  mesh: z
    .strictObject({ mode: oneOf(['sidecar', 'ambient']).default('sidecar'), tracing: percent.default(Percent.of(10)) })
    .prefault({}),
  automation: z.strictObject({
    mode: oneOf(['supervised', 'autopilot']),
    scaling: permission,
    configuration: permission,
    costOptimization: permission,
    securityUpdates: permission,
    maxReplicas: count(1, 100),
    maxNodes: count(1, 500),
    operationsPerHour: count(1, 1000),
    pause: duration,
    concurrent: count(1, 100),
    costIncreasePerDay: percent,
    storageGrowth: percent,
  }),
  budget: z.strictObject({
    /** US dollars a month. */
    monthlyUsd: count(1, 10_000_000),
    alertAt: z.array(percent).default([50, 80, 100, 120].map((value) => Percent.of(value))),
  }),
  alerts: z.strictObject({
    cpu: percent,
    memory: percent,
    errorRate: percent,
    responseTime: duration,
    routing: z.strictObject({
      critical: z.array(text).min(1),
      warning: z.array(text).min(1),
      info: z.array(text).min(1),
    }),
  }),
  objectives: z.strictObject({
    p95: duration,
    availability: percent,
    errorRate: percent,
    utilization: range(percent),
  }),
  /** Limits for one service of an application in this environment. */
  services: z.strictObject({
    cpuRequest: range(quantity),
    memoryRequest: range(quantity),
    cpuLimit: range(quantity),
    memoryLimit: range(quantity),
    logLevel: oneOf(['debug', 'info', 'warn']),
  }),
  delivery: z.strictObject({
    strategies: z.array(oneOf(['blue-green', 'canary', 'rolling'])).min(1),
    /** Conditions under which a build may leave for the next environment. */
    gates: z.array(text).default([]),
    rollback: oneOf(['automatic', 'manual']).default('automatic'),
  }),
  /** What the team does here as a rule, for the documents: drills, clean-ups, windows. */
  practices: z.array(text).default([]),
  recovery: z.strictObject({ time: duration, point: duration }),
  /** What an assistant may ask of this environment's servers. */
  assistant: z.strictObject({ timeout: duration, concurrent: count(1, 100), retries: count(0, 10), cache: duration }),
  /** How often the environment is checked. */
  monitoringInterval: duration,
  workflows: z
    .strictObject({
      foundation: z.literal(true).optional(),
      ingress: z.boolean().optional(),
      observability: z.boolean().optional(),
      gitops: z.boolean().optional(),
      security: z.boolean().optional(),
      mesh: z.boolean().optional(),
      data: z.boolean().optional(),
    })
    .default({}),
  owner: text,
  costCenter: text,
  tags: z.record(text, text).default({}),
});

/** Facts as a user writes them; what has a default may be left out. */
export type EnvironmentFacts = z.input<typeof environmentSchema>;

/** Facts with every default filled in. */
export type CompleteFacts = z.output<typeof environmentSchema>;
