import { type ProblemCode, problemCodes } from '../../../core/problem-codes';
import type { Workflow } from '../../../core/workflow';
import { type Block, code, document, fence, generatedMark, heading, list, table } from '../../markdown';
import type { ComponentView } from '../../model';
import { commandsOf, portable, shellLines } from '../../steering/commands';
import { chartsOf, enumeration, environmentNames, kubeconfigCommand, requests } from '../../steering/wording';
import type { NumberedSpec } from '../check';
import type { Facts } from '../facts';
import type { Property, Spec } from '../spec';
import { legend, picture } from './picture';
import { usedVariables } from './variables';

/** `design.md`: what there is, how it hangs together, what has to hold, what goes wrong and how it is tested. */
export function designDocument(spec: Spec, { content, numbers }: NumberedSpec, facts: Facts): string {
  const components = facts.componentsOf(spec);
  return document(
    heading(1, `Design Document: ${spec.title}`),
    generatedMark,
    heading(2, 'Overview'),
    content.overview,
    heading(2, 'Architecture'),
    ...pictureBlocks(spec, facts),
    ...(spec.picture ? [] : orderBlocks(spec.workflows, facts)),
    content.decisions.length > 0 && heading(3, 'Decisions'),
    list(content.decisions.map(({ choice, because }) => `**${choice}.** ${because}`)),
    heading(2, 'Components and Interfaces'),
    componentTable(components, facts),
    heading(3, 'What they hand over'),
    handoverTable(components, facts) ?? 'Nothing that others have to know.',
    heading(2, 'Data Models'),
    table(['Fact', ...environmentNames(facts.model)], factCells(content.facts, facts)),
    content.models,
    ...capacityBlocks(components, facts),
    heading(2, 'Correctness Properties'),
    ...content.properties.flatMap((property, index) => propertyBlocks(property, index + 1, numbers)),
    heading(2, 'Error Handling'),
    table(
      ['Sign', 'Cause', 'Remedy'],
      content.failures.map(({ sign, cause, remedy }) => [sign, cause, remedy]),
    ),
    // A spec that picks components of other workflows leaves their upkeep to the specs of those.
    ...(spec.components ? [] : rollbackBlocks(components, facts)),
    heading(2, 'Testing Strategy'),
    ...testBlocks(spec.workflows, components, facts),
  );
}

function pictureBlocks({ picture: own, workflows }: Spec, facts: Facts): Block[] {
  const drawn = own?.(facts) ?? { lines: picture(facts.model, workflows), legend };
  return [fence('mermaid', drawn.lines.join('\n')), drawn.legend];
}

/** Why a workflow comes where it does, and after which stacks; once where that is the same in all environments. */
function orderBlocks(workflows: readonly Workflow[], facts: Facts): Block[] {
  const lines = workflows.flatMap((workflow) => [
    ...[...workflow.requires].map(([{ title }, reason]) => `${workflow.title} needs ${title}: ${reason}.`),
    ...[...workflow.recommends].map(([{ title }, reason]) => `${workflow.title} is better with ${title}: ${reason}.`),
    ...stackOrder(workflow, facts),
  ]);
  return lines.length === 0 ? [] : [heading(3, 'Order'), list(lines)];
}

function stackOrder(workflow: Workflow, { model }: Facts): string[] {
  const lines = model.environments.flatMap(({ environment, workflows }) =>
    workflows
      .filter((view) => view.workflow === workflow && view.after.length > 0)
      .map(({ after }) => [
        environment.name,
        `${workflow.id}`,
        ...after.map((id) => id.slice(environment.name.length + 1)),
      ]),
  );
  const sentences = (name: string, [id = '', ...after]: readonly string[]) =>
    `${code(`${name}-${id}`)} is deployed after ${enumeration(after.map((other) => code(`${name}-${other}`)))}.`;
  const same = new Set(lines.map(([, ...rest]) => rest.join(' '))).size === 1;
  const [first] = lines;
  if (same && first) return [sentences('<environment>', first.slice(1))];
  return lines.map(([name = '', ...rest]) => sentences(name, rest));
}

function componentTable(components: readonly ComponentView[], { model }: Facts): Block {
  const rows = components.map((component) => {
    const has = model.variants(component.id, component.workflow);
    const names = environmentNames(model).filter((name) => has.has(name));
    const everywhere = names.length === model.environments.length;
    return [
      code(component.id),
      component.purpose,
      component.namespace === undefined ? 'AWS' : code(component.namespace),
      chartsOf(component),
      everywhere ? 'all' : names.join(', '),
    ];
  });
  return table(['Component', 'It', 'Namespace', 'Charts', 'Environments'], rows);
}

