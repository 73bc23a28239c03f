/** A task line: indent, state, star of an optional task, number, title. `[X]` is what some editors write. */
const taskLine = /^( *)- \[([ xX~-])\](\*?) ([\d.]+) (.*?)\r?$/;

interface Ticked {
  readonly title: string;
  readonly state: string;
}

function ticksIn(text: string): Ticked[] {
  return text.split('\n').flatMap((line) => {
    const [, , state, , , title] = taskLine.exec(line) ?? [];
    return title === undefined || state === undefined ? [] : [{ title, state: state.toLowerCase() }];
  });
}

/**
 * Puts the ticks of the file on disk into a newly generated one. Titles decide, since numbers change when a task is
 * added before; they are unique within a file.
 */
export function keepTicks(generated: string, onDisk: string): string {
  const states = new Map(ticksIn(onDisk).map(({ title, state }) => [title, state] as const));
  return mapTasks(generated, (title) => states.get(title) ?? ' ');
}

/** The file as it was generated, with every box empty. */
export function withoutTicks(onDisk: string): string {
  return mapTasks(onDisk, () => ' ');
}

function mapTasks(text: string, stateOf: (title: string) => string): string {
  return text
    .split('\n')
    .map((line) =>
      line.replace(
        taskLine,
        (_, indent: string, _state, star: string, number: string, title: string) =>
          `${indent}- [${stateOf(title)}]${star} ${number} ${title}`,
      ),
    )
    .join('\n');
}
