import { problemCodes } from '../../core/problem-codes';
import { type Block, code, table } from '../markdown';
import type { PlatformModel } from '../model';
import { type AlertView, alertsOf } from './alerts';
import { numbered } from './wording';

/** Every alert of the platform with its condition; where environments differ, that of each. */
export function alertTable(model: PlatformModel): Block {
  return table(
    ['Alert', 'Severity', 'Fires after', 'Says', 'Look at'],
    [...alertsOf(model)].map(([name, views]) => {
      const [first] = views.values();
      return [
        code(name),
        differing(views, ({ severity }) => severity),
        differing(views, ({ after }) => after),
        differing(views, ({ summary }) => summary.replaceAll('<', '\\<')),
        first ? `${code(first.component.id)} in ${numbered(first.component.workflow)}` : '-',
      ];
    }),
  );
}

function differing(views: ReadonlyMap<string, AlertView>, pick: (alert: AlertView) => string): string {
  const values = new Set([...views.values()].map(pick));
  if (values.size === 1) return [...values].join('');
  const merged = mergedFigures([...views.values()].map(pick));
  if (merged !== undefined) return `${merged} (${[...views.keys()].join('/')})`;
  return [...views].map(([environment, alert]) => `${environment}: ${pick(alert)}`).join('; ');
}

/** Sentences that differ in one figure, as one: `above 80/75/70 %`. */
function mergedFigures(texts: readonly string[]): string | undefined {
  const sentences = texts.map((text) => text.split(' '));
  const [first = []] = sentences;
  if (sentences.some(({ length }) => length !== first.length)) return undefined;
  const columns = first.map((_, index) => sentences.map((words) => words[index] ?? ''));
  const differ = (words: readonly string[]) => new Set(words).size > 1;
  if (columns.filter(differ).some((words) => words.some((word) => !/^[\d.]+$/.test(word)))) return undefined;
  return columns.map((words) => (differ(words) ? words.join('/') : words[0])).join(' ');
}

/** Who notices when a workflow is down: those that need it or are better with it, each with its own reason. */
export function crossEffects(model: PlatformModel): Block {
  return table(
    ['Down', 'What stops or gets worse elsewhere'],
    model.workflows.map(({ workflow }) => {
      const effects = model.workflows.flatMap(({ workflow: other }) => {
        const reason = other.requires.get(workflow) ?? other.recommends.get(workflow);
        return reason === undefined ? [] : [`${other.title}: ${reason}`];
      });
      return [numbered(workflow), effects.join('; ') || 'nothing else of the platform'];
    }),
  );
}

/** The codes of the library. */
export function errorCodes(): Block {
  return table(['Code', 'Means'], Object.entries(problemCodes));
}
