import type { CustomResource } from '../core/custom-resource';
import type { Values } from '../providers/values';

export interface CopiedSecretProps {
  /** Name of the copy. */
  readonly name: string;
  /** Namespace that receives it. */
  readonly namespace: string;
  /** Namespace of the originals. */
  readonly from: string;
  /** Entries to read, by the name under which `entries` may use them. */
  readonly read: Readonly<Record<string, { readonly secret: string; readonly key: string }>>;
  /** Entries of the copy; `{{ .name }}` stands for what was read. */
  readonly entries: Readonly<Record<string, string>>;
  /**
   * Type of the secret.
   *
   * @default - `Opaque`
   */
  readonly type?: string;
  /**
   * Labels of the secret.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * Custom resources that keep a copy of entries of secrets in another namespace, through External Secrets.
 *
 * Each copy reads with an account of its own, which may read the named secrets and nothing else.
 *
 * @see https://external-secrets.io/latest/provider/kubernetes/
 */
export function copiedSecret(props: CopiedSecretProps): CustomResource[] {
  return [...reader(props), store(props), externalSecret(props)];
}

/** Unique in the namespace of the originals, where the roles of all copies meet. */
function readerName({ name, namespace }: CopiedSecretProps): string {
  return `${namespace}-${name}-reader`;
}

function reader(props: CopiedSecretProps): CustomResource[] {
  const name = readerName(props);
  const secrets = [...new Set(Object.values(props.read).map(({ secret }) => secret))];
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: props.namespace } },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name, namespace: props.from },
      rules: [{ apiGroups: [''], resources: ['secrets'], resourceNames: secrets, verbs: ['get'] }],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name, namespace: props.from },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: props.namespace }],
    },
  ];
}

function store(props: CopiedSecretProps): CustomResource {
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'SecretStore',
    metadata: { name: props.name, namespace: props.namespace },
    spec: {
      provider: {
        kubernetes: {
          remoteNamespace: props.from,
          server: { caProvider: { type: 'ConfigMap', name: 'kube-root-ca.crt', key: 'ca.crt' } },
          auth: { serviceAccount: { name: readerName(props) } },
        },
      },
    },
  };
}

function externalSecret({ name, namespace, read, entries, type, labels }: CopiedSecretProps): CustomResource {
  const template: Values = {
    engineVersion: 'v2',
    data: entries,
    ...(type && { type }),
    ...(labels && { metadata: { labels } }),
  };
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name, namespace },
    spec: {
      refreshInterval: '15m',
      secretStoreRef: { kind: 'SecretStore', name },
      target: { name, template },
      data: Object.entries(read).map(([secretKey, { secret, key }]) => ({
        secretKey,
        remoteRef: { key: secret, property: key },
      })),
    },
  };
}
