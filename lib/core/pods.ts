import { formatMemory, mebibytes, millicores } from './quantity';

/** What one container asks for. */
export interface ContainerSize {
  /** Requested CPU such as `100m`. */
  readonly cpu: string;
  /** Requested memory such as `256Mi`. */
  readonly memory: string;
  /**
   * Memory limit.
   *
   * @default - one and a half times the request
   */
  readonly memoryLimit?: string;
}

/** What one group of equal pods asks for. */
export interface PodSize extends ContainerSize {
  /** @default 1 */
  readonly replicas?: number;
  /**
   * Further containers of each pod, by name.
   *
   * @default - none
   */
  readonly sidecars?: Readonly<Record<string, ContainerSize>>;
  /**
   * Volumes that each pod claims, such as `10Gi`. They stand in the price of the environment.
   *
   * @default - none
   */
  readonly volumes?: readonly string[];
}

/** `resources` of a container, as charts take it. There is no CPU limit: it would throttle pods on idle nodes. */
export interface ContainerResources {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly memory: string };
}

/** A group of equal pods: the same figures go into chart values and into the capacity table. */
export class Pods {
  readonly replicas: number;
  readonly resources: ContainerResources;

  constructor(
    readonly name: string,
    private readonly size: PodSize,
    /** True for a DaemonSet: one pod on each node, whatever `replicas` says. */
    readonly perNode: boolean,
  ) {
    this.replicas = size.replicas ?? 1;
    this.resources = resourcesOf(size);
  }

  /** `resources` of a sidecar. */
  sidecar(name: string): ContainerResources {
    const sidecar = this.size.sidecars?.[name];
    if (!sidecar) throw new TypeError(`pods '${this.name}' have no sidecar '${name}'`);
    return resourcesOf(sidecar);
  }

  /** Requested CPU of one pod in millicores. */
  get cpu(): number {
    return this.containers.reduce((sum, { cpu }) => sum + millicores(cpu), 0);
  }

  /** Requested memory of one pod in MiB. */
  get memory(): number {
    return this.containers.reduce((sum, { memory }) => sum + mebibytes(memory), 0);
  }

  /** Sizes of the volumes of one pod. */
  get volumes(): readonly string[] {
    return this.size.volumes ?? [];
  }

  private get containers(): ContainerSize[] {
    return [this.size, ...Object.values(this.size.sidecars ?? {})];
  }
}

/** Requests and limits of a container as charts take them. */
export function resourcesOf({ cpu, memory, memoryLimit }: ContainerSize): ContainerResources {
  return { requests: { cpu, memory }, limits: { memory: memoryLimit ?? formatMemory(mebibytes(memory) * 1.5) } };
}
