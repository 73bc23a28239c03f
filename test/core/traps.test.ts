import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aspects, Fn, TerraformHclModule, TerraformResource, TerraformStack } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import { dev, staging } from '../../environments';
import {
  type Environment,
  ModelError,
  Namespace,
  PlatformApp,
  type PlatformAppProps,
  type Problem,
  Workflow,
  WorkflowStack,
} from '../../lib';
import { checkedName } from '../../lib/core/names';
import type { TerraformDocument } from '../../lib/core/terraform-check';
import { ReadyGate } from '../../lib/providers/ready-gate';

/*
 * Mistakes that cdktf 0.21 lets through, one test each: here they are impossible, or an error that names them.
 */

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function newApp(props: Partial<PlatformAppProps> = {}): PlatformApp {
  const folder = mkdtempSync(join(tmpdir(), 'groundplan-'));
  folders.push(folder);
  return new PlatformApp({ project: 'ecotrack', environments: [dev], outdir: join(folder, 'cdktf.out'), ...props });
}

const first = Workflow.custom({ id: 'first', title: 'First', purpose: 'Comes first' });
const second = Workflow.custom({
  id: 'second',
  title: 'Second',
  purpose: 'Follows',
  requires: new Map([[first, 'x']]),
});

/** A stack of a team, in the first environment of its app unless another is named. */
class Stack extends WorkflowStack {
  constructor(scope: Construct, workflow = first, environment?: Environment) {
    super(scope, workflow, { environment: environment ?? environmentOf(scope) });
  }
}

function environmentOf({ node }: Construct): Environment {
  return (node.root as PlatformApp).environments[0] as Environment;
}

function synth(app: PlatformApp): Record<string, TerraformDocument> {
  app.synth();
  const stacks = join(app.outdir, 'stacks');
  return Object.fromEntries(
    readdirSync(stacks).map((id) => [id, JSON.parse(readFileSync(join(stacks, id, 'cdk.tf.json'), 'utf8'))]),
  );
}

function problemsOf(action: () => unknown): readonly Problem[] {
  try {
    action();
  } catch (error) {
    if (error instanceof ModelError) return error.problems;
    throw error;
  }
  return [];
}

const codesOf = (action: () => unknown) => problemsOf(action).map(({ code }) => code);
const thing = (scope: Construct, id: string) => new ReadyGate(scope, id);
const body = (document: TerraformDocument | undefined, name: string) => document?.resource?.terraform_data?.[name];

describe('dependencies', () => {
  test('T1: node.addDependency() becomes depends_on, also on a construct of several resources', () => {
    const app = newApp();
    const stack = new Stack(app);
    const pair = new Construct(stack, 'pair');
    thing(pair, 'one');
    thing(pair, 'two');
    thing(stack, 'last').node.addDependency(pair);
    const { depends_on: edges } = body(synth(app)['dev-first'], 'last') as { depends_on: string[] };
    expect(edges).toEqual([expect.stringMatching(/^terraform_data\.pair_one_/), expect.stringMatching(/_two_/)]);
  });

  test('T1: edges to and from modules are kept', () => {
    const app = newApp();
    const stack = new Stack(app);
    const network = new TerraformHclModule(stack, 'network', { source: 'example/network/aws' });
    network.node.addDependency(thing(stack, 'before'));
    thing(stack, 'after').node.addDependency(network);
    const document = synth(app)['dev-first'];
    expect(document?.module?.network).toMatchObject({ depends_on: ['terraform_data.before'] });
    expect(body(document, 'after')).toMatchObject({ depends_on: ['module.network'] });
  });

  test('T1: edges that an Aspect adds are kept', () => {
    const app = newApp();
    const stack = new Stack(app);
    const early = thing(stack, 'early');
    const late = thing(stack, 'late');
    Aspects.of(stack).add({ visit: (node) => node === late && late.node.addDependency(early) });
    expect(body(synth(app)['dev-first'], 'late')).toMatchObject({ depends_on: ['terraform_data.early'] });
  });

  test('a component waits for charts of others with what it runs in the cluster, not with what it has in AWS', () => {
    const app = newApp();
    const stack = new Stack(app);
    const resource = (scope: Construct, id: string, type: string) =>
      new TerraformResource(scope, id, { terraformResourceType: type });
    const chart = resource(stack, 'chart', 'helm_release');
    const component = new Construct(stack, 'component');
    resource(component, 'role', 'aws_iam_role');
    resource(component, 'release', 'helm_release');
    component.node.addDependency(chart);
    resource(stack, 'told', 'aws_iam_role').node.addDependency(chart);
    const { helm_release: releases = {}, aws_iam_role: roles = {} } = synth(app)['dev-first']?.resource ?? {};
    const edgesOf = (blocks: object, id: string) =>
      Object.entries(blocks).find(([name]) => name.startsWith(id))?.[1].depends_on;
    expect(edgesOf(releases, 'component_release')).toEqual(['helm_release.chart']);
    expect(edgesOf(roles, 'component_role') ?? []).toEqual([]);
    expect(edgesOf(roles, 'told')).toEqual(['helm_release.chart']);
  });

  test('T9: an edge between resources of two stacks becomes an edge between the stacks', () => {
    const app = newApp();
    const one = new Stack(app);
    const other = new Stack(app, second);
    thing(other, 'late').node.addDependency(thing(one, 'early'));
    expect(body(synth(app)['dev-second'], 'late')).not.toHaveProperty('depends_on');
    const { stacks } = JSON.parse(readFileSync(join(app.outdir, 'manifest.json'), 'utf8'));
    expect(stacks['dev-second'].dependencies).toEqual(['dev-first']);
  });

  test('T9: dependsOn with a resource of another stack is refused', () => {
    const app = newApp();
    const early = thing(new Stack(app), 'early');
    new TerraformResource(new Stack(app, second), 'late', { terraformResourceType: 'a_thing', dependsOn: [early] });
    expect(codesOf(() => app.synth())).toEqual(['GP204']);
  });

  test('T22: a circle between stacks is named with both ends', () => {
    const app = newApp();
    const [one, other] = [thing(new Stack(app), 'one'), thing(new Stack(app, second), 'other')];
    one.node.addDependency(other);
    other.node.addDependency(one);
    expect(problemsOf(() => app.synth())).toMatchObject([
      { code: 'GP213', message: "'dev-second' would depend on 'dev-first', which already depends on it" },
    ]);
  });

  test('T23: an expression in depends_on is refused', () => {
    const app = newApp();
    const stack = new Stack(app);
    const early = thing(stack, 'early');
    thing(stack, 'late').dependsOn = [early.fqn];
    expect(problemsOf(() => app.synth())).toMatchObject([
      { code: 'GP204', message: expect.stringContaining('terraform_data.early}') },
    ]);
  });
});

