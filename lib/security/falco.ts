import type { Construct, IConstruct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import { charts } from '../providers/charts';
import { type FalcoRule, platformRules } from './falco-rules';
import type { EventSink } from './falcosidekick';

export interface FalcoProps extends ComponentProps {
  /**
   * Who gets the events, besides the log of the pods.
   *
   * @default - nobody
   */
  readonly events?: EventSink & IConstruct;
  /**
   * Further rules.
   *
   * @default - none
   */
  readonly rules?: readonly FalcoRule[];
}

/**
 * Falco on every node, tainted ones included. Rules and plugins are those of the image, so nothing is fetched when a
 * pod starts, and what runs changes with the chart alone.
 *
 * @see https://falco.org/docs/
 */
export class Falco extends Component {
  constructor(scope: Construct, id: string, props: FalcoProps) {
    super(scope, id, { purpose: 'watches system calls for what an intruder does', ...props });
    const { network } = this.environment.facts;
    const namespace = props.namespace.name;
    const pods = this.podsPerNode(
      'falco',
      this.sized({
        small: { cpu: '75m', memory: '256Mi', memoryLimit: '1Gi' },
        medium: { cpu: '80m', memory: '256Mi', memoryLimit: '1Gi' },
        large: { cpu: '100m', memory: '256Mi', memoryLimit: '1Gi' },
      }),
    );
    const rules = [...platformRules([network.cidr, network.serviceCidr]), ...(props.rules ?? [])];
    this.release({
      chart: charts.falco,
      after: props.events ? [props.events] : [],
      values: {
        driver: { kind: 'modern_ebpf', modernEbpf: { leastPrivileged: true } },
        resources: { ...pods.resources, limits: { ...pods.resources.limits, cpu: null } },
        tolerations: [{ operator: 'Exists' }],
        podPriorityClassName: 'system-node-critical',
        collectors: { containerEngine: { engines: containerdAlone } },
        falcoctl: { artifact: { install: { enabled: false }, follow: { enabled: false } } },
        // The image brings a file there that loads the container plugin; the chart loads it too, and Falco ends itself
        // when it meets a plugin twice. Charts from 9.2.0 hide the folder by themselves.
        mounts: {
          volumes: [{ name: 'no-config-of-the-image', emptyDir: {} }],
          volumeMounts: [{ name: 'no-config-of-the-image', mountPath: '/etc/falco/config.d' }],
        },
        customRules: { 'platform-rules.yaml': JSON.stringify(rules, undefined, 2) },
        falco: {
          json_output: true,
          priority: 'notice',
          syslog_output: { enabled: false },
          log_syslog: false,
          ...(props.events && { http_output: { enabled: true, url: props.events.url } }),
        },
        metrics: { enabled: true, interval: '15m' },
        serviceMonitor: { create: true },
      },
    });
    this.verifiedBy(
      `kubectl -n ${namespace} rollout status daemonset/falco`,
      `kubectl -n ${namespace} logs daemonset/falco --tail 20`,
    );
    this.rolledBackBy(`helm -n ${namespace} rollback ${id}`);
  }
}

const off = { enabled: false };

/** Nodes of EKS run containerd; sockets of other engines are not there to be mounted. */
const containerdAlone = {
  docker: off,
  podman: off,
  lxc: off,
  libvirt_lxc: off,
  bpm: off,
  containerd: off,
  cri: { enabled: true, sockets: ['/run/containerd/containerd.sock'] },
};
