import ipaddr from 'ipaddr.js';

/** An IPv4 range, as two numbers so that ranges can be compared. */
interface Range {
  readonly first: number;
  readonly last: number;
}

/** True for a range in canonical form: `10.0.0.0/16`, not `10.0.0.1/16`. */
export function isCidr(text: string): boolean {
  if (!ipaddr.IPv4.isValidCIDR(text)) return false;
  return `${ipaddr.IPv4.networkAddressFromCIDR(text).toString()}/${prefixOf(text)}` === text;
}

export function prefixOf(cidr: string): number {
  return ipaddr.IPv4.parseCIDR(cidr)[1];
}

export function overlaps(one: string, other: string): boolean {
  const [a, b] = [rangeOf(one), rangeOf(other)];
  return a.first <= b.last && b.first <= a.last;
}

/**
 * Equal parts of a range, in order.
 *
 * @param newBits how many bits longer the prefix of a part is: 2 makes quarters
 * @param index which part, counted from 0
 */
export function subnet(cidr: string, newBits: number, index: number): string {
  const prefix = prefixOf(cidr) + newBits;
  return `${format(rangeOf(cidr).first + index * 2 ** (32 - prefix))}/${prefix}`;
}

function rangeOf(cidr: string): Range {
  const [address, prefix] = ipaddr.IPv4.parseCIDR(cidr);
  const first = address.octets.reduce((sum, octet) => sum * 256 + octet, 0);
  return { first, last: first + 2 ** (32 - prefix) - 1 };
}

function format(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
