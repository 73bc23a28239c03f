import type { z } from 'zod';
import { overlaps, prefixOf } from './cidr';
import { type CompleteFacts, type EnvironmentFacts, environmentSchema, type Hint, hints } from './environment-schema';
import { ModelError, type Problem, show } from './problem';
import type { ProblemCode } from './problem-codes';
import { partitionOf } from './regions';
import { suggestion } from './suggestion';
import { switchedOffButNeeded, Workflow, type WorkflowId } from './workflow';

/** Declares an environment; the facts are checked when the platform is made, all environments at once. */
export function environment(facts: EnvironmentFacts): EnvironmentFacts {
  return facts;
}

/** The checked facts of one environment, with what follows from them. */
export class Environment {
  readonly project: string;
  readonly facts: CompleteFacts;

  private constructor(project: string, facts: CompleteFacts) {
    this.project = project;
    this.facts = facts;
  }

  /**
   * Checks environments against the schema and against each other.
   *
   * @throws ModelError with every problem of every environment
   */
  static parse(project: string, all: readonly EnvironmentFacts[]): Environment[] {
    const results = all.map((facts, index) => ({
      label: facts?.name ?? `environments[${index}]`,
      parsed: environmentSchema.safeParse(facts),
      facts,
    }));
    const problems = results.flatMap(({ label, parsed, facts }) =>
      parsed.success
        ? inconsistencies(parsed.data)
        : parsed.error.issues.flatMap((issue) => toProblems(label, facts, issue)),
    );
    const complete = results.flatMap(({ parsed }) => (parsed.success ? [parsed.data] : []));
    problems.push(...conflicts(complete));
    if (problems.length > 0) throw new ModelError(problems);
    return complete.map((facts) => new Environment(project, facts));
  }

  get name(): string {
    return this.facts.name;
  }

  get partition(): string {
    return partitionOf(this.facts.aws.region);
  }

  /** The workflows that this environment does not switch off: `true`, or `undefined` as for a stack that is not there. */
  switchedOn(): Readonly<Record<WorkflowId, true | undefined>> {
    const { workflows } = this.facts;
    const entries = Workflow.all.map(({ id }) => [id, workflows[id as WorkflowId] === false ? undefined : true]);
    return Object.fromEntries(entries) as Record<WorkflowId, true | undefined>;
  }

  /** `{project}-{environment}-{resource}`, the form of every AWS name. */
  named(resource: string): string {
    return `${this.project}-${this.name}-${resource}`;
  }

  /** `arn:aws:<service>:<region>:<account>:<resource>`. */
  arn(service: string, resource: string, { global = false }: { global?: boolean } = {}): string {
    const { region, account } = this.facts.aws;
    return `arn:${this.partition}:${service}:${global ? '' : region}:${account}:${resource}`;
  }
}

/** Problems between facts of one environment. */
function inconsistencies(facts: CompleteFacts): Problem[] {
  return [
    ...switchedOffButNeeded(facts.name, facts.workflows),
    ...networkProblems(facts),
    ...nodeProblems(facts),
    ...facts.cluster.publicAccess
      .filter((range) => range === '0.0.0.0/0')
      .map((range) => openEndpoint(facts.name, range)),
  ];
}

function networkProblems({ name, network }: CompleteFacts): Problem[] {
  const problems: Problem[] = [];
  if (prefixOf(network.cidr) < 16 || prefixOf(network.cidr) > 20) {
    problems.push({
      code: 'GP118',
      path: `${name}.network.cidr`,
      message: `${network.cidr} does not hold the subnets of three zones`,
      allowed: 'a prefix from /16 to /20',
      fix: 'choose a range of that size',
    });
  }
  if (overlaps(network.cidr, network.serviceCidr)) {
    problems.push({
      code: 'GP110',
      path: `${name}.network.serviceCidr`,
      message: `${network.serviceCidr} overlaps the VPC range ${network.cidr}`,
      allowed: 'a private range outside the VPC',
      fix: 'choose another serviceCidr, for example 172.20.0.0/16',
    });
  }
  return problems;
}

function nodeProblems({ name, nodes, automation }: CompleteFacts): Problem[] {
  const problems: Problem[] = [];
  if (nodes.min > nodes.max) {
    problems.push({
      code: 'GP111',
      path: `${name}.nodes`,
      message: `min is ${nodes.min} and max is ${nodes.max}`,
      allowed: 'min up to max',
      fix: `lower min or raise max to ${nodes.min}`,
    });
  }
  if (automation.maxNodes < Math.min(nodes.min, nodes.max)) {
    problems.push({
      code: 'GP117',
      path: `${name}.automation.maxNodes`,
      message: `automation may run ${automation.maxNodes} nodes while the environment has at least ${nodes.min}`,
      allowed: `${nodes.min} or more`,
      fix: 'raise maxNodes or lower nodes.min',
    });
  }
  return problems;
}

