import { dev, prod, staging } from '../../environments';
import { Duration, Environment, Percent } from '../../lib';
import { limitsOf, modeLimits, permissionFor, safetyLimits } from '../../lib/core/autonomy';
import { contacts, severities, triggers } from '../../lib/core/escalation';

const environments = Object.fromEntries(
  Environment.parse('ecotrack', [dev, staging, prod]).map((environment) => [environment.name, environment]),
) as Record<'dev' | 'staging' | 'prod', Environment>;

test.each([
  ['dev', { replicas: 5, nodes: 8, operationsPerHour: 10, concurrent: 3, costIncreasePerDay: Percent.of(20) }],
  ['staging', { replicas: 5, nodes: 8, operationsPerHour: 10, concurrent: 3, costIncreasePerDay: Percent.of(20) }],
  ['prod', { replicas: 5, nodes: 8, operationsPerHour: 8, concurrent: 2, costIncreasePerDay: Percent.of(15) }],
] as const)('autopilot in %s keeps to the strictest limits', (name, expected) => {
  expect(limitsOf(environments[name], 'autopilot')).toMatchObject(expected);
});

test.each([
  ['dev', 8],
  ['staging', 12],
  ['prod', 15],
] as const)('with a person, %s may have %i nodes', (name, nodes) => {
  expect(limitsOf(environments[name], 'supervised').nodes).toBe(nodes);
});

test('the longest pause and the smallest growth win', () => {
  expect(limitsOf(environments.dev, 'autopilot')).toMatchObject({
    pause: Duration.minutes(5),
    storageGrowth: Percent.of(50),
  });
  expect(limitsOf(environments.prod, 'autopilot')).toMatchObject({
    pause: Duration.minutes(10),
    storageGrowth: Percent.of(25),
  });
});

test.each(['supervised', 'autopilot'] as const)('no limit of %s is looser than one of its sources', (mode) => {
  for (const environment of Object.values(environments)) {
    const limits = limitsOf(environment, mode);
    const { automation } = environment.facts;
    const own = { replicas: automation.maxReplicas, nodes: automation.maxNodes, concurrent: automation.concurrent };
    for (const source of [own, modeLimits[mode], safetyLimits]) {
      expect(limits.replicas).toBeLessThanOrEqual(source.replicas ?? Number.POSITIVE_INFINITY);
      expect(limits.nodes).toBeLessThanOrEqual(source.nodes ?? Number.POSITIVE_INFINITY);
    }
  }
});

test('supervised mode lets nothing pass without a person', () => {
  expect(permissionFor(environments.dev.facts.automation, 'scaling', 'supervised')).toBe('approval');
  expect(permissionFor(environments.dev.facts.automation, 'scaling', 'autopilot')).toBe('allowed');
  expect(permissionFor(environments.prod.facts.automation, 'scaling', 'autopilot')).toBe('approval');
  const denied = { ...environments.dev.facts.automation, scaling: 'denied' as const };
  expect(permissionFor(denied, 'scaling', 'supervised')).toBe('denied');
});

test('there is one scale of severities, the most urgent first', () => {
  const times = severities.map(({ answerWithin }) => answerWithin.inSeconds);
  expect(times).toEqual(times.toSorted((one, other) => one - other));
  expect(triggers.filter(({ severity }) => !severities.some(({ id }) => id === severity))).toEqual([]);
  const after = contacts.map((contact) => contact.after.inSeconds);
  expect(after).toEqual(after.toSorted((one, other) => one - other));
});
