import { document, generatedMark, heading } from '../../markdown';
import type { ComponentView } from '../../model';
import { sentence } from '../../steering/wording';
import type { Facts } from '../facts';
import type { Criterion, Requirement, SpecContent } from '../spec';

/** `requirements.md`: glossary, and every requirement with its criteria in EARS. */
export function requirementsDocument(content: SpecContent, facts: Facts): string {
  return document(
    heading(1, 'Requirements Document'),
    generatedMark,
    heading(2, 'Introduction'),
    content.introduction,
    heading(2, 'Glossary'),
    glossary(content, facts),
    heading(2, 'Requirements'),
    ...content.requirements.flatMap((requirement, index) => requirementBlocks(requirement, index + 1)),
  );
}

function requirementBlocks({ title, story, criteria }: Requirement, number: number): string[] {
  return [
    heading(3, `Requirement ${number}: ${title}`),
    `**User Story:** As ${story.as}, I want ${story.want}, so that ${story.so}.`,
    heading(4, 'Acceptance Criteria'),
    criteria.map((criterion, index) => `${index + 1}. ${earsSentence(criterion)}`).join('\n'),
  ];
}

/** The order of the clauses is that of EARS, whichever of them there are. */
export function earsSentence({ where, while: state, when, if: unwanted, the, shall }: Criterion): string {
  const clauses = [
    where && `WHERE ${where}, `,
    state && `WHILE ${state}, `,
    when && `WHEN ${when}, `,
    unwanted && `IF ${unwanted}, THEN `,
  ];
  return `${clauses.filter(Boolean).join('')}THE ${the} SHALL ${shall}.`;
}

/** Terms of the spec, and every component that a criterion names, in alphabetical order. */
function glossary({ glossary: terms, requirements }: SpecContent, facts: Facts): string {
  const named = new Set(requirements.flatMap(({ criteria }) => criteria.map(({ the }) => the)));
  const components = [...named].flatMap((id): [string, string][] => {
    const component = facts.component(id);
    return component && !(id in terms) ? [[id, describe(component)]] : [];
  });
  return [...Object.entries(terms), ...components]
    .toSorted(([one], [other]) => (one.toLowerCase() < other.toLowerCase() ? -1 : 1))
    .map(([term, meaning]) => `- **${term}**: ${sentence(meaning)}`)
    .join('\n');
}

function describe({ purpose, namespace, workflow }: ComponentView): string {
  const where = namespace === undefined ? 'in AWS' : `in the namespace \`${namespace}\``;
  return `the component of ${workflow.title} that ${purpose}; it lives ${where}.`;
}
