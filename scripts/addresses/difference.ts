import type { TerraformDocument } from '../../lib/core/terraform-check';

/** What a change of addresses means for one environment. */
export interface Difference {
  readonly environment: string;
  /** Terraform destroys these. */
  readonly destroyed: readonly string[];
  /** Terraform creates these. */
  readonly created: readonly string[];
  /** Kept under a new name. */
  readonly moved: readonly Move[];
  /** Gone on purpose: a `removed` block says what becomes of them. */
  readonly removed: readonly string[];
}

export interface Move {
  readonly from: string;
  readonly to: string;
}

/** Blocks of the configuration that say what becomes of old addresses. */
export interface Blocks {
  readonly moved: readonly Move[];
  readonly removed: readonly string[];
}

/** Addresses by environment, from the file in which the tests keep them. */
export function addressesIn(snapshot: string): Map<string, string[]> {
  const entries = [...snapshot.matchAll(/^exports\[`(\S+) has the addresses[^`]*`\] = `\n"([^"`]*)"\n`;$/gm)];
  return new Map(entries.map(([, name = '', addresses = '']) => [name, addresses.split('\n').filter(Boolean)]));
}

/** `moved` and `removed` of a stack, with addresses as the snapshot writes them. */
export function blocksOf(stack: string, { moved = [], removed = [] }: TerraformDocument): Blocks {
  const qualified = (address: string) => `${stack}/${address}`;
  return {
    moved: (moved as Move[]).map(({ from, to }) => ({ from: qualified(from), to: qualified(to) })),
    removed: (removed as { from: string }[]).map(({ from }) => qualified(from)),
  };
}

/** Compares two states of an environment. What is only read is neither destroyed nor created. */
export function difference(
  environment: string,
  before: readonly string[],
  after: readonly string[],
  blocks: Blocks,
): Difference {
  const gone = before.filter((address) => !isRead(address) && !after.includes(address));
  const come = after.filter((address) => !isRead(address) && !before.includes(address));
  const moved = blocks.moved.filter(({ from, to }) => gone.includes(from) && come.includes(to));
  const removed = gone.filter((address) => blocks.removed.includes(address));
  const explained = [...moved.map(({ from }) => from), ...removed];
  return {
    environment,
    destroyed: gone.filter((address) => !explained.includes(address)),
    created: come.filter((address) => !moved.some(({ to }) => to === address)),
    moved,
    removed,
  };
}

function isRead(address: string): boolean {
  return address.split('/')[1]?.startsWith('data.') ?? false;
}

export function isEmpty({ destroyed, created, moved, removed }: Difference): boolean {
  return [destroyed, created, moved, removed].every((list) => list.length === 0);
}

/** The difference for a reader: minus is destroyed, plus is created. */
export function describe(difference: Difference): string {
  const { environment, destroyed, created, moved, removed } = difference;
  if (isEmpty(difference)) return `${environment}: same addresses`;
  return [
    `${environment}: ${destroyed.length} destroyed, ${created.length} created, ${moved.length} moved, ${removed.length} removed`,
    ...destroyed.map((address) => `  - ${address}`),
    ...created.map((address) => `  + ${address}`),
    ...moved.map(({ from, to }) => `  > ${from} -> ${to}`),
    ...removed.map((address) => `  x ${address}`),
  ].join('\n');
}
