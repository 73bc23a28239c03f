import { clusterTools } from './cluster-tools';
import { deliveryTools } from './delivery-tools';
import { infrastructureTools } from './infrastructure-tools';

/** Why a command is refused; documents group by it. */
export type Topic = 'destroy' | 'force' | 'state' | 'data' | 'secrets' | 'context' | 'order';

/** Something that no agent does, in no environment. */
export interface Refusal {
  /**
   * Words that follow the program, flags left out: `state rm`. A `*` stands for the rest of a word.
   *
   * @default - every command of the program
   */
  readonly words?: string;
  /**
   * Flags of which one is enough, such as `--force`; with words, both have to be there.
   *
   * @default - with any flags
   */
  readonly flags?: readonly string[];
  readonly topic: Topic;
  /** What to do instead; ends a sentence that starts with `refused`. */
  readonly instead: string;
}

/** Commands that show the content of secrets. */
export interface SecretReads {
  readonly words: readonly string[];
  /** Regular expression over a word that names the secrets. */
  readonly resource: string;
  /** Formats of output that show no content. */
  readonly shown: readonly string[];
  readonly instead: string;
}

/** How the environment of a command is told. */
export interface Target {
  /**
   * Flags whose value names it.
   *
   * @default - none
   */
  readonly flags?: readonly string[];
  /**
   * Variables that name it.
   *
   * @default - none
   */
  readonly variables?: readonly string[];
  /**
   * True where its ordinary words name it, such as ids of stacks.
   *
   * @default false
   */
  readonly words?: boolean;
  /**
   * True where the folder names it.
   *
   * @default false
   */
  readonly folder?: boolean;
  /**
   * True where the current kube context decides when nothing else does.
   *
   * @default false
   */
  readonly kubeContext?: boolean;
}

/** A program whose commands are judged. */
export interface GovernedTool {
  /** The usual name first, then the others under which it is called. */
  readonly names: readonly string[];
  /** Flags that take the next word as their value, where they may stand before the command. */
  readonly valueFlags: readonly string[];
  /** Commands that only read. Everything that is neither here nor refused changes something. */
  readonly reads: readonly string[];
  /** Of those, what agents run without asking. */
  readonly unasked: readonly string[];
  /** What agents always ask for, whatever a person has allowed once and for all. */
  readonly asked: readonly string[];
  /**
   * Of those, what the autopilot does on its own in environments that leave configuration to it.
   *
   * @default - nothing
   */
  readonly opened?: readonly string[];
  readonly refusals: readonly Refusal[];
  /**
   * Commands that show secrets.
   *
   * @default - none
   */
  readonly secrets?: SecretReads;
  /**
   * Commands judged by the rules for scaling instead of those for configuration.
   *
   * @default - none
   */
  readonly scaling?: readonly string[];
  /**
   * Commands that change a platform, of a program that mostly does other things.
   *
   * @default - every command that does not only read
   */
  readonly changes?: readonly string[];
  /**
   * Commands that write or remove the files they name.
   *
   * @default - none
   */
  readonly writes?: readonly string[];
  readonly target: Target;
}

export const tools: readonly GovernedTool[] = [...infrastructureTools, ...clusterTools, ...deliveryTools];
