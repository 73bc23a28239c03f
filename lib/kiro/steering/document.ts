import { type Block, document, generatedMark } from '../markdown';
import type { PlatformModel } from '../model';
import type { GeneratedFile } from '../owned-files';
import { withoutAccounts } from './wording';

/** When Kiro puts a document into the context of a conversation. */
export type Inclusion =
  /** Always; only for what is small and needed everywhere. */
  | { readonly mode: 'always' }
  /** As soon as a file is read or written that one of the globs matches. */
  | { readonly mode: 'fileMatch'; readonly patterns: readonly [string, ...string[]] }
  /** When the model finds that the description fits the question. */
  | { readonly mode: 'auto'; readonly name: string; readonly description: string }
  /** When a person names it, as `#name` or `/name`. */
  | { readonly mode: 'manual'; readonly name: string; readonly description: string };

/** A document that tells Kiro about the platform: a view of the model. */
export interface SteeringDocument {
  /** Name below `.kiro/steering`. */
  readonly file: string;
  readonly inclusion: Inclusion;
  /** The blocks of the document, from the model; undefined where the platform has nothing to tell here. */
  readonly render: (model: PlatformModel) => readonly Block[];
}

/** A document as Kiro reads it: the front matter is the very first bytes. */
export function steeringFile({ file, inclusion, render }: SteeringDocument, model: PlatformModel): GeneratedFile {
  const content = `${frontMatter(inclusion)}\n\n${document(generatedMark, ...render(model))}`;
  return { path: `.kiro/steering/${file}`, content: withoutAccounts(content, model) };
}

/** YAML; texts are quoted as JSON, which YAML reads as it is. */
function frontMatter(inclusion: Inclusion): string {
  return ['---', `inclusion: ${inclusion.mode}`, ...fieldsOf(inclusion), '---'].join('\n');
}

function fieldsOf(inclusion: Inclusion): string[] {
  switch (inclusion.mode) {
    case 'always':
      return [];
    case 'fileMatch':
      return [`fileMatchPattern: [${inclusion.patterns.map((pattern) => JSON.stringify(pattern)).join(', ')}]`];
    default:
      return [`name: ${inclusion.name}`, `description: ${JSON.stringify(inclusion.description)}`];
  }
}
