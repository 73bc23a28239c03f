import { mebibytes } from '../core/quantity';
import { openBaoPaths } from './openbao-config';

/** Files beside the configuration, by name. */
export const startupFiles = { selfInit: 'self-init.hcl', arguments: 'arguments.sh', keeper: 'keeper.sh' } as const;

/**
 * Prints the further arguments of `bao server`.
 *
 * A member that finds an `initialize` stanza and no data makes a cluster of its own, even while it is joining another.
 * So only the first member gets the stanza, and only while no other member has an address: that is so on the very first
 * start, since the StatefulSet starts members one by one, and no more when a lost volume comes back empty.
 *
 * @param members DNS names; the first initializes
 * @see https://github.com/openbao/openbao/issues/3652
 */
export function startupArguments(members: readonly string[]): string {
  const [first = '', ...others] = members;
  return `[ "$(hostname)" = "${first.split('.')[0]}" ] || exit 0
until getent hosts kubernetes.default.svc.cluster.local >/dev/null; do sleep 2; done
for member in ${others.join(' ')}; do
  if getent hosts "$member" >/dev/null; then exit 0; fi
done
echo "-config=${openBaoPaths.startup}/${startupFiles.selfInit}"
`;
}

/**
 * Runs beside the server: has it read a renewed certificate, and starts a new audit log before the volume is full. The
 * server does both on SIGHUP.
 *
 * @param auditStorage size of the volume for the audit log
 */
export function keeper(auditStorage: string): string {
  const limit = Math.floor((mebibytes(auditStorage) * 1024 * 1024) / 3);
  const log = `${openBaoPaths.audit}/audit.log`;
  return `seen=$(cksum < ${openBaoPaths.tls}/tls.crt)
while sleep 60; do
  now=$(cksum < ${openBaoPaths.tls}/tls.crt)
  size=$(stat -c %s ${log} 2>/dev/null || echo 0)
  if [ "$size" -gt ${limit} ]; then mv -f ${log} ${log}.1; seen=rotated; fi
  if [ "$now" != "$seen" ]; then pkill -HUP -x bao && seen=$now; fi
done
`;
}
