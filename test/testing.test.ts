import { Annotations } from 'cdktf';
import { dev } from '../environments';
import { type Environment, ModelError, type PlatformApp, Workflow, WorkflowStack } from '../lib';
import type { TerraformDocument } from '../lib/core/terraform-check';
import { Graph, synthEnvironment } from '../lib/testing';

/** A stack of nothing but its providers. */
class Empty extends WorkflowStack {
  constructor(app: PlatformApp, environment: Environment) {
    super(app, Workflow.FOUNDATION, { environment });
  }
}

describe('synthEnvironment', () => {
  test('runs validations of constructs, which the test kit of cdktf leaves out', () => {
    const build = (app: PlatformApp, environment: Environment) =>
      new Empty(app, environment).node.addValidation({ validate: () => ['the name is taken'] });
    expect(() => synthEnvironment(build, dev)).toThrow(/^GP208 \[dev-foundation\] the name is taken/);
  });

  test('fails on an error that a construct left as annotation', () => {
    const build = (app: PlatformApp, environment: Environment) =>
      Annotations.of(new Empty(app, environment)).addError('cannot be built');
    expect(() => synthEnvironment(build, dev)).toThrow(ModelError);
  });

  test('reads back what was written, without the path of a machine', () => {
    const { stacks } = synthEnvironment((app, environment) => new Empty(app, environment), dev);
    expect(stacks.get('dev-foundation')?.terraform).toMatchObject({
      backend: { local: { path: '../../../terraform.dev-foundation.tfstate' } },
    });
  });

  test('says what was looked for and how often it is there', () => {
    const environment = synthEnvironment((app, facts) => new Empty(app, facts), dev);
    expect(() => environment.release('loki')).toThrow("release 'loki': found 0, expected 1");
  });
});

describe('the graph', () => {
  const graph = new Graph(
    new Map<string, TerraformDocument>([
      [
        'one',
        {
          resource: { aws_vpc: { main: {} }, aws_subnet: { a: { vpc_id: '${aws_vpc.main.id}' } } },
          output: { subnet: { value: '${aws_subnet.a.id}' } },
        },
      ],
      [
        'two',
        {
          data: { terraform_remote_state: { 'cross-stack-reference-input-one': {} } },
          resource: {
            terraform_data: {
              gate: { input: '${data.terraform_remote_state.cross-stack-reference-input-one.outputs.subnet}' },
            },
            helm_release: {
              chart: { depends_on: ['terraform_data.gate'], values: ['{"text":"$${aws_vpc.main.id}"}'] },
            },
          },
        },
      ],
      ['three', { resource: { aws_sqs_queue: { jobs: {} } } }],
    ]),
    new Map([
      ['two', ['one']],
      ['three', ['two']],
    ]),
  );

  test('follows references, depends_on, and values out of the state of another stack', () => {
    expect(graph.ancestors('two/helm_release.chart')).toEqual([
      'two/terraform_data.gate',
      'two/data.terraform_remote_state.cross-stack-reference-input-one',
      'one/aws_subnet.a',
      'one/aws_vpc.main',
    ]);
    expect(graph.reaches('two/helm_release.chart', 'aws_vpc')).toBe(true);
    expect(graph.reaches('one/aws_subnet.a', 'helm_release')).toBe(false);
  });

  test('takes an escaped template for text', () => {
    expect(graph.ancestors('two/helm_release.chart')).not.toContain('two/aws_vpc.main');
  });

  test('knows the order of stacks, over several of them', () => {
    expect(graph.isBefore('one/aws_vpc.main', 'three/aws_sqs_queue.jobs')).toBe(true);
    expect(graph.isBefore('three/aws_sqs_queue.jobs', 'one/aws_vpc.main')).toBe(false);
    expect(graph.isStackBefore('one', 'three')).toBe(true);
  });
});
