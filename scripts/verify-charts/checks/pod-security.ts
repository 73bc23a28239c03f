import { at, type Json, listAt } from '../manifest';
import { containersOf, podGroups } from '../pods';
import type { Check } from '../rendered';

/** The API server refuses pods that ask for more than their namespace allows; a chart shows it only by not starting. */
export const podsAreAdmitted: Check = ({ releases, podSecurity }) =>
  releases.flatMap((release) =>
    podGroups(release.objects, release.namespace).flatMap(({ owner, namespace, spec }) => {
      const level = podSecurity[namespace] ?? 'privileged';
      const complaints = [...new Set(refusals(spec, level))];
      if (complaints.length === 0) return [];
      return [
        { release: release.id, message: `${owner} is refused in a ${level} namespace: ${complaints.join(', ')}` },
      ];
    }),
  );

/**
 * What a level of the Pod Security Standards holds against a pod.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function refusals(spec: Json, level: string): string[] {
  if (level === 'privileged') return [];
  const baseline = [...baselineOfPod(spec), ...containersOf(spec).flatMap(baselineOfContainer)];
  if (level === 'baseline') return baseline;
  return [...baseline, ...volumes(spec), ...containersOf(spec).flatMap((container) => restricted(spec, container))];
}

const baselineCapabilities = [
  ...['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'SETFCAP'],
  ...['SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'],
];

const safeSysctls = [
  ...['kernel.shm_rmid_forced', 'net.ipv4.ip_local_port_range', 'net.ipv4.ip_local_reserved_ports'],
  ...['net.ipv4.ip_unprivileged_port_start', 'net.ipv4.ping_group_range', 'net.ipv4.tcp_syncookies'],
  ...['net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_fin_timeout', 'net.ipv4.tcp_keepalive_intvl'],
  ...['net.ipv4.tcp_keepalive_probes', 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem'],
];

function baselineOfPod(spec: Json): string[] {
  const sysctls = listAt(spec, 'securityContext.sysctls').map(({ name }) => String(name));
  return [
    ...['hostNetwork', 'hostPID', 'hostIPC'].filter((right) => spec[right] === true),
    ...(listAt(spec, 'volumes').some(({ hostPath }) => hostPath) ? ['hostPath'] : []),
    ...sysctls.filter((name) => !safeSysctls.includes(name)),
    ...unconfined(spec.securityContext),
  ];
}

function baselineOfContainer({ securityContext, ports }: Json): string[] {
  const added = (at(securityContext, 'capabilities.add') as string[] | null | undefined) ?? [];
  return [
    ...(at(securityContext, 'privileged') === true ? ['privileged'] : []),
    ...added.filter((capability) => !baselineCapabilities.includes(capability)),
    ...(((ports as Json[] | null | undefined) ?? []).some(({ hostPort }) => hostPort) ? ['hostPort'] : []),
    ...unconfined(securityContext),
  ];
}

function unconfined(securityContext: unknown): string[] {
  return at(securityContext, 'seccompProfile.type') === 'Unconfined' ? ['seccomp is off'] : [];
}

const restrictedVolumes = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

function volumes(spec: Json): string[] {
  const kinds = listAt(spec, 'volumes').flatMap((volume) => Object.keys(volume).filter((key) => key !== 'name'));
  return kinds.filter((kind) => !restrictedVolumes.includes(kind)).map((kind) => `a volume of kind ${kind}`);
}

function restricted(spec: Json, { securityContext }: Json): string[] {
  const either = (field: string) => at(securityContext, field) ?? at(spec.securityContext, field);
  const added = (at(securityContext, 'capabilities.add') as string[] | null | undefined) ?? [];
  const dropped = (at(securityContext, 'capabilities.drop') as string[] | null | undefined) ?? [];
  return [
    ...(at(securityContext, 'allowPrivilegeEscalation') === false ? [] : ['allowPrivilegeEscalation is not off']),
    ...(dropped.includes('ALL') ? [] : ['capabilities are kept']),
    ...(added.every((capability) => capability === 'NET_BIND_SERVICE') ? [] : ['capabilities are added']),
    ...(either('runAsNonRoot') === true ? [] : ['runAsNonRoot is not set']),
    ...(either('runAsUser') === 0 ? ['runs as root'] : []),
    ...(either('seccompProfile.type') === undefined ? ['no seccomp profile'] : []),
  ];
}
