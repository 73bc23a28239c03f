import type { Construct, IConstruct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { CustomResource } from '../core/custom-resource';
import type { ExternalSecrets } from './external-secrets';
import type { SecretVault } from './openbao';
import { vaultNames } from './openbao-self-init';

export interface SecretStoreProps extends ComponentProps {
  /** Who reads. */
  readonly externalSecrets: ExternalSecrets;
  /** What is read. */
  readonly vault: SecretVault & IConstruct;
  /**
   * Namespaces that may read through the store, besides those that the platform and its teams made with `Namespace`.
   * Whoever may create external secrets in one of them reads every secret of the vault.
   *
   * @default - none
   */
  readonly namespaces?: readonly string[];
}

/** Where External Secrets reads: OpenBao, and AWS Secrets Manager where it may. */
export class SecretStore extends Component {
  readonly name = 'openbao';

  constructor(scope: Construct, id: string, props: SecretStoreProps) {
    super(scope, id, { purpose: 'lets external secrets read the vault', ...props });
    const prefix = props.externalSecrets.secretsManagerPrefix;
    this.customResources('stores', {
      after: [props.externalSecrets, props.vault],
      resources: [this.openBao(props), ...(prefix === undefined ? [] : [this.secretsManager(props)])],
    });
    this.verifiedBy(`kubectl wait clustersecretstore/${this.name} --for=condition=Ready --timeout=60s`);
    this.rolledBackBy(`helm -n ${props.namespace.name} rollback ${id}-stores`);
    this.handsOver('secret store', this.name);
  }

  private openBao({ vault, externalSecrets, namespace, namespaces }: SecretStoreProps): CustomResource {
    return store(this.name, namespaces, {
      vault: {
        server: vault.url,
        path: vaultNames.secrets,
        version: 'v2',
        caProvider: { type: 'Secret', ...vault.certificate, key: 'ca.crt' },
        auth: {
          kubernetes: {
            mountPath: vaultNames.auth,
            role: vaultNames.roles.externalSecrets,
            serviceAccountRef: {
              name: externalSecrets.serviceAccount,
              namespace: namespace.name,
              audiences: [vaultNames.audience],
            },
          },
        },
      },
    });
  }

  private secretsManager({ namespaces, externalSecrets }: SecretStoreProps): CustomResource {
    return store('secrets-manager', namespaces, {
      aws: {
        service: 'SecretsManager',
        region: this.environment.facts.aws.region,
        prefix: externalSecrets.secretsManagerPrefix,
      },
    });
  }
}

function store(name: string, namespaces: readonly string[] = [], provider: object): CustomResource {
  const made = { namespaceSelector: { matchExpressions: [{ key: 'groundplan.dev/workflow', operator: 'Exists' }] } };
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ClusterSecretStore',
    metadata: { name },
    spec: {
      provider,
      refreshInterval: 60,
      conditions: [made, ...(namespaces.length > 0 ? [{ namespaces }] : [])],
    },
  };
}
