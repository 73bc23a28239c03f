import { Workflow } from '../../core/workflow';
import type { Facts } from './facts';
import { meshTasks } from './mesh-tasks';
import type { Decision, Failure, Property, Requirement, Spec } from './spec';

/** Workflow 6: mutual TLS between services. */
export const mesh: Spec = {
  name: 'workflow-6-service-mesh-implementation',
  title: 'Service mesh',
  workflows: [Workflow.MESH],
  content: (facts) => ({
    introduction:
      'Istio puts services of your choice under mutual TLS and shows who talks to whom. Nothing joins by itself: the library brings the control plane, the gateway, the monitors and the picture; your team decides which namespaces join, who may call whom, and whose authority signs.',
    glossary: {
      mesh: 'all pods whose traffic Istio carries.',
      'sidecar mode': 'each pod in the mesh has a proxy of its own.',
      'ambient mode': 'a proxy on each node carries the traffic of its pods; rules on HTTP need a waypoint.',
      team: 'the people who own the platform and the services in the mesh.',
    },
    requirements: [...joining, ...identity(facts), ...seeing(facts), ...control],
    overview: `Requests from outside arrive at the gateway of the ingress, which hands them to a gateway inside the cluster; Istio carries what goes on between services. The agents that touch the network of a node live in \`kube-system\`, so that the namespace with the key of the mesh stays at the strictest pod-security level. Platform namespaces stay outside, so monitoring, operators and data services speak as before.`,
    decisions,
    facts: [
      ['Mode', ({ facts: { mesh: chosen } }) => chosen.mode],
      ['Requests traced', ({ facts: { mesh: chosen } }) => String(chosen.tracing)],
      ['Mutual TLS', () => facts.handover('mesh-policies', 'mutual TLS')],
      ['Objective: failed requests', ({ facts: { objectives } }) => `below ${objectives.errorRate}`],
    ],
    models: `A VirtualService names the gateway \`${facts.handover('istio-gateway', 'gateway of VirtualServices')}\`. A namespace joins by the labels of the mesh handle, which differ by mode; never set both at once.`,
    properties,
    failures,
    groups: meshTasks(facts),
    notes: [
      'While the control plane is away running services go on; new pods in the mesh wait, since none starts without its proxy.',
      'Change of mode: move namespaces one by one, labels first, then a restart.',
    ],
  }),
};

const joining: readonly Requirement[] = [
  {
    id: 'joining',
    title: 'Joining',
    story: {
      as: 'a developer',
      want: 'my namespace to join by a label and to leave by taking it off',
      so: 'the mesh is my decision and no migration of the whole platform',
    },
    criteria: [
      {
        while: 'a namespace carries the labels of the mesh',
        the: 'istiod',
        shall: 'give every new pod there its place in the mesh, and start none without it',
      },
      { the: 'istio-cni', shall: 'redirect traffic on the node, so that pods of applications need no further rights' },
      {
        if: 'a namespace carries no label of the mesh',
        the: 'istiod',
        shall: 'leave its pods and its connections as they are',
      },
    ],
  },
];

function identity(facts: Facts): readonly Requirement[] {
  return [
    {
      id: 'identity',
      title: 'Identity and authorization',
      story: {
        as: 'a security engineer',
        want: 'each service to prove who it is, and calls that nobody named to be refused',
        so: 'a stolen pod is not a stolen platform',
      },
      criteria: [
        {
          the: 'mesh-policies',
          shall: `require mutual TLS between pods of the mesh (\`${facts.handover('mesh-policies', 'mutual TLS')}\`)`,
        },
        {
          when: 'a certificate of a workload nears its end',
          the: 'istiod',
          shall: 'issue the next one without a restart',
        },
        {
          where: 'the team brings an authority of its own',
          the: 'istiod',
          shall: 'sign with the intermediate in the secret `cacerts`, which is there before the first pod joins',
        },
        { the: 'team', shall: 'say with AuthorizationPolicies who may call each service that holds data' },
      ],
    },
  ];
}

