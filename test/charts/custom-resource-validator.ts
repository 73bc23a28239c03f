import type { CustomResource } from '../../lib';
import { complaintsAgainst, kindOf } from '../../scripts/verify-charts/definitions';
import type { Json } from '../../scripts/verify-charts/manifest';
import { recordedSchemas } from '../../scripts/verify-charts/recorded-charts';
import { recordedCharts } from './recorded';

let schemas: Map<string, Json> | undefined;

/** Groups that Kubernetes itself serves. */
const builtIn = [
  'v1',
  'apps/',
  'batch/',
  'networking.k8s.io/',
  'rbac.authorization.k8s.io/',
  'storage.k8s.io/',
  'policy/',
];

export function isBuiltIn({ apiVersion }: CustomResource): boolean {
  return builtIn.some((group) => apiVersion === group || (group.endsWith('/') && apiVersion.startsWith(group)));
}

/** What the API server would say against a custom resource; undefined where its definition is not recorded. */
export function complaints(resource: CustomResource): string[] | undefined {
  schemas ??= recordedSchemas(recordedCharts);
  const schema = schemas.get(kindOf(resource));
  return schema && complaintsAgainst(schema, resource);
}
