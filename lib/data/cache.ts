import { Construct } from 'constructs';
import { Component } from '../core/component';
import type { NamespaceHandle, RedisHandle } from '../core/handles';
import { copiedSecret } from './copied-secret';

export interface CacheProps {
  /** The Redis that holds it. */
  readonly redis: RedisHandle;
  /** Namespace of the application, which receives the secret. */
  readonly namespace: NamespaceHandle;
}

/**
 * What an application needs to keep a cache in Redis, in a secret of its namespace. Applications share the password and
 * the memory, so each keeps to keys that begin with `key-prefix`.
 *
 * The secret has the entries `host`, `port`, `sentinel-host`, `sentinel-port`, `master-name`, `password`, `key-prefix`
 * and `ca.crt`.
 *
 * @see https://redis.io/docs/latest/develop/reference/sentinel-clients/
 */
export class Cache extends Component {
  /** Name of the secret in the application's namespace. */
  readonly secret: string;

  constructor(scope: Construct, id: string, { redis, namespace }: CacheProps) {
    super(scope, id, { purpose: `lets ${id} reach Redis`, namespace });
    this.secret = `${id}-redis`;
    this.customResources('cache', {
      after: Construct.isConstruct(redis) ? [redis] : [],
      resources: copiedSecret({
        name: this.secret,
        namespace: namespace.name,
        from: redis.namespace.name,
        read: {
          password: { secret: redis.passwordSecret, key: 'password' },
          ca: { secret: redis.caSecret, key: 'ca.crt' },
        },
        entries: {
          host: redis.host,
          port: String(redis.port),
          'sentinel-host': redis.sentinelHost,
          'sentinel-port': String(redis.sentinelPort),
          'master-name': redis.masterName,
          password: '{{ .password }}',
          'key-prefix': `${namespace.name}:${id}:`,
          'ca.crt': '{{ .ca }}',
        },
      }),
    });
    this.verifiedBy(`kubectl -n ${namespace.name} get secret ${this.secret}`);
    this.rolledBackBy(`helm -n ${namespace.name} rollback ${id}-cache`);
    this.handsOver('cache secret', `${namespace.name}/${this.secret}`);
  }
}
