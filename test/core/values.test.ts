import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fn } from 'cdktf';
import { dev } from '../../environments';
import { type Environment, ModelError, PlatformApp, Workflow, WorkflowStack } from '../../lib';
import type { TerraformDocument } from '../../lib/core/terraform-check';
import { ReadyGate } from '../../lib/providers/ready-gate';
import { escapeTemplates, mergeValues, type Values, writeValues } from '../../lib/providers/values';

/** Kept apart from the brace, so that nobody takes a text for a template string. */
const d = '$';

const workflow = Workflow.custom({ id: 'team', title: 'Team', purpose: 'Holds a resource' });

class Team extends WorkflowStack {
  /** Has values that are known only after apply. */
  readonly resource = new ReadyGate(this, 'resource');

  constructor(app: PlatformApp) {
    super(app, workflow, { environment: app.environments[0] as Environment });
  }
}

const folder = mkdtempSync(join(tmpdir(), 'groundplan-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function newTeam(): Team {
  return new Team(new PlatformApp({ project: 'ecotrack', environments: [dev], outdir: join(folder, 'cdktf.out') }));
}

/** Chart values as Terraform will read them. */
function written(valuesOf: (team: Team) => Values): string {
  const team = newTeam();
  new ReadyGate(team, 'written', writeValues(team, valuesOf(team)));
  team.prepareStack();
  const document = team.toTerraform() as TerraformDocument;
  return document.resource?.terraform_data?.written?.input as string;
}

function codes(valuesOf: (team: Team) => Values): readonly string[] {
  const team = newTeam();
  writeValues(team, valuesOf(team));
  try {
    (team.node.root as PlatformApp).check();
  } catch (error) {
    if (error instanceof ModelError) return error.problems.map(({ code, message }) => `${code} ${message}`);
    throw error;
  }
  return [];
}

describe('writing', () => {
  test('values become JSON, so that Helm guesses no types', () => {
    const values = {
      version: '1.20',
      flag: 'no',
      port: 8080,
      big: 12_345_678_901,
      none: null,
      list: ['a', { b: true }],
    };
    expect(JSON.parse(written(() => values))).toEqual(values);
  });

  test('what is undefined is left out, what is null stays: it removes a default of the chart', () => {
    expect(written(() => ({ a: undefined, b: null }))).toBe('{"b":null}');
  });

  test('T14: templates of Grafana, Loki and Falco reach the chart as they are', () => {
    const literal = {
      query: `rate(${d}{job}[5m])`,
      [`${d}{key}`]: 'x',
      falco: '%{proc.name}',
      helm: '{{ .Values.x }}',
    };
    const terraform = written(() => literal);
    expect(terraform).not.toMatch(/(?<![$%])[$%]\{/);
    expect(JSON.parse(terraform.replace(/([$%])\1\{/g, '$1{'))).toEqual(literal);
  });

  test('T14: values of resources stay expressions, beside literals that look like them', () => {
    const terraform = written(({ resource }) => ({ both: `${resource.reached}-${d}{literal}` }));
    expect(terraform).toBe(`{"both":"${d}{terraform_data.resource.id}-${d}${d}{literal}"}`);
  });

  test('functions of Terraform and numbers of resources are put in', () => {
    const terraform = written(({ resource }) => ({
      upper: Fn.upper(resource.reached),
      count: resource.getNumberAttribute('count'),
    }));
    expect(terraform).toMatch(/"upper":"\$\{upper\(terraform_data\.resource\.id\)\}"/);
    expect(terraform).toMatch(/"count":\$\{terraform_data\.resource\.count\}/);
  });

  test.each([
    ['list', (team: Team) => team.resource.getListAttribute('things')],
    ['map', (team: Team) => team.resource.getStringMapAttribute('things')],
    ['truth value', (team: Team) => team.resource.getBooleanAttribute('thing')],
  ])('T13: a %s that is known only after apply is refused', (_, unknown) => {
    expect(codes((team) => ({ a: { b: unknown(team) } }))).toEqual([
      expect.stringMatching(/^GP215 the chart value a\.b is/),
    ]);
  });
});

describe('secrets', () => {
  test.each(['adminPassword', 'secretKey', 'slackApiKey', 'webhookUrl'])('a literal under %s is refused', (key) => {
    expect(codes(() => ({ config: { [key]: 'hunter2' } }))).toEqual([
      `GP212 the chart value config.${key} is a literal`,
    ]);
  });

  test('references, empty texts and templates of External Secrets are no secrets', () => {
    const values = {
      existingSecret: 'grafana',
      passwordKey: 'password',
      password: '',
      target: { password: '{{ .p }}' },
    };
    expect(codes(() => values)).toEqual([]);
  });
});

describe('merging', () => {
  test('maps merge, lists and scalars are replaced, later patches win', () => {
    const base = { a: { b: 1, c: [1, 2] }, d: 'x' };
    expect(mergeValues(base, { a: { c: [3] } }, undefined, { d: null, e: 1 })).toEqual({
      a: { b: 1, c: [3] },
      d: null,
      e: 1,
    });
    expect(base).toEqual({ a: { b: 1, c: [1, 2] }, d: 'x' });
  });

  test('a value of a resource is replaced as a whole', () => {
    const { reached } = newTeam().resource;
    expect(mergeValues({ a: { b: 1 } }, { a: reached })).toEqual({ a: reached });
  });
});

test.each([
  [`${d}{a}`, `${d}${d}{a}`],
  ['%{a}', '%%{a}'],
  [`${d}${d}{a}`, `${d}${d}${d}{a}`],
  ['$5 and 5 %', '$5 and 5 %'],
])('%s is spelled %s for Terraform', (literal, escaped) => {
  expect(escapeTemplates(literal)).toBe(escaped);
});
