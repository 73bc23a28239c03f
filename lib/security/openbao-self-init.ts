/** Names that OpenBao's first start sets up, for those who log in or read. */
export const vaultNames = {
  /** Mount of the Kubernetes login. */
  auth: 'kubernetes',
  /** Audience that a service-account token must carry to be accepted. */
  audience: 'openbao',
  /** Mount of the key-value store, version 2. */
  secrets: 'secret',
  roles: {
    externalSecrets: 'external-secrets',
    administrator: 'administrator',
    snapshots: 'snapshots',
    ownNamespace: 'own-namespace',
  },
  /** Service account in any namespace whose tokens read `secret/<namespace>/`. */
  ownNamespaceAccount: 'openbao-reader',
} as const;

/** A service account, as OpenBao checks it. */
interface Account {
  readonly name: string;
  readonly namespace: string;
}

export interface SelfInitProps {
  /** Reads every secret. */
  readonly externalSecrets: Account;
  /** May do everything. */
  readonly administrator: Account;
  /** Takes snapshots. */
  readonly snapshots: Account;
}

interface Request {
  readonly operation: 'read' | 'update';
  readonly path: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/**
 * What OpenBao does to itself on its very first start, and never again: afterwards the root token is revoked, and
 * people come in with a short-lived token of a service account.
 *
 * @see https://openbao.org/docs/configuration/self-init/
 */
export function selfInit(props: SelfInitProps): string {
  const { roles, auth, secrets } = vaultNames;
  const stanzas = {
    login: {
      'enable-kubernetes': update(`sys/auth/${auth}`, { type: 'kubernetes' }),
      'configure-kubernetes': update(`auth/${auth}/config`, { kubernetes_host: 'https://kubernetes.default.svc' }),
      'read-mounts': { operation: 'read', path: 'sys/auth' } satisfies Request,
    },
    secrets: {
      'enable-secrets': update(`sys/mounts/${secrets}`, { type: 'kv', options: { version: '2' } }),
    },
    policies: {
      'external-secrets': policy(roles.externalSecrets, readSecretsUnder('')),
      administrator: policy(roles.administrator, everything),
      snapshots: policy(roles.snapshots, rule('sys/storage/raft/snapshot', ['read'])),
      'own-namespace': policy(roles.ownNamespace, readOwnSecrets),
    },
    roles: {
      'external-secrets': role(roles.externalSecrets, props.externalSecrets, '1h'),
      administrator: role(roles.administrator, props.administrator, '1h'),
      snapshots: role(roles.snapshots, props.snapshots, '10m'),
      'own-namespace': role(roles.ownNamespace, { name: vaultNames.ownNamespaceAccount, namespace: '*' }, '1h'),
    },
  };
  return Object.entries(stanzas)
    .map(([name, requests]) => block('initialize', name, Object.entries(requests).map(requestBlock)))
    .join('\n');
}

function requestBlock([name, request]: [string, Request]): string {
  const fields = Object.entries(request).map(([key, value]) => `${key} = ${hcl(value)}`);
  return block('request', name, fields);
}

function block(type: string, name: string, body: readonly string[]): string {
  return `${type} "${name}" {\n${body.join('\n').replaceAll(/^/gm, '  ')}\n}`;
}

/** Values as HCL writes them: like JSON, but for the keys of maps. */
function hcl(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => `${key} = ${hcl(item)}`);
  return `{ ${entries.join(', ')} }`;
}

function update(path: string, data: Readonly<Record<string, unknown>>): Request {
  return { operation: 'update', path, data };
}

function policy(name: string, text: unknown): Request {
  return update(`sys/policies/acl/${name}`, { policy: text });
}

function role(name: string, account: Account, ttl: string): Request {
  return update(`auth/${vaultNames.auth}/role/${name}`, {
    bound_service_account_names: [account.name],
    bound_service_account_namespaces: [account.namespace],
    audience: vaultNames.audience,
    token_policies: [name],
    token_ttl: ttl,
    token_max_ttl: ttl,
  });
}

function rule(path: string, capabilities: readonly string[]): string {
  return `path "${path}" { capabilities = ${JSON.stringify(capabilities)} }`;
}

function readSecretsUnder(folder: string): string {
  const { secrets } = vaultNames;
  return [rule(`${secrets}/data/${folder}*`, ['read']), rule(`${secrets}/metadata/${folder}*`, ['read', 'list'])].join(
    '\n',
  );
}

/** Everything but the root token: short-lived, tied to a service account, and in the audit log. */
const everything = rule('*', ['create', 'read', 'update', 'patch', 'delete', 'list', 'scan', 'sudo']);

/**
 * A namespace reads what lies under its own name. The policy names the mount by an id that every cluster makes for
 * itself, so it is put together when the mount exists.
 */
const readOwnSecrets = {
  eval_source: 'cel',
  eval_type: 'string',
  expression: `'${readSecretsUnder('{{identity.entity.aliases.MOUNT.metadata.service_account_namespace}}/')
    .replaceAll('MOUNT', `' + responses['login']['read-mounts'].data['${vaultNames.auth}/'].accessor + '`)
    .replaceAll('\n', '\\n')}'`,
};
