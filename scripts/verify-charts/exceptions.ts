import type { CountedOnly, Uncounted } from './checks/capacity';
import type { Allowance } from './checks/containers';

/** Pods that are allowed more than others, or that ask for nothing. */
export const allowances: readonly Allowance[] = [
  {
    release: 'falco',
    what: 'DaemonSet/falco',
    rights: ['hostPath'],
    reason: 'reads system calls and the processes behind them from the kernel of its node',
  },
  {
    release: 'falco',
    what: 'DaemonSet/falco/falco',
    rights: ['BPF', 'SYS_RESOURCE', 'PERFMON', 'SYS_PTRACE'],
    reason: 'loads its probe into the kernel; these four are less than being privileged',
  },
  {
    release: 'istio-cni',
    what: 'DaemonSet/istio-cni-node/install-cni',
    rights: ['NET_ADMIN', 'NET_RAW', 'SYS_PTRACE', 'SYS_ADMIN', 'DAC_OVERRIDE'],
    reason: 'sets up the network of pods so that no pod of the mesh needs such rights itself',
  },
  {
    release: 'istio-cni',
    what: 'DaemonSet/istio-cni-node',
    rights: ['hostPath'],
    reason: 'puts the network plugin of the mesh into the folder of the node where the kubelet looks for it',
  },
  {
    release: 'alloy',
    what: 'DaemonSet/alloy',
    rights: ['hostPath'],
    reason: 'reads the logs of all pods from the disk of its node, and keeps there how far it came',
  },
  {
    release: 'prometheus',
    what: 'DaemonSet/node-exporter',
    rights: ['hostNetwork', 'hostPID', 'hostPath'],
    reason: 'measures the node itself: its network, its processes and its disks',
  },
];

/** Images without a version, each with the reason. */
export const looseImages: readonly { readonly release: string; readonly image: string; readonly reason: string }[] = [
  { release: 'istio-gateway', image: 'auto', reason: 'a mark that istiod replaces by its own proxy at admission' },
];

/** Pods that only show at run time, and not in a custom resource either. */
export const countedOnly: readonly CountedOnly[] = [
  {
    component: 'trivy-operator',
    pods: ['scan-job'],
    reason: 'the operator starts them when there is something to scan, as many as its concurrency limit says',
  },
  {
    component: 'build-pipeline',
    pods: ['stage', 'volume-holder'],
    reason: 'Tekton starts them when a build runs',
  },
];

/** Pods that come and go so quickly that they are not counted. */
export const uncounted: readonly Uncounted[] = [];

/** Kinds without a definition in any chart. */
export const undefinedKinds: Readonly<Record<string, string>> = {
  'constraints.gatekeeper.sh/v1beta1/': 'made by Gatekeeper out of the constraint templates',
  'tekton.dev/v1/': 'made by the Tekton operator when it runs; recorded charts hold them',
  'triggers.tekton.dev/v1beta1/': 'made by the Tekton operator when it runs',
};
