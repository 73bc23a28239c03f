import { mebibytes, millicores } from '../../lib/core/quantity';
import { at, type Json, type KubernetesObject, listAt, mapAt } from './manifest';

/** A group of equal pods that an object of a chart brings. */
export interface PodGroup {
  /** `Deployment/loki` */
  readonly owner: string;
  readonly replicas: number;
  /** True for a DaemonSet: `replicas` is per node. */
  readonly perNode: boolean;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: Json;
}

export interface Requests {
  readonly cpu: number;
  readonly memory: number;
}

/** Where the pod template of a kind is. */
const templates: Readonly<Record<string, string>> = {
  Deployment: 'spec.template',
  StatefulSet: 'spec.template',
  DaemonSet: 'spec.template',
  ReplicaSet: 'spec.template',
  Job: 'spec.template',
  CronJob: 'spec.jobTemplate.spec.template',
  Pod: '',
};

/**
 * The pods of the workloads among these objects; autoscalers among them set the least number.
 *
 * @param home namespace of objects that name none
 */
export function podGroups(objects: readonly KubernetesObject[], home: string): PodGroup[] {
  const autoscalers = objects.filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
  return objects.flatMap((object) => {
    const path = templates[object.kind];
    if (path === undefined) return [];
    const template = path === '' ? object : mapAt(object, path);
    return {
      owner: `${object.kind}/${object.metadata.name}`,
      replicas: replicasOf(object, autoscalers),
      perNode: object.kind === 'DaemonSet',
      namespace: object.metadata.namespace ?? home,
      labels: mapAt(template, 'metadata.labels') as Record<string, string>,
      spec: mapAt(template, 'spec'),
    };
  });
}

function replicasOf(object: KubernetesObject, autoscalers: readonly KubernetesObject[]): number {
  const autoscaler = autoscalers.find(
    (candidate) =>
      at(candidate, 'spec.scaleTargetRef.kind') === object.kind &&
      at(candidate, 'spec.scaleTargetRef.name') === object.metadata.name,
  );
  const count = autoscaler ? at(autoscaler, 'spec.minReplicas') : at(object, 'spec.replicas');
  return Number(count ?? at(object, 'spec.parallelism') ?? 1);
}

/** Containers of a pod, init containers included. */
export function containersOf(spec: Json): Json[] {
  return [...listAt(spec, 'initContainers'), ...listAt(spec, 'containers')];
}

/** What the scheduler reserves for one pod: its containers, or the largest init container where that is more. */
export function requestsOf(spec: Json): Requests {
  const init = listAt(spec, 'initContainers');
  const staying = init.filter(({ restartPolicy }) => restartPolicy === 'Always');
  const passing = init.filter((container) => !staying.includes(container)).map(containerRequests);
  const running = sum([...listAt(spec, 'containers'), ...staying].map(containerRequests));
  return {
    cpu: Math.max(running.cpu, ...passing.map(({ cpu }) => cpu)),
    memory: Math.max(running.memory, ...passing.map(({ memory }) => memory)),
  };
}

export function containerRequests(container: Json): Requests {
  return resourceRequests(container.resources);
}

/** Requests of a `resources` block; what is missing counts as nothing. */
export function resourceRequests(resources: unknown): Requests {
  const { cpu, memory } = mapAt(resources, 'requests');
  return {
    cpu: cpu === undefined ? 0 : millicores(String(cpu)),
    memory: memory === undefined ? 0 : inMebibytes(String(memory)),
  };
}

const decimal: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, G: 1e9 };

/** Charts also count in bytes and powers of ten, which our own model does not. */
function inMebibytes(memory: string): number {
  const [, digits, unit = ''] = /^(\d+)(k|M|G)?$/.exec(memory) ?? [];
  return digits === undefined ? mebibytes(memory) : (Number(digits) * (decimal[unit] ?? 1)) / 2 ** 20;
}

export function sum(all: readonly Requests[]): Requests {
  return {
    cpu: all.reduce((total, { cpu }) => total + cpu, 0),
    memory: all.reduce((total, { memory }) => total + memory, 0),
  };
}
