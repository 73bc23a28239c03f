import { Workflow } from '../../core/workflow';
import { ingressTasks } from './ingress-tasks';
import type { Decision, Failure, Property, Requirement, Spec } from './spec';

/** Workflow 2: names, certificates and the gateway. */
export const ingress: Spec = {
  name: 'workflow-2-ingress-enhancement',
  title: 'Ingress and API gateway',
  workflows: [Workflow.INGRESS],
  content: (facts) => ({
    introduction: `Requests from outside reach services over TLS, under names below the domain of the environment. The library brings certificates, DNS records and the gateway; your team brings a domain that is really yours, a mailbox, and the decision who may come in.`,
    glossary: {
      domain: `the name below which an environment serves: ${facts.each(({ facts: { domain } }) => `\`${domain.name}\``)}.`,
      Mapping:
        'the custom resource of Emissary that leads a host and a path to a service; `ingress.route()` makes one.',
      team: 'the people who own the platform and its domain.',
    },
    requirements,
    overview: `A request goes to a network load balancer, which passes TLS on to the pods of the gateway. The gateway ends TLS with one certificate for the domain and every name below it, looks the name up among the Mappings and sends the request to the service. One record \`*.<domain>\` points to the load balancer, so a new name needs no change in DNS.`,
    decisions,
    facts: [
      ['Domain', ({ facts: { domain } }) => domain.name],
      ['DNS provider', ({ facts: { domain } }) => domain.provider],
      ['Zone', ({ facts: { domain } }) => (domain.provider === 'route53' ? domain.zoneId : '-')],
      ['Mailbox of the ACME account', ({ facts: { email } }) => email],
      [
        'Records deleted with their services',
        ({ facts: { deletionProtection } }) => (deletionProtection ? 'no' : 'yes'),
      ],
    ],
    properties,
    failures,
    groups: ingressTasks(facts),
    notes: [
      "While you try things out, `gateway: { issuer: 'letsencrypt-staging' }` saves the weekly limits of Let's Encrypt.",
    ],
  }),
};

const requirements: readonly Requirement[] = [
  {
    id: 'names',
    title: 'Names',
    story: {
      as: 'a developer',
      want: 'a name for my service without a ticket',
      so: 'it is reachable the moment it runs',
    },
    criteria: [
      {
        when: 'a service of the type LoadBalancer gets an address',
        the: 'external-dns',
        shall: 'write the record of its name into the zone of the environment, and into no other',
      },
      { if: 'a record in the zone belongs to somebody else', the: 'external-dns', shall: 'leave it as it is' },
      { while: 'deletion protection is on', the: 'external-dns', shall: 'delete no record' },
    ],
  },
  {
    id: 'certificates',
    title: 'Certificates',
    story: {
      as: 'a security engineer',
      want: 'certificates that renew themselves',
      so: 'nobody is woken by an expiry',
    },
    criteria: [
      { the: 'cert-manager', shall: 'issue and renew one certificate for the domain and every name below it' },
      { the: 'issuers', shall: 'sign names outside with a public authority and names inside with one of the cluster' },
      {
        if: 'a certificate cannot be renewed',
        the: 'issuers',
        shall: 'let the authority write to the mailbox that the environment names',
      },
    ],
  },
  {
    id: 'gateway',
    title: 'Gateway',
    story: {
      as: 'a developer',
      want: 'one gateway that knows where a name leads',
      so: 'services share a load balancer and its address',
    },
    criteria: [
      { when: 'a request comes over plain HTTP', the: 'emissary', shall: 'answer with a redirect to HTTPS' },
      {
        when: 'a request names a host that a Mapping has',
        the: 'emissary',
        shall: 'send it to the service of that Mapping with the address of the client',
      },
      { if: 'a connection does not come through the load balancer', the: 'emissary', shall: 'refuse it' },
      { the: 'team', shall: 'decide per environment whether the load balancer is public, and which ranges it admits' },
    ],
  },
];

const decisions: readonly Decision[] = [
  {
    choice: 'TLS ends in the gateway, not in the load balancer',
    because: 'Certificates stay in the cluster, and the gateway sees the name of the request.',
  },
  {
    choice: 'One certificate with a wildcard',
    because: 'A new name needs no new certificate, and the limits of the authority are not met.',
  },
  {
    choice: 'external-dns before the gateway',
    because: 'On destroy it is still there to take the record back.',
    about: ['external-dns'],
  },
];

const properties: readonly Property[] = [
  {
    title: 'Nothing in the clear',
    holds: 'For every name below the domain a request over HTTP ends in a redirect, never in an answer of a service.',
    validates: ['gateway.1'],
    shownBy: 'by the `curl` command below',
  },
  {
    title: 'Own zone only',
    holds:
      'For every record that is written the zone is the one of the environment; the policy of the role names no other.',
    validates: ['names.1', 'names.2'],
    shownBy: 'by the policy of the role of external-dns in the plan',
  },
  {
    title: 'Issuers answer',
    holds: 'For every ClusterIssuer the condition Ready becomes true within two minutes of the apply.',
    validates: ['certificates.1', 'certificates.2'],
    shownBy: 'by `kubectl wait` below',
  },
];

const failures: readonly Failure[] = [
  {
    sign: 'TLS fails right after the first apply',
    cause: 'the certificate takes a minute or two, and Helm does not wait for it',
    remedy: 'look at `kubectl -n emissary describe certificate gateway`',
    about: ['emissary'],
  },
  {
    sign: 'The challenge of the certificate stays pending',
    cause: 'the zone is not delegated, so the authority does not see the record',
    remedy: 'compare `dig +short NS` of the domain with the name servers of the zone',
  },
  {
    sign: 'A name does not resolve',
    cause: 'external-dns has no right in the zone, or the record is of another owner',
    remedy: 'read its log, and the TXT record beside the name',
    about: ['external-dns'],
  },
  {
    sign: '`rateLimited` from the authority',
    cause: 'too many certificates for one name in a week',
    remedy: 'use the issuer `letsencrypt-staging` while you try things out',
  },
  {
    sign: 'A request inside the cluster to the gateway is refused',
    cause: 'it does not speak the proxy protocol',
    remedy: 'call the service itself',
  },
];