function seeing(facts: Facts): readonly Requirement[] {
  return [
    {
      id: 'seeing',
      title: 'Seeing',
      story: {
        as: 'an engineer on call',
        want: 'to see who calls whom, how fast and how often it fails',
        so: 'I find the service that is the cause',
      },
      criteria: [
        {
          the: 'mesh-policies',
          shall: `record ${facts.each(({ facts: { mesh: chosen } }) => String(chosen.tracing))} of the requests as traces`,
        },
        { the: 'mesh-monitoring', shall: 'scrape control plane, agents and proxies, and alert on them' },
        { the: 'kiali', shall: 'show the mesh and change nothing in it' },
        { the: 'team', shall: 'decide who may log in to the picture of the mesh' },
      ],
    },
  ];
}

const control: readonly Requirement[] = [
  {
    id: 'control',
    title: 'Ways in and out',
    story: {
      as: 'a platform engineer',
      want: 'one way into the mesh and, where it matters, a list of ways out',
      so: 'I know what crosses its border',
    },
    criteria: [
      { the: 'istio-gateway', shall: 'admit requests from the gateway of the ingress only' },
      {
        where: 'egress is limited to what is registered',
        the: 'istiod',
        shall: 'let services call only hosts outside that a ServiceEntry names',
      },
      { the: 'team', shall: 'set timeouts and retries for each route, since none fits all' },
    ],
  },
];

const decisions: readonly Decision[] = [
  {
    choice: 'Platform namespaces stay outside',
    because: 'Operators and databases speak protocols with TLS of their own; Prometheus scrapes from outside.',
  },
  {
    choice: 'No rule that refuses everything',
    because: 'It would stop every service that has no policy yet. Who may call whom is said beside the service.',
  },
  { choice: 'Kiali only looks', because: 'A change made in a picture is in no repository.', about: ['kiali'] },
  {
    choice: 'No DestinationRule for `*.local`',
    because: 'It would force TLS on everything outside the mesh, which does not speak it.',
  },
];

const properties: readonly Property[] = [
  {
    title: 'No plain text inside',
    holds:
      'For every pair of pods in the mesh, a connection on a port that no exception names is mutual TLS, or refused.',
    validates: ['identity.1'],
    shownBy: 'by the mode of the PeerAuthentication below.',
    about: ['mesh-policies'],
  },
  {
    title: 'Definitions, control plane, data plane',
    holds:
      'For every deployment the definitions come before the control plane, and that before gateway and agents; destroy runs the other way round.',
    validates: ['joining.1', 'joining.2', 'control.1'],
    shownBy: 'by the order of the arrows above, which is the `depends_on` of the stack.',
  },
  {
    title: 'One border',
    holds:
      'For every request from outside that reaches a service of the mesh, the gateway of the ingress passed it on.',
    validates: ['control.1'],
    shownBy: 'by the network policies of the namespace of the gateway.',
    about: ['istio-gateway'],
  },
];

const failures: readonly Failure[] = [
  {
    sign: 'New pods in a mesh namespace wait',
    cause: 'the control plane does not answer its webhook',
    remedy: 'bring `istiod` back; running pods are not affected',
    about: ['istiod'],
  },
  {
    sign: 'Metrics of a service vanish after it joined',
    cause: 'strict mode refuses the scrape on its own port',
    remedy: 'annotate the pod with `prometheus.io/port`; in ambient mode list the port under `plainPorts`',
    about: ['mesh-policies'],
  },
  {
    sign: '`503` with `UF` from a service outside the mesh',
    cause: 'a DestinationRule forces TLS on it',
    remedy: 'limit the rule to hosts inside the mesh',
  },
  {
    sign: 'A network policy refuses calls in ambient mode',
    cause: 'connections arrive on 15008 instead of the port of the service',
    remedy: 'admit the calling namespace as a whole',
  },
];