function openEndpoint(name: string, range: string): Problem {
  return {
    code: 'GP115',
    path: `${name}.cluster.publicAccess`,
    message: `${range} opens the API endpoint to everybody`,
    allowed: 'ranges of your offices, VPN and CI',
    fix: 'list those ranges, or leave it empty for a private endpoint',
  };
}

/** Problems between environments. */
function conflicts(all: readonly CompleteFacts[]): Problem[] {
  return all.flatMap((one, index) =>
    all.slice(index + 1).flatMap((other): Problem[] => {
      if (one.name === other.name) {
        return [
          {
            code: 'GP113',
            path: `${other.name}.name`,
            message: `two environments are named '${one.name}'`,
            allowed: 'one environment per name',
            fix: 'rename one of them',
          },
        ];
      }
      if (!overlaps(one.network.cidr, other.network.cidr)) return [];
      return [
        {
          code: 'GP110',
          path: `${other.name}.network.cidr`,
          message: `${other.network.cidr} overlaps ${one.network.cidr} of ${one.name}`,
          allowed: 'ranges that can be peered later',
          fix: 'give each environment a range of its own',
        },
      ];
    }),
  );
}

const codes: Readonly<Record<string, ProblemCode>> = {
  invalid_type: 'GP102',
  invalid_union: 'GP103',
  invalid_value: 'GP103',
  invalid_format: 'GP104',
  custom: 'GP104',
  too_small: 'GP105',
  too_big: 'GP105',
};

function toProblems(label: string, facts: unknown, issue: z.core.$ZodIssue): Problem[] {
  const path = [label, ...issue.path].join('.');
  const value = valueAt(facts, issue.path);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownKey(path, key, keysAt(value, issue.path)));
  const hint = hintAt(issue.path);
  const given = value === undefined ? 'is missing' : `is ${show(value)}`;
  const near =
    issue.code === 'invalid_value' && typeof value === 'string'
      ? suggestion(value, issue.values.map(String))
      : undefined;
  return [
    {
      code: codeOf(issue, hint),
      path,
      message: `${String(issue.path.at(-1) ?? label)} ${given}`,
      allowed: hint?.allowed ?? issue.message,
      fix: near ? `did you mean '${near}'?` : (hint?.fix ?? 'see lib/core/environment-schema.ts'),
    },
  ];
}

function codeOf(issue: z.core.$ZodIssue, hint: Hint | undefined): ProblemCode {
  return (
    hint?.code ??
    (issue.input === undefined && issue.code === 'invalid_type' ? 'GP102' : (codes[issue.code] ?? 'GP102'))
  );
}

function unknownKey(path: string, key: string, known: readonly string[]): Problem {
  const near = suggestion(key, known);
  return {
    code: 'GP101',
    path: `${path}.${key}`,
    message: `'${key}' is not a known key`,
    allowed: known.join(', '),
    fix: near ? `did you mean '${near}'?` : 'remove it',
  };
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((value: unknown, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], root);
}

/** Schema nodes from the root to a path, with optional and default wrappers taken off. */
function schemaAt(path: readonly PropertyKey[]): z.core.$ZodType | undefined {
  return path.reduce((schema: z.core.$ZodType | undefined, key) => childOf(unwrap(schema), key), environmentSchema);
}

function unwrap(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  const inner = (schema?._zod.def as { innerType?: z.core.$ZodType } | undefined)?.innerType;
  return inner ? unwrap(inner) : schema;
}

function childOf(schema: z.core.$ZodType | undefined, key: PropertyKey): z.core.$ZodType | undefined {
  const def = schema?._zod.def as
    | {
        shape?: Record<PropertyKey, z.core.$ZodType>;
        element?: z.core.$ZodType;
        options?: z.core.$ZodType[];
        valueType?: z.core.$ZodType;
      }
    | undefined;
  return (
    def?.shape?.[key] ??
    def?.element ??
    def?.valueType ??
    def?.options?.map((option) => childOf(option, key)).find(Boolean)
  );
}

function hintAt(path: readonly PropertyKey[]): Hint | undefined {
  const schema = schemaAt(path);
  return (schema && hints.get(schema)) ?? hints.get(unwrap(schema) as z.core.$ZodType);
}

function keysAt(value: unknown, path: readonly PropertyKey[]): string[] {
  const def = unwrap(schemaAt(path))?._zod.def as {
    shape?: object;
    options?: { _zod: { def: { shape: Record<string, z.ZodType> } } }[];
  };
  const provider = (value as { provider?: string } | undefined)?.provider;
  const shape =
    def.shape ??
    def.options?.find((option) => option._zod.def.shape.provider?.safeParse(provider).success)?._zod.def.shape;
  return Object.keys(shape ?? {});
}
