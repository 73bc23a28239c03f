import type { Construct, IConstruct } from 'constructs';
import { Component } from '../core/component';
import type { CustomResource } from '../core/custom-resource';
import type { CompleteFacts } from '../core/environment-schema';
import type { NamespaceHandle } from '../core/handles';

export interface IssuersProps {
  /** Namespace of cert-manager, where secrets of cluster-wide issuers lie. */
  readonly namespace: NamespaceHandle;
  /**
   * What brings cert-manager.
   *
   * @default - it is in the cluster already
   */
  readonly certManager?: IConstruct;
}

/** Let's Encrypt for practice, with generous limits and a root that nobody trusts. */
const acmeServers = {
  'letsencrypt-staging': 'https://acme-staging-v02.api.letsencrypt.org/directory',
  'letsencrypt-prod': 'https://acme-v02.api.letsencrypt.org/directory',
} as const;

const rootName = 'internal-root';

/**
 * Who signs certificates: Let's Encrypt for names that the world asks for, proved through DNS, and an authority of the
 * cluster's own for names inside it.
 *
 * @see https://cert-manager.io/docs/configuration/
 */
export class Issuers extends Component {
  /** ClusterIssuer for names that clients outside must trust. */
  readonly trusted = 'letsencrypt-prod';
  /** ClusterIssuer whose authority lives in the cluster. */
  readonly internal = 'internal';

  constructor(scope: Construct, id: string, props: IssuersProps) {
    super(scope, id, { purpose: 'signs certificates for names outside and inside', namespace: props.namespace });
    const { facts } = this.environment;
    const after = props.certManager ? [props.certManager] : [];
    this.customResources('acme', {
      after,
      resources: Object.entries(acmeServers).map(([name, server]) => acmeIssuer(name, server, facts)),
    });
    this.customResources('internal', {
      after,
      resources: [
        clusterIssuer('selfsigned', { selfSigned: {} }),
        this.root(props.namespace),
        clusterIssuer(this.internal, { ca: { secretName: rootName } }),
      ],
    });
    this.verifiedBy(
      'kubectl wait --for condition=ready clusterissuer --all --timeout 120s',
      `kubectl -n ${props.namespace.name} get certificate ${rootName}`,
    );
    this.rolledBackBy(
      `helm -n ${props.namespace.name} rollback ${id}-acme`,
      `helm -n ${props.namespace.name} rollback ${id}-internal`,
    );
    this.handsOver('issuer for public names', this.trusted);
    this.handsOver('issuer for names inside the cluster', this.internal);
  }

  /** Ten years, since all certificates under it must be replaced with it; those live for weeks. */
  private root({ name: namespace }: NamespaceHandle): CustomResource {
    return {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name: rootName, namespace },
      spec: {
        isCA: true,
        commonName: this.environment.named('internal'),
        secretName: rootName,
        duration: '87600h',
        renewBefore: '8760h',
        privateKey: { algorithm: 'ECDSA', size: 384, rotationPolicy: 'Never' },
        issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'selfsigned' },
      },
    };
  }
}

function clusterIssuer(name: string, spec: object): CustomResource {
  return { apiVersion: 'cert-manager.io/v1', kind: 'ClusterIssuer', metadata: { name }, spec };
}

function acmeIssuer(name: string, server: string, { email, domain, aws }: CompleteFacts): CustomResource {
  const dns01 =
    domain.provider === 'route53'
      ? { route53: { region: aws.region, hostedZoneID: domain.zoneId } }
      : { cloudflare: { apiTokenSecretRef: { name: domain.tokenSecret, key: 'token' } } };
  return clusterIssuer(name, {
    acme: {
      server,
      email,
      privateKeySecretRef: { name },
      solvers: [{ selector: { dnsZones: [domain.name] }, dns01 }],
    },
  });
}
