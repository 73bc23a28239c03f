import type { Construct } from 'constructs';

/** What a user may say about a part that the platform needs: other props, or a part of their own in its place. */
export type Replaceable<Part, Props> = Partial<Props> | ((scope: Construct) => Part);

/** The same for a part that the platform can do without: `false` leaves it out. */
export type Choice<Part, Props> = Replaceable<Part, Props> | false;

/**
 * Makes the part that a user chose.
 *
 * @param standard makes the library's own part from the props that the user changed
 */
export function chosen<Part, Props>(
  scope: Construct,
  choice: Replaceable<Part, Props> | undefined,
  standard: (changes: Partial<Props>) => Part,
): Part;
export function chosen<Part, Props>(
  scope: Construct,
  choice: Choice<Part, Props> | undefined,
  standard: (changes: Partial<Props>) => Part,
): Part | undefined;
export function chosen<Part, Props>(
  scope: Construct,
  choice: Choice<Part, Props> | undefined,
  standard: (changes: Partial<Props>) => Part,
): Part | undefined {
  if (choice === false) return undefined;
  return typeof choice === 'function' ? choice(scope) : standard(choice ?? {});
}