describe('ids', () => {
  test('T2: two stacks of one id under different parents are refused', () => {
    const app = newApp();
    for (const id of ['one', 'other']) new Stack(new Construct(app, id));
    expect(problemsOf(() => app.synth())).toMatchObject([
      { code: 'GP201', message: "'other/dev-first' and 'one/dev-first' are both written to 'stacks/dev-first'" },
    ]);
  });

  test('T5: ids that Terraform addresses would change are refused', () => {
    const stack = new Stack(newApp());
    expect(codesOf(() => new Namespace(stack, 'a.b', { podSecurity: 'restricted' }))).toEqual(['GP214']);
  });

  test('T5: two resources of one address are refused, where ids are not ours', () => {
    const app = newApp();
    const stack = new Stack(app);
    for (const id of ['a.b', 'ab']) thing(stack, id);
    expect(problemsOf(() => app.synth())).toMatchObject([
      { code: 'GP202', message: "'dev-first/ab' and 'dev-first/a.b' would both be 'terraform_data.ab'" },
    ]);
  });

  test('a problem is told once, even where an Aspect makes the stack look twice', () => {
    const app = newApp();
    const stack = new Stack(app);
    for (const id of ['a.b', 'ab']) thing(stack, id);
    Aspects.of(stack).add({ visit: () => undefined });
    expect(codesOf(() => app.synth())).toEqual(['GP202']);
  });

  test('a namespace and a release have one owner', () => {
    const app = newApp();
    const stack = new Stack(app);
    for (const id of ['one', 'other']) new Namespace(new Construct(stack, id), 'shop', { podSecurity: 'restricted' });
    expect(codesOf(() => app.synth())).toEqual(expect.arrayContaining(['GP209', 'GP210']));
  });

  test('a handle that the workflow does not declare is refused', () => {
    const app = newApp();
    const one = new Stack(app, second);
    new (class extends WorkflowStack {
      constructor(props: { environment: Environment; one: WorkflowStack }) {
        super(app, first, props);
      }
    })({ environment: one.environment, one });
    expect(problemsOf(() => app.synth())).toMatchObject([
      { code: 'GP216', message: "'first' takes a handle of 'second'" },
    ]);
  });

  test('a construct outside a workflow stack is refused', () => {
    const plain = new TerraformStack(newApp(), 'plain');
    expect(codesOf(() => new Namespace(plain, 'shop', { podSecurity: 'restricted' }))).toEqual(['GP217']);
  });
});

