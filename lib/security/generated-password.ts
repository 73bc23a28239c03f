import type { CustomResource } from '../core/custom-resource';
import type { Security } from '../core/handles';

/**
 * A password that External Secrets makes up once. It is never made again: not when time passes, not when the resources
 * are applied anew, and the secret stays when they go. To rotate it, delete the secret and restart who reads it.
 *
 * @see https://external-secrets.io/latest/api/generator/password/
 */
export function generatedPassword({
  namespace,
  secret,
  key,
}: Parameters<Security['generatedPassword']>[0]): CustomResource[] {
  const metadata = { name: secret, namespace };
  return [
    {
      apiVersion: 'generators.external-secrets.io/v1alpha1',
      kind: 'Password',
      metadata,
      // Letters and digits alone, since passwords end up in URLs and shells.
      spec: { length: 40, digits: 10, symbols: 0, noUpper: false, allowRepeat: true, secretKeys: [key] },
    },
    {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata,
      spec: {
        refreshPolicy: 'CreatedOnce',
        refreshInterval: '0s',
        target: { name: secret, creationPolicy: 'Orphan', immutable: true },
        dataFrom: [
          {
            sourceRef: {
              generatorRef: { apiVersion: 'generators.external-secrets.io/v1alpha1', kind: 'Password', name: secret },
            },
          },
        ],
      },
    },
  ];
}
