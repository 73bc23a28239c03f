import type { CustomResource } from '../core/custom-resource';

/** Kinds that the operator watches from its first second; it ends if one of them is missing. */
const kinds: readonly (readonly [kind: string, ...shortNames: string[]])[] = [
  ['ManualApprovalGate', 'mag'],
  ['OpenShiftPipelinesAsCode', 'opac', 'pac'],
  ['SyncerService'],
  ['TektonChain'],
  ['TektonConfig'],
  ['TektonDashboard'],
  ['TektonInstallerSet'],
  ['TektonMulticlusterProxyAAE'],
  ['TektonPipeline'],
  ['TektonPruner'],
  ['TektonResult'],
  ['TektonScheduler'],
  ['TektonTrigger'],
];

/**
 * Definitions of the operator's kinds, open for every field: the operator's own webhook checks what they hold.
 *
 * The chart's definitions would be deleted with its release, and with them whatever Tekton runs. These stay.
 */
export function tektonDefinitions(): CustomResource[] {
  return kinds.map(([kind, ...shortNames]) => {
    const singular = kind.toLowerCase();
    return {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: {
        name: `${pluralOf(singular)}.operator.tekton.dev`,
        annotations: { 'helm.sh/resource-policy': 'keep' },
      },
      spec: {
        group: 'operator.tekton.dev',
        scope: 'Cluster',
        names: {
          kind,
          listKind: `${kind}List`,
          singular,
          plural: pluralOf(singular),
          ...(shortNames.length > 0 && { shortNames }),
        },
        versions: [version],
      },
    };
  });
}

function pluralOf(singular: string): string {
  return `${singular}s`;
}

const ready = '.status.conditions[?(@.type=="Ready")]';

const version = {
  name: 'v1alpha1',
  served: true,
  storage: true,
  subresources: { status: {} },
  schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
  additionalPrinterColumns: [
    { name: 'Version', type: 'string', jsonPath: '.status.version' },
    { name: 'Ready', type: 'string', jsonPath: `${ready}.status` },
    { name: 'Reason', type: 'string', jsonPath: `${ready}.message` },
  ],
};