describe('aspects and validations', () => {
  test.each([
    ['on the app', (app: PlatformApp) => app],
    ['between app and stack', (app: PlatformApp) => new Construct(app, 'group')],
  ])('T3: an Aspect %s visits the stacks below', (_, parent) => {
    const app = newApp();
    const scope = parent(app);
    thing(new Stack(scope), 'thing');
    const visited: string[] = [];
    Aspects.of(scope).add({ visit: ({ node }) => visited.push(node.id) });
    app.synth();
    expect(visited).toEqual(expect.arrayContaining(['dev-first', 'thing']));
  });

  test('T4: validations anywhere are run, reported all at once, and nothing is written', () => {
    const app = newApp();
    const group = new Construct(app, 'group');
    const stacks = [new Stack(group), new Stack(group, second)];
    for (const scope of [app, group, ...stacks]) refuse(scope);
    expect(problemsOf(() => app.synth()).map(({ code, path }) => [code, path])).toEqual([
      ['GP208', ''],
      ['GP208', 'group'],
      ['GP208', 'group/dev-first'],
      ['GP208', 'group/dev-second'],
    ]);
    expect(existsSync(app.outdir)).toBe(false);
  });

  test('T10: a value of another stack, taken in an Aspect, is refused', () => {
    const app = newApp();
    const early = thing(new Stack(app), 'early');
    const other = new Stack(app, second);
    const late = new TerraformResource(other, 'late', { terraformResourceType: 'a_thing' });
    Aspects.of(other).add({ visit: (node) => node === late && late.addOverride('input', early.reached) });
    expect(codesOf(() => app.synth())).toEqual(['GP207']);
  });

  test('T17: a second synth writes the same, even with an Aspect that adds constructs', () => {
    const app = newApp();
    const stack = new Stack(app);
    Aspects.of(stack).add({ visit: (node) => node === stack && thing(stack, 'added') });
    const before = synth(app);
    expect(body(before['dev-first'], 'added')).toBeDefined();
    expect(synth(app)).toEqual(before);
    expect(() => thing(stack, 'too-late')).toThrow(/during synthesis/);
  });
});

function refuse({ node }: IConstruct): void {
  node.addValidation({ validate: () => ['is wrong'] });
}

describe('values', () => {
  test('T8: a value of another stack is read from its state, whose backend is there already, and stays sensitive', () => {
    const app = newApp();
    const early = thing(new Stack(app), 'early');
    new ReadyGate(new Stack(app, second), 'late', early.reached);
    const documents = synth(app);
    expect(Object.values(documents['dev-first']?.output ?? {})).toEqual([
      { sensitive: true, value: expect.stringMatching(/^\$\{terraform_data\.early\.id\}$/) },
    ]);
    expect(Object.keys(documents['dev-second']?.data ?? {})).toEqual(['terraform_remote_state']);
  });

  test('T13: a name that is known only after apply is refused, since the model has to measure it', () => {
    const app = newApp();
    const stack = new Stack(app);
    checkedName(stack, 'role', thing(stack, 'thing').reached);
    expect(codesOf(() => app.synth())).toEqual(['GP215']);
  });

  test('T20: stacks grouped under a construct read values of each other', () => {
    const app = newApp();
    const group = new Construct(app, 'group');
    const early = thing(new Stack(group), 'early');
    new ReadyGate(new Stack(group, second), 'late', Fn.upper(early.reached));
    expect(body(synth(app)['dev-second'], 'late')?.input).toMatch(/^\$\{upper\(data\.terraform_remote_state\./);
  });
});

describe('providers', () => {
  test('T11: a provider of another stack is refused', () => {
    const app = newApp();
    new Stack(app);
    const late = thing(new Stack(app, second), 'late');
    late.addOverride('provider', 'aws.elsewhere');
    expect(problemsOf(() => app.synth())).toMatchObject([{ code: 'GP205', allowed: 'providers of this stack: aws' }]);
  });

  test('T12: a second provider without an alias is refused', () => {
    const app = newApp();
    const stack = new Stack(app);
    stack.addOverride('provider.aws', [{ region: 'us-east-1' }, { region: 'eu-west-1' }]);
    expect(codesOf(() => app.synth())).toEqual(['GP206']);
  });

  test('T18: version ranges are those of the platform', () => {
    const app = newApp({ providerVersions: { aws: '= 6.30.0' } });
    new Stack(app);
    expect(synth(app)['dev-first']?.terraform).toMatchObject({ required_providers: { aws: { version: '= 6.30.0' } } });
  });
});

describe('output', () => {
  test('T15: local state lies beside the output, at a path that is the same on every machine', () => {
    const app = newApp();
    new Stack(app);
    expect(synth(app)['dev-first']?.terraform).toMatchObject({
      backend: { local: { path: '../../../terraform.dev-first.tfstate' } },
    });
  });

  test('T16: stacks that the model no longer has are removed, those of environments left out stay', () => {
    const both = newApp({ environments: [dev, staging] });
    const { outdir } = both;
    for (const environment of both.environments)
      for (const workflow of [first, second]) new Stack(both, workflow, environment);
    expect(Object.keys(synth(both))).toHaveLength(4);
    const one = newApp({ environments: [dev, staging], only: ['dev'], outdir });
    new Stack(one);
    expect(Object.keys(synth(one))).toEqual(['dev-first', 'staging-first', 'staging-second']);
    const { stacks } = JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8'));
    expect(Object.keys(stacks).toSorted()).toEqual(['dev-first', 'staging-first', 'staging-second']);
  });
});
