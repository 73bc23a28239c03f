import type { Construct } from 'constructs';
import { dev } from '../../environments';
import {
  Component,
  Days,
  Duration,
  type EnvironmentFacts,
  type ModelError,
  Percent,
  Pods,
  Workflow,
  WorkflowStack,
  type WorkflowStackProps,
} from '../../lib';
import { allocatable, podsPerNode } from '../../lib/core/capacity';
import { isCidr, overlaps, prefixOf, subnet } from '../../lib/core/cidr';
import { formatMemory, mebibytes, millicores } from '../../lib/core/quantity';
import { synthEnvironment } from '../../lib/testing';

describe('units', () => {
  test('convert themselves and print with their unit', () => {
    expect([Percent.of(80).ratio, `${Percent.of(0.5)}`]).toEqual([0.8, '0.5 %']);
    expect([Days.of(7).hours, `${Days.of(1)}`, `${Days.of(30)}`]).toEqual(['168h', '1 day', '30 days']);
    expect(Duration.minutes(2).inSeconds).toBe(120);
    expect([`${Duration.milliseconds(500)}`, `${Duration.seconds(5)}`]).toEqual(['500 ms', '5 s']);
  });

  test.each([
    ['Percent.of(-1)', () => Percent.of(-1)],
    ['Percent.of(1001)', () => Percent.of(1001)],
    ['Days.of(0)', () => Days.of(0)],
    ['Days.of(1.5)', () => Days.of(1.5)],
    ['Days.of(3651)', () => Days.of(3651)],
    ['Duration.seconds(0)', () => Duration.seconds(0)],
    ['Duration.seconds(NaN)', () => Duration.seconds(Number.NaN)],
  ])('%s is outside its range', (_, action) => {
    expect(action).toThrow(/^GP105 \[.*Allowed: .*Fix: /);
  });
});

describe('quantities', () => {
  test.each([
    ['250m', 250],
    ['2', 2000],
    ['0.5', 500],
  ])('%s of CPU are %d millicores', (text, expected) => expect(millicores(text)).toBe(expected));

  test.each([
    ['512Mi', 512],
    ['2Gi', 2048],
    ['1.5Gi', 1536],
    ['1024Ki', 1],
    ['1Ti', 1024 * 1024],
  ])('%s of memory are %d MiB', (text, expected) => expect(mebibytes(text)).toBe(expected));

  test.each([
    ['CPU', () => millicores('250Mi')],
    ['CPU', () => millicores('')],
    ['memory', () => mebibytes('512')],
    ['memory', () => mebibytes('512M')],
  ])('%s without a unit that Kubernetes knows is refused', (what, action) => {
    expect(action).toThrow(new RegExp(`^GP218 \\[${what}\\]`));
  });

  test('memory is written in whole units', () => {
    expect([1024, 1536, 100.2].map(formatMemory)).toEqual(['1Gi', '1536Mi', '101Mi']);
  });
});

describe('address ranges', () => {
  test.each([
    ['10.0.0.0/16', true],
    ['10.0.1.0/16', false],
    ['10.0.0.0', false],
    ['10.0.0.0/33', false],
    ['fd00::/8', false],
    ['no range', false],
  ])('%s is a range: %s', (text, expected) => expect(isCidr(text)).toBe(expected));

  test.each([
    ['10.0.0.0/16', '10.0.255.0/24', true],
    ['10.0.0.0/16', '10.1.0.0/16', false],
    ['0.0.0.0/0', '172.20.0.0/16', true],
  ])('%s overlaps %s: %s', (one, other, expected) => {
    expect([overlaps(one, other), overlaps(other, one)]).toEqual([expected, expected]);
  });

  test('parts of a range follow each other', () => {
    expect([0, 1, 15].map((index) => subnet('10.0.0.0/16', 4, index))).toEqual([
      '10.0.0.0/20',
      '10.0.16.0/20',
      '10.0.240.0/20',
    ]);
    expect(prefixOf('10.0.0.0/20')).toBe(20);
  });
});

describe('pods', () => {
  const proxy = { cpu: '10m', memory: '32Mi', memoryLimit: '64Mi' };
  const pods = new Pods('api', { cpu: '100m', memory: '128Mi', replicas: 3, sidecars: { proxy } }, false);

  test('add up their containers', () => {
    expect([pods.replicas, pods.cpu, pods.memory]).toEqual([3, 110, 160]);
  });

  test('get a memory limit and no CPU limit', () => {
    expect(pods.resources).toEqual({ requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '192Mi' } });
    expect(pods.sidecar('proxy').limits).toEqual({ memory: '64Mi' });
    expect(() => pods.sidecar('other')).toThrow("have no sidecar 'other'");
  });
});

