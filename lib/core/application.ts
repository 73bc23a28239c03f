import type { Environment } from './environment';
import { ModelError } from './problem';
import { formatMemory, mebibytes, millicores } from './quantity';
import type { Sized } from './size';
import type { Days, Duration } from './units';

/** CPU and memory of one pod, as Kubernetes writes them. */
export interface Amounts {
  readonly cpu: string;
  readonly memory: string;
}

/** A Kafka topic of the application. */
export interface TopicFacts {
  readonly partitions: number;
  readonly keep: Days;
  /** Kinds of events that it carries. */
  readonly events: readonly string[];
}

/** One service: what it is, what it asks for and whom it talks to. */
export interface ServiceFacts<Name extends string = string, Topic extends string = string> {
  /** A verb first: `takes orders`. */
  readonly purpose: string;
  readonly requests: Amounts;
  readonly limits: Amounts;
  /** Replicas for the size of the environment. */
  readonly replicas: Sized<number>;
  /** Replicas that an autoscaler may go to where the environment allows them. */
  readonly maxReplicas: number;
  /** Path that the gateway sends to it, and how long an answer may take. */
  readonly route: { readonly prefix: string; readonly timeout: Duration };
  /**
   * Tables in its own PostgreSQL database.
   *
   * @default - no database
   */
  readonly tables?: readonly string[];
  /**
   * What it keeps in Redis, and for how long.
   *
   * @default - nothing
   */
  readonly caches?: Readonly<Record<string, Duration>>;
  /** @default - none */
  readonly publishes?: readonly Topic[];
  /** @default - none */
  readonly consumes?: readonly Topic[];
  /**
   * Services whose API it calls; they are started before it.
   *
   * @default - none
   */
  readonly calls?: readonly Name[];
  /**
   * Hosts outside of the cluster.
   *
   * @default - none
   */
  readonly external?: readonly string[];
  /**
   * Keys of its secret in the vault.
   *
   * @default - none
   */
  readonly secrets?: readonly string[];
  /**
   * Metrics of its own, beside those of every service.
   *
   * @default - none
   */
  readonly metrics?: readonly string[];
}

/** An application that runs on the platform: data, until there are constructs for services. */
export interface Application<Name extends string = string, Topic extends string = string> {
  /** As people write it. */
  readonly name: string;
  readonly namespace: string;
  /** What the containers listen on. */
  readonly port: number;
  /** What the Kubernetes services listen on. */
  readonly servicePort: number;
  /** Paths of the probes. */
  readonly probes: { readonly liveness: string; readonly readiness: string; readonly startup: string };
  /** Path of the metrics. */
  readonly metricsPath: string;
  /** Connections that each replica opens to its database at most. */
  readonly connections: number;
  /** Share of the memory limit, in percent, that the Java heap may take. */
  readonly heapPercent: number;
  readonly topics: Readonly<Record<Topic, TopicFacts>>;
  readonly services: Readonly<Record<Name, ServiceFacts<NoInfer<Name>, NoInfer<Topic>>>>;
}

/**
 * Declares an application. Services and topics are known by the names they are declared under, so a call to one that
 * does not exist does not compile.
 *
 * @throws ModelError where services wait for each other in a circle
 */
export function application<Name extends string, Topic extends string>(
  facts: Application<Name, Topic>,
): Application<Name, Topic> {
  startWaves(facts);
  return facts;
}

/** Names of services in waves: each is started after all that it calls. */
export function startWaves({ services }: Application): string[][] {
  const waves: string[][] = [];
  let waiting = Object.keys(services);
  while (waiting.length > 0) {
    const ready = waiting.filter((name) => !services[name]?.calls?.some((called) => waiting.includes(called)));
    if (ready.length === 0) throw circle(waiting);
    waves.push(ready);
    waiting = waiting.filter((name) => !ready.includes(name));
  }
  return waves;
}

/** A service with the figures that it gets in one environment. */
export interface SizedService {
  readonly requests: Amounts;
  readonly limits: Amounts;
  readonly replicas: number;
  readonly maxReplicas: number;
}

/** The figures of a service, brought into the ranges that an environment allows. */
export function sizedFor(service: ServiceFacts, { facts }: Environment): SizedService {
  const { services, automation, size } = facts;
  const replicas = service.replicas[size];
  return {
    requests: {
      cpu: cpuWithin(service.requests.cpu, services.cpuRequest),
      memory: memoryWithin(service.requests.memory, services.memoryRequest),
    },
    limits: {
      cpu: cpuWithin(service.limits.cpu, services.cpuLimit),
      memory: memoryWithin(service.limits.memory, services.memoryLimit),
    },
    replicas: Math.min(replicas, automation.maxReplicas),
    maxReplicas: Math.max(replicas, Math.min(service.maxReplicas, automation.maxReplicas)),
  };
}

interface Range {
  readonly from: string;
  readonly to: string;
}

function cpuWithin(cpu: string, { from, to }: Range): string {
  return `${Math.min(Math.max(millicores(cpu), millicores(from)), millicores(to))}m`;
}

function memoryWithin(memory: string, { from, to }: Range): string {
  return formatMemory(Math.min(Math.max(mebibytes(memory), mebibytes(from)), mebibytes(to)));
}

function circle(names: readonly string[]): ModelError {
  return new ModelError([
    {
      code: 'GP119',
      path: `services.${names[0]}.calls`,
      message: `${names.join(', ')} wait for each other`,
      allowed: 'calls in one direction',
      fix: 'let one of them learn of the other through a topic',
    },
  ]);
}
