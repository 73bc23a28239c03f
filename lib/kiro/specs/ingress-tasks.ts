import type { Facts } from './facts';
import type { Task, TaskGroup } from './spec';

/** What a team decides and does for names, certificates and the gateway. */
export function ingressTasks(facts: Facts): readonly TaskGroup[] {
  return [names(facts), exposure(facts), requests(facts)];
}

function names(facts: Facts): TaskGroup {
  const { name, ...domain } = facts.first.facts.domain;
  const zone =
    domain.provider === 'route53'
      ? [`aws route53 get-hosted-zone --id ${domain.zoneId} --query DelegationSet.NameServers`]
      : [];
  return {
    title: 'A domain that is yours',
    tasks: [
      {
        id: 'domain',
        title: 'Name your domains and their zones',
        steps: [
          `The environments name ${facts.each((environment) => `\`${environment.facts.domain.name}\``)}; put your own under \`domain\` in \`environments/\`.`,
          'Delegate each name to its zone at your registrar.',
        ],
        check: [`dig +short NS ${name}`, ...zone],
        meets: ['names.1'],
      },
      {
        id: 'mailbox',
        title: 'Name a mailbox that is read',
        steps: [
          `The certificate authority writes to \`email\` of the environment, now ${facts.each(({ facts: { email } }) => email)}.`,
        ],
        check: [
          `kubectl get clusterissuer ${facts.handover('issuers', 'issuer for public names')} -o jsonpath={.spec.acme.email}`,
        ],
        meets: ['certificates.3'],
      },
      ...cloudflareToken(facts),
    ],
  };
}

/** Only where an environment has its zone at Cloudflare. */
function cloudflareToken(facts: Facts): Task[] {
  const found = facts.environments
    .map((environment) => environment.facts.domain)
    .find(({ provider }) => provider === 'cloudflare');
  if (found?.provider !== 'cloudflare') return [];
  const namespaces = [facts.namespace('cert-manager'), facts.namespace('external-dns')];
  return [
    {
      id: 'token',
      title: 'Make the secret with the token of Cloudflare',
      steps: [
        `For ${facts.where(({ facts: { domain } }) => domain.provider === 'cloudflare')}: a secret \`${found.tokenSecret}\` with the key \`token\` in the namespaces ${namespaces.map((name) => `\`${name}\``).join(' and ')}, as soon as the first apply has made them.`,
        'The token needs the right to edit DNS of that zone and nothing else.',
      ],
      check: namespaces.map((name) => `kubectl -n ${name} get secret ${found.tokenSecret}`),
      meets: ['names.1', 'certificates.1'],
      after: ['domain'],
    },
  ];
}

function exposure(facts: Facts): TaskGroup {
  return {
    title: 'Who may come in',
    tasks: [
      {
        id: 'exposure',
        title: 'Decide which environments are public',
        steps: [
          "The load balancer is public unless `gateway: { scheme: 'internal' }` in `stacks/platform.ts` says otherwise; `allowedRanges` there limits who reaches it.",
          'Environments for tests seldom need the whole internet.',
        ],
        check: facts.check('emissary', 'get service'),
        meets: ['gateway.4'],
      },
      {
        id: 'firewall',
        title: 'Decide whether a web firewall stands in front',
        steps: [
          'A network load balancer takes none. CloudFront with AWS WAF can stand before it; then admit its ranges only.',
        ],
        check: ["aws wafv2 list-web-acls --scope CLOUDFRONT --region 'us-east-1' --query 'WebACLs[].Name'"],
        meets: ['gateway.4'],
        after: ['exposure'],
        optional: true,
      },
    ],
  };
}

function requests(facts: Facts): TaskGroup {
  const { first } = facts;
  return {
    title: 'First requests',
    tasks: [
      {
        id: 'deploy',
        title: `Deploy the ingress of ${first.name} and see a certificate`,
        steps: [
          `\`npx cdktf deploy ${first.name}-ingress\``,
          'The first certificate takes a minute or two after that.',
        ],
        check: [...facts.check('emissary', 'certificate/gateway'), ...facts.check('issuers', 'clusterissuer')],
        meets: ['certificates.1', 'certificates.2', 'gateway.1'],
        after: ['domain', 'mailbox', 'exposure'],
      },
      {
        id: 'request',
        title: 'See a request from outside arrive',
        steps: ['From a network that the environment admits.'],
        check: [...facts.check('emissary', 'curl'), `dig +short any.${first.facts.domain.name}`],
        meets: ['gateway.1', 'gateway.2', 'names.1'],
        after: ['deploy'],
      },
    ],
  };
}
