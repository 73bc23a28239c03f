import { ModelError, show } from './problem';

const memoryFactors: Readonly<Record<string, number>> = { Ki: 1 / 1024, Mi: 1, Gi: 1024, Ti: 1024 * 1024 };

/** CPU in millicores, from the form Kubernetes uses: `250m` or `2`. */
export function millicores(cpu: string): number {
  const match = /^(\d+(?:\.\d+)?)(m?)$/.exec(cpu);
  if (!match) throw unreadable('CPU', cpu, 'such as 250m or 2');
  return match[2] ? Number(match[1]) : Number(match[1]) * 1000;
}

/** Memory in MiB, from the form Kubernetes uses: `512Mi` or `2Gi`. */
export function mebibytes(memory: string): number {
  const match = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|Ti)$/.exec(memory);
  const factor = memoryFactors[match?.[2] ?? ''];
  if (!match || factor === undefined) throw unreadable('memory', memory, 'such as 512Mi or 2Gi');
  return Number(match[1]) * factor;
}

/** MiB in the shortest exact Kubernetes form. */
export function formatMemory(mib: number): string {
  const whole = Math.ceil(mib);
  return whole % 1024 === 0 ? `${whole / 1024}Gi` : `${whole}Mi`;
}

function unreadable(what: string, given: string, allowed: string): ModelError {
  return new ModelError([
    {
      code: 'GP218',
      path: what,
      message: `${what} is ${show(given)}`,
      allowed,
      fix: 'write the quantity as Kubernetes does',
    },
  ]);
}