function handoverTable(components: readonly ComponentView[], { model }: Facts): Block {
  const rows = components.flatMap(({ id, workflow }) => {
    const values = new Map<string, Set<string>>();
    for (const { environment } of model.environments) {
      for (const { name, value } of model.variants(id, workflow).get(environment.name)?.handovers ?? [])
        values.set(name, (values.get(name) ?? new Set()).add(portable(value, environment)));
    }
    return [...values].map(([name, all]) => [code(id), name, [...all].map(code).join(', ')]);
  });
  return table(['Component', 'What', 'Value'], rows);
}

function factCells(rows: NumberedSpec['content']['facts'], { environments }: Facts): string[][] {
  return rows.map(([label, inEnvironment]) => [label, ...environments.map(inEnvironment)]);
}

/** Requests of each component, with the largest number of nodes. */
function capacityBlocks(components: readonly ComponentView[], { model }: Facts): Block[] {
  const rows = components
    .map(({ id, workflow }) => {
      const has = model.variants(id, workflow);
      return [code(id), ...environmentNames(model).map((name) => requests(has.get(name)?.requests))];
    })
    .filter(([, ...cells]) => cells.some((cell) => cell !== '-'));
  if (rows.length === 0) return [];
  return [
    heading(3, 'Requests'),
    'CPU and memory that the pods ask for, with the largest number of nodes.',
    table(['Component', ...environmentNames(model)], rows),
  ];
}

function propertyBlocks(
  { title, holds, validates, shownBy }: Property,
  number: number,
  numbers: NumberedSpec['numbers'],
): string[] {
  const ids = validates.flatMap((id) => numbers.get(id) ?? []);
  const shown = shownBy in problemCodes ? `at synthesis, which fails with ${shownBy}: ${meaning(shownBy)}` : shownBy;
  return [
    heading(3, `Property ${number}: ${title}`),
    holds,
    `**Validates: Requirements ${ids.join(', ')}**`,
    `Shown ${shown}`,
  ];
}

function meaning(shownBy: string): string {
  const text = problemCodes[shownBy as ProblemCode];
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

function rollbackBlocks(components: readonly ComponentView[], { model }: Facts): Block[] {
  const blocks = components.flatMap((component) => {
    const commands = shellLines(commandsOf(model, component, ({ rollbacks }) => rollbacks));
    return commands.length === 0 ? [] : [`# ${component.id}`, ...commands];
  });
  if (blocks.length === 0) return [];
  return [
    heading(3, 'Back to what ran before'),
    'Helm goes back one revision. Take the change back in the model too, or the next apply brings it again.',
    fence('sh', blocks.join('\n')),
  ];
}

function testBlocks(workflows: readonly Workflow[], components: readonly ComponentView[], facts: Facts): Block[] {
  const { model } = facts;
  const checks = components.flatMap((component) => {
    const commands = commandsOf(model, component, (view) => view.checks);
    return commands.length === 0 ? [] : [`# ${component.id}: ${component.purpose}`, ...shellLines(commands)];
  });
  return [
    heading(3, 'Before a deployment'),
    'Neither needs an account: the synthesis checks facts, order and capacity, the tests walk what it made. Then look at what would change.',
    fence(
      'sh',
      ['npm run synth', 'npm test', ...stacksOf(workflows, facts).map((stack) => `npx cdktf diff ${stack}`)].join('\n'),
    ),
    checks.length > 0 && heading(3, 'After a deployment'),
    checks.length > 0 &&
      'Set the first lines for your environment. Each command exits with 0 or shows what is asked for.',
    checks.length > 0 && fence('sh', [...preparation(checks, facts), '', ...checks].join('\n')),
  ];
}

function stacksOf(workflows: readonly Workflow[], { model }: Facts): string[] {
  // With many of them nobody would read the differences one by one.
  if (workflows.length > 1) return [];
  return model.environments.flatMap(({ environment, workflows: views }) =>
    views
      .filter(({ workflow }) => workflows.includes(workflow))
      .map(({ workflow }) => `${environment.name}-${workflow.id}`),
  );
}

/** What the commands need in the shell, for the first environment. */
function preparation(lines: readonly string[], { model, first }: Facts): string[] {
  return [
    kubeconfigCommand(model.environment(first.name)),
    ...usedVariables(lines, first).map(([name, value]) => `export ${name}=${value}`),
  ];
}
