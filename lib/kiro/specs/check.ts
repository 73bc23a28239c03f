import type { Facts } from './facts';
import type { Bound, Citation, SpecContent, Task } from './spec';

/** A spec whose citations were found, with numbers in place of ids. */
export interface NumberedSpec {
  readonly content: SpecContent;
  /** `1.2` for each citation; those of requirements that the platform has no component for are missing. */
  readonly numbers: ReadonlyMap<Citation, string>;
  /** Number of each task by its id. */
  readonly tasks: ReadonlyMap<string, string>;
  /** Numbers of the tasks that a run of all does, in waves. */
  readonly waves: readonly (readonly string[])[];
}

/**
 * Checks a spec, and leaves out what is about components that the platform does not have.
 *
 * @throws TypeError for a citation that does not exist, or tasks that wait for each other; a mistake in the spec, not of a
 *   user
 */
export function numbered(name: string, content: SpecContent, facts: Facts): NumberedSpec {
  const complain = (what: string): never => {
    throw new TypeError(`${name}: ${what}`);
  };
  checkCitations(content, complain);
  checkTasks(content, complain);
  const reduced = reduce(content, facts);
  const tasks = taskNumbers(reduced);
  return {
    content: reduced,
    tasks,
    numbers: criterionNumbers(content, reduced),
    waves: wavesOf(reduced, tasks, complain),
  };
}

type Complain = (what: string) => never;

function citable(content: SpecContent): Set<Citation> {
  return new Set(
    content.requirements.flatMap(({ id, criteria }) => criteria.map((_, index): Citation => `${id}.${index + 1}`)),
  );
}

const allTasks = ({ groups }: SpecContent) => groups.flatMap(({ tasks }) => tasks);

function checkCitations(content: SpecContent, complain: Complain): void {
  const known = citable(content);
  const cited = [
    ...content.properties.map(({ title, validates }) => ({ title, ids: validates })),
    ...allTasks(content).map(({ title, meets }) => ({ title, ids: meets })),
  ];
  for (const { title, ids } of cited) {
    if (ids.length === 0) complain(`'${title}' cites no requirement`);
    for (const id of ids) if (!known.has(id)) complain(`'${title}' cites ${id}, which does not exist`);
  }
}

function checkTasks(content: SpecContent, complain: Complain): void {
  const tasks = allTasks(content);
  const titles = [...content.groups, ...tasks].map(({ title }) => title);
  const twice = titles.find((title, index) => titles.indexOf(title) !== index);
  if (twice) complain(`two tasks are titled '${twice}'; ticks would not know which is meant`);
  const ids = tasks.map(({ id }) => id);
  const sameId = ids.find((id, index) => ids.indexOf(id) !== index);
  if (sameId) complain(`two tasks have the id '${sameId}'`);
  for (const { id, after = [], optional } of tasks) {
    for (const other of after) {
      const before = tasks.find((task) => task.id === other);
      if (!before) complain(`'${id}' comes after '${other}', which does not exist`);
      if (before?.optional && !optional) complain(`'${id}' waits for '${other}', which is optional`);
    }
  }
}

function reduce(content: SpecContent, facts: Facts): SpecContent {
  const kept = <T extends Bound>(items: readonly T[]) => items.filter(({ about }) => !about || facts.has(...about));
  const known = (name: string) => name in content.glossary || facts.has(name);
  const requirements = kept(content.requirements)
    .map(({ criteria, ...requirement }) => ({
      ...requirement,
      criteria: kept(criteria).filter(({ the }) => known(the)),
    }))
    .filter(({ criteria }) => criteria.length > 0);
  const left = criterionNumbers(content, { ...content, requirements });
  const some = (ids: readonly Citation[]) => ids.some((id) => left.has(id));
  return {
    ...content,
    requirements,
    decisions: kept(content.decisions),
    failures: kept(content.failures),
    properties: kept(content.properties).filter(({ validates }) => some(validates)),
    groups: content.groups
      .map(({ title, tasks }) => ({ title, tasks: kept(tasks).filter(({ meets }) => some(meets)) }))
      .filter(({ tasks }) => tasks.length > 0),
  };
}

/** Numbers in the reduced document for what is cited by its place in the whole one. */
function criterionNumbers(whole: SpecContent, reduced: SpecContent): Map<Citation, string> {
  const numbers = new Map<Citation, string>();
  for (const [index, { id, criteria }] of reduced.requirements.entries()) {
    const all = whole.requirements.find((requirement) => requirement.id === id)?.criteria ?? [];
    for (const [place, criterion] of criteria.entries())
      numbers.set(`${id}.${all.indexOf(criterion) + 1}`, `${index + 1}.${place + 1}`);
  }
  return numbers;
}

function taskNumbers({ groups }: SpecContent): Map<string, string> {
  return new Map(
    groups.flatMap(({ tasks }, group) => tasks.map(({ id }, index) => [id, `${group + 1}.${index + 1}`] as const)),
  );
}

/** Each task in the first wave after all that it waits for; optional ones are in none. */
function wavesOf(content: SpecContent, numbers: ReadonlyMap<string, string>, complain: Complain): string[][] {
  const waves: string[][] = [];
  let waiting: readonly Task[] = allTasks(content).filter(({ optional }) => !optional);
  while (waiting.length > 0) {
    const left = new Set(waiting.map(({ id }) => id));
    const ready = waiting.filter(({ after = [] }) => !after.some((id) => left.has(id)));
    if (ready.length === 0) complain(`${[...left].join(', ')} wait for each other`);
    waves.push(ready.map(({ id }) => numbers.get(id) as string));
    waiting = waiting.filter((task) => !ready.includes(task));
  }
  return waves;
}

/** Names that a spec uses and that are neither components nor in its glossary; a platform with everything has none. */
export function unknownNames(content: SpecContent, facts: Facts): string[] {
  const { requirements, properties, failures, decisions } = content;
  const systems = requirements.flatMap(({ criteria }) => criteria).map(({ the }) => the);
  const bound: readonly Bound[] = [
    ...requirements,
    ...requirements.flatMap(({ criteria }) => criteria),
    ...properties,
    ...failures,
    ...decisions,
    ...allTasks(content),
  ];
  const names = [...systems.filter((name) => !(name in content.glossary)), ...bound.flatMap(({ about = [] }) => about)];
  return [...new Set(names)].filter((name) => !facts.has(name));
}
