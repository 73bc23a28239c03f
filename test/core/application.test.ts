import { dev, prod, services, staging } from '../../environments';
import {
  application,
  Days,
  Duration,
  Environment,
  ModelError,
  type ServiceFacts,
  sizedFor,
  startWaves,
} from '../../lib';
import { mebibytes, millicores } from '../../lib/core/quantity';

const environments = Environment.parse('ecotrack', [dev, staging, prod]);
const all = Object.entries(services.services) as [string, ServiceFacts][];

const service = {
  purpose: 'answers',
  requests: { cpu: '100m', memory: '256Mi' },
  limits: { cpu: '300m', memory: '512Mi' },
  replicas: { small: 1, medium: 2, large: 3 },
  maxReplicas: 10,
  route: { prefix: '/api/', timeout: Duration.seconds(5) },
};

const frame = {
  name: 'Test',
  namespace: 'test',
  port: 8080,
  servicePort: 80,
  probes: { liveness: '/live', readiness: '/ready', startup: '/live' },
  metricsPath: '/metrics',
  connections: 10,
  heapPercent: 75,
  topics: { events: { partitions: 1, keep: Days.of(1), events: ['Happened'] } },
};

test('services are started after those they call', () => {
  expect(startWaves(services)).toEqual([['user', 'product', 'payment', 'notification'], ['order']]);
});

test('GP119 refuses services that wait for each other', () => {
  const build = () =>
    application({
      ...frame,
      services: { one: { ...service, calls: ['two'] }, two: { ...service, calls: ['one'] }, three: service },
    });
  expect(build).toThrow(ModelError);
  expect(build).toThrow(
    'GP119 [services.one.calls] one, two wait for each other. Allowed: calls in one direction. Fix: let one of them learn of the other through a topic.',
  );
});

test('a call or a topic that does not exist does not compile', () => {
  // @ts-expect-error there is no service of that name
  const called = () => application({ ...frame, services: { one: { ...service, calls: ['two'] } } });
  // @ts-expect-error there is no topic of that name
  const published = () => application({ ...frame, services: { one: { ...service, publishes: ['other'] } } });
  expect([called, published]).toHaveLength(2);
});

test.each(environments.map((environment) => [environment.name, environment] as const))(
  'every service keeps to the ranges of %s',
  (_, environment) => {
    const { services: ranges, automation } = environment.facts;
    for (const [, facts] of all) {
      const sized = sizedFor(facts, environment);
      expect(millicores(sized.requests.cpu)).toBeGreaterThanOrEqual(millicores(ranges.cpuRequest.from));
      expect(millicores(sized.requests.cpu)).toBeLessThanOrEqual(millicores(ranges.cpuRequest.to));
      expect(mebibytes(sized.limits.memory)).toBeGreaterThanOrEqual(mebibytes(sized.requests.memory));
      expect(mebibytes(sized.limits.memory)).toBeLessThanOrEqual(mebibytes(ranges.memoryLimit.to));
      expect(sized.replicas).toBeLessThanOrEqual(sized.maxReplicas);
      expect(sized.maxReplicas).toBeLessThanOrEqual(automation.maxReplicas);
    }
  },
);

test('figures come from the facts of the service where the environment allows them', () => {
  const [small, , large] = environments as [Environment, Environment, Environment];
  expect(sizedFor(services.services.order, small)).toEqual({
    requests: { cpu: '200m', memory: '512Mi' },
    limits: { cpu: '500m', memory: '1Gi' },
    replicas: 1,
    maxReplicas: 5,
  });
  expect(sizedFor(services.services.order, large)).toMatchObject({ replicas: 5, maxReplicas: 10 });
});

test('what is consumed is published by another service', () => {
  for (const [name, { consumes = [] }] of all) {
    for (const topic of consumes) {
      const publishers = all.filter(([, { publishes = [] }]) => publishes.includes(topic)).map(([other]) => other);
      expect(publishers.length).toBeGreaterThan(0);
      expect(publishers).not.toContain(name);
    }
  }
});