describe('capacity', () => {
  test('a node gives less than it has', () => {
    expect(allocatable('t3.large')).toEqual({ cpu: 1930, memory: 6830, pods: podsPerNode });
    expect(allocatable('m5.2xlarge').cpu).toBe(8000 - 80 - 4 * 2.5);
  });

  test('pods count per replica, agents per node, against the largest number of nodes', () => {
    const { capacity } = synthesized({ replicas: 2 });
    expect(capacity.rows).toEqual([
      { workflow: 'team', component: 'load', cpu: 2 * 1000 + 5 * 10, memory: 2 * 1024 + 5 * 32, pods: 7 },
    ]);
    expect(capacity.allocatable).toEqual({ cpu: 5 * 1930, memory: 5 * 6830, pods: 5 * podsPerNode });
    expect(capacity.fill).toBeCloseTo(2050 / 9650);
  });

  test('the smallest node type decides', () => {
    const nodes = { ...dev.nodes, types: ['t3.xlarge', 't3.medium'] as const };
    expect(
      synthesized({ replicas: 1 }, { nodes: { ...nodes, types: [...nodes.types] } }).capacity.allocatable.cpu,
    ).toBe(5 * allocatable('t3.medium').cpu);
  });

  test('more than 80 % is a warning, more than there is an error with the table', () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation();
    expect(synthesized({ replicas: 8 }).warnings).toMatchObject([{ code: 'GP302', path: 'dev.nodes.max' }]);
    expect(warn).toHaveBeenCalledWith(expect.stringMatching(/^GP302 /));
    warn.mockRestore();
    const problems = problemsOf(() => synthesized({ replicas: 10 }));
    expect(problems).toMatchObject([{ code: 'GP301', message: expect.stringContaining('asks for 104 % of 5 nodes') }]);
    expect(problems[0]?.message).toMatch(/team +load +10050m +10400Mi +15\n +requested .*\n +allocatable +9650m/);
  });
});

interface LoadProps {
  readonly replicas: number;
}

/** Asks for a core and a GiB per replica, and for a little on every node. */
class Load extends Component {
  constructor(scope: Construct, id: string, { replicas }: LoadProps) {
    super(scope, id, { purpose: 'keeps nodes busy in this test' });
    this.podsOf('load', { cpu: '1', memory: '1Gi', replicas });
    this.podsPerNode('agent', { cpu: '10m', memory: '32Mi' });
  }
}

class Team extends WorkflowStack {
  constructor(scope: Construct, props: WorkflowStackProps & LoadProps) {
    super(scope, Workflow.custom({ id: 'team', title: 'Team', purpose: 'Keeps nodes busy' }), props);
    new Load(this, 'load', props);
  }
}

function synthesized(props: LoadProps, changes: Partial<EnvironmentFacts> = {}) {
  return synthEnvironment((app, environment) => new Team(app, { environment, ...props }), { ...dev, ...changes });
}

function problemsOf(action: () => unknown) {
  try {
    action();
  } catch (error) {
    return (error as ModelError).problems;
  }
  throw new Error('nothing was refused');
}
