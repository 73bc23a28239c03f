import { createHash } from 'node:crypto';

/** Namespace of the ids, made once at random. */
const namespace = '6f1c0a52-3d0e-4b7f-9a64-1d3b8f0e7c25';

/** An id that stays the same for a project and a spec: a UUID of version 5. */
export function specId(project: string, spec: string): string {
  const bytes = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(`${project}/${spec}`)
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
