import { Construct, type IConstruct } from 'constructs';

/** Those of the parts that this platform deploys itself; a part that somebody brings along may be a mere address. */
export function deployed(...parts: readonly unknown[]): IConstruct[] {
  return parts.filter((part): part is IConstruct => Construct.isConstruct(part));
}

/** Address of a service inside the cluster. */
export function serviceHost(service: string, namespace: string): string {
  return `${service}.${namespace}.svc.cluster.local`;
}
