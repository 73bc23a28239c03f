import type { ProblemCode } from '../../core/problem-codes';
import type { Workflow } from '../../core/workflow';
import type { Facts } from './facts';

/** One EARS sentence: WHERE, WHILE, WHEN or IF, THE system SHALL do something. */
export interface Criterion {
  /**
   * An option that is chosen or not.
   *
   * @default - holds whatever was chosen
   */
  readonly where?: string;
  /**
   * A state that lasts.
   *
   * @default - holds in every state
   */
  readonly while?: string;
  /**
   * An event.
   *
   * @default - holds all the time
   */
  readonly when?: string;
  /**
   * Something unwanted.
   *
   * @default - holds all the time
   */
  readonly if?: string;
  /** Who has to: the id of a component, or a term of the glossary. */
  readonly the: string;
  readonly shall: string;
}

/** What is bound to components disappears from the documents of a platform that has none of them. */
export interface Bound {
  /**
   * Ids of the components that it is about.
   *
   * @default - it holds for every platform
   */
  readonly about?: readonly string[];
}

export interface Requirement extends Bound {
  /** What others cite; the number in the document follows from the order. */
  readonly id: string;
  readonly title: string;
  readonly story: { readonly as: string; readonly want: string; readonly so: string };
  readonly criteria: readonly (Criterion & Bound)[];
}

/** A criterion as it is cited: id of the requirement, a dot, and its place from 1, such as `delivery.2`. */
export type Citation = `${string}.${number}`;

export interface Property extends Bound {
  readonly title: string;
  /** What holds for every input: starts with `For every`. */
  readonly holds: string;
  readonly validates: readonly Citation[];
  /** What shows it: a problem code of the synthesis, or a command. */
  readonly shownBy: ProblemCode | (string & {});
}

/** What a team has to decide or to do; what the library does by itself is no task. */
export interface Task extends Bound {
  /** What other tasks cite. */
  readonly id: string;
  /** Starts with a verb; a tick belongs to it, so it stays when the task moves. */
  readonly title: string;
  /** What to decide or do, one sentence a line. */
  readonly steps: readonly string[];
  /** Commands that show that it is done. */
  readonly check: readonly string[];
  readonly meets: readonly Citation[];
  /**
   * Tasks that come before.
   *
   * @default - none
   */
  readonly after?: readonly string[];
  /**
   * A run of all tasks skips it.
   *
   * @default false
   */
  readonly optional?: boolean;
}

export interface TaskGroup {
  readonly title: string;
  readonly tasks: readonly Task[];
}

/** Something that goes wrong, and what to do then. */
export interface Failure extends Bound {
  readonly sign: string;
  readonly cause: string;
  readonly remedy: string;
}

/** A decision that the design rests on. */
export interface Decision extends Bound {
  readonly choice: string;
  readonly because: string;
}

/** A row of the table of facts: a label, and the value of each environment. */
export type FactRow = readonly [label: string, value: (environment: Facts['environments'][number]) => string];

/** Everything that the documents of one spec say. */
export interface SpecContent {
  readonly introduction: string;
  /** Terms beside the components, which explain themselves. */
  readonly glossary: Readonly<Record<string, string>>;
  readonly requirements: readonly Requirement[];
  readonly overview: string;
  readonly decisions: readonly Decision[];
  readonly facts: readonly FactRow[];
  /**
   * Further Markdown under the data models.
   *
   * @default - the facts alone
   */
  readonly models?: string;
  readonly properties: readonly Property[];
  readonly failures: readonly Failure[];
  readonly groups: readonly TaskGroup[];
  /** Sentences under the notes of the tasks. */
  readonly notes: readonly string[];
}

/** A spec: its folder, the workflows it is about, and its text with the facts of a platform. */
export interface Spec {
  /** Folder below `.kiro/specs`. */
  readonly name: string;
  readonly title: string;
  readonly workflows: readonly Workflow[];
  /**
   * Ids of the components that it is about.
   *
   * @default - all of its workflows
   */
  readonly components?: readonly string[];
  /**
   * Mermaid of its own, without the fence, and a sentence that says how to read it.
   *
   * @default - the components of its workflows with everything that they need
   */
  readonly picture?: (facts: Facts) => { readonly lines: readonly string[]; readonly legend: string };
  /**
   * False for a platform that it says nothing about.
   *
   * @default - platforms that run one of its workflows
   */
  readonly appliesTo?: (facts: Facts) => boolean;
  readonly content: (facts: Facts) => SpecContent;
}
