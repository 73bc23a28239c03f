import type { Environment } from '../../../core/environment';
import { code, document, fence, generatedMark, heading, list } from '../../markdown';
import { portable } from '../../steering/commands';
import { enumeration } from '../../steering/wording';
import type { NumberedSpec } from '../check';
import type { Facts } from '../facts';
import type { Spec, Task } from '../spec';
import { usedVariables } from './variables';

/** `tasks.md`: what is left to a team, in an order that works, each task with the commands that show it done. */
export function tasksDocument(spec: Spec, numberedSpec: NumberedSpec, { first }: Facts): string {
  const { content, tasks, waves } = numberedSpec;
  const groups = content.groups.map(({ title, tasks: own }, index) =>
    [
      `- [ ] ${index + 1}. ${title}`,
      ...own.map((task) => taskLines(task, tasks.get(task.id) as string, numberedSpec, first)),
    ].join('\n'),
  );
  const optional = content.groups.some(({ tasks: own }) => own.some((task) => task.optional));
  return document(
    heading(1, `Implementation Plan: ${spec.title}`),
    generatedMark,
    heading(2, 'Overview'),
    `What the library does by itself is not listed: \`npm run synth\` and \`npx cdktf deploy\` bring every component of the design. These tasks are decisions and steps that only your team can take.`,
    heading(2, 'Tasks'),
    groups.join('\n'),
    heading(2, 'Task Dependency Graph'),
    fence('json', waveText(waves)),
    heading(2, 'Notes'),
    list([
      'Ticks survive `npm run synth`; they belong to the title of a task. Other changes to this file are refused.',
      ...(optional ? ['Starred tasks are optional; a run of all tasks leaves them out.'] : []),
      ...variableNote(
        content.groups.flatMap(({ tasks: own }) => own),
        first,
      ),
      ...content.notes,
    ]),
  );
}

function variableNote(tasks: readonly Task[], first: Environment): string[] {
  const commands = tasks.flatMap(({ check }) => check.map((command) => portable(command, first)));
  const values = usedVariables(commands, first).map(([name, value]) => `${name}=${value}`);
  return values.length === 0
    ? []
    : [`Set the variables of the checks first, here for ${first.name}: ${code(`export ${values.join(' ')}`)}`];
}

function taskLines(task: Task, number: string, { tasks, numbers }: NumberedSpec, first: Environment): string {
  const before = (task.after ?? []).flatMap((id) => tasks.get(id) ?? []);
  const cited = task.meets.flatMap((id) => numbers.get(id) ?? []);
  return [
    `  - [ ]${task.optional ? '*' : ''} ${number} ${task.title}`,
    ...task.steps.map((step) => `    - ${step}`),
    ...(before.length > 0 ? [`    - Comes after ${enumeration(before)}`] : []),
    ...task.check.map((command) => `    - Check: ${code(portable(command, first))}`),
    `    - _Requirements: ${cited.join(', ')}_`,
  ].join('\n');
}

/** One wave a line, so that a change shows which. */
function waveText(waves: NumberedSpec['waves']): string {
  const lines = waves.map((ids, id) => {
    const tasks = ids.map((task) => JSON.stringify(task)).join(', ');
    return `    { "id": ${id}, "tasks": [${tasks}] }`;
  });
  return `{\n  "waves": [\n${lines.join(',\n')}\n  ]\n}`;
}
