import { type Block, document, generatedMark, heading } from '../markdown';
import type { PlatformModel } from '../model';
import type { GeneratedFile } from '../owned-files';
import { withoutAccounts } from '../steering/wording';

/** A document for people, in the root of the project. */
export interface Guide {
  readonly file: string;
  readonly title: string;
  readonly render: (model: PlatformModel) => readonly Block[];
}

export function guideFile({ file, title, render }: Guide, model: PlatformModel): GeneratedFile {
  const content = document(heading(1, title), generatedMark, ...render(model));
  return { path: file, content: withoutAccounts(content, model) };
}

/** A numbered list; what an item holds beside its text is indented below it. */
export function steps(...items: readonly (string | readonly [string, string])[]): string {
  return items
    .map((item, index) => {
      const [text, below] = typeof item === 'string' ? [item] : item;
      const mark = `${index + 1}. `;
      const indented = below?.replace(/^(?=.)/gm, ' '.repeat(mark.length));
      return [`${mark}${text}`, ...(indented ? ['', indented, ''] : [])].join('\n');
    })
    .join('\n')
    .trimEnd();
}
