import type { IConstruct } from 'constructs';
import { type Problem, Problems } from './problem';

const problemsOfTree = new WeakMap<IConstruct, Problems>();

/** The collector of a construct tree; there is one per root. */
export function problemsOf(construct: IConstruct): Problems {
  const { root } = construct.node;
  const known = problemsOfTree.get(root) ?? new Problems();
  problemsOfTree.set(root, known);
  return known;
}

/** Records a problem at a construct; it is thrown, together with all others, when the tree is synthesized. */
export function report(construct: IConstruct, problem: Omit<Problem, 'path'>): void {
  problemsOf(construct).add({ path: construct.node.path, ...problem });
}
