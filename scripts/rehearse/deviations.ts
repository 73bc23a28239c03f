import type { TerraformDocument } from '../../lib/core/terraform-check';

interface Deviation {
  /** Arguments as `type.argument`. */
  readonly arguments: readonly string[];
  /** What the emulator does otherwise than AWS. */
  readonly reason: string;
  /** `unsent` is left out altogether; `unseen` is sent, and what comes back is not compared. */
  readonly remedy: 'unsent' | 'unseen';
}

/**
 * What the emulator gets wrong. The library stays as AWS wants it; the rehearsal alone looks away, here and nowhere
 * else. Go through the list when the emulator gets a new version.
 */
export const deviations: readonly Deviation[] = [
  {
    arguments: ['aws_eks_addon.pod_identity_association'],
    reason:
      'it answers with the associations themselves, where EKS answers with their ARNs, which the provider cannot read',
    remedy: 'unsent',
  },
  {
    arguments: [
      'aws_eks_cluster.upgrade_policy',
      'aws_eks_node_group.launch_template',
      'aws_eks_node_group.node_repair_config',
      'aws_eks_node_group.update_config',
      'aws_flow_log.iam_role_arn',
      'aws_flow_log.max_aggregation_interval',
      'aws_flow_log.tags',
      'aws_flow_log.tags_all',
      'aws_vpc_endpoint.private_dns_enabled',
      'aws_vpc_endpoint.security_group_ids',
    ],
    reason: 'it takes them and does not give them back',
    remedy: 'unseen',
  },
];

type Body = NonNullable<TerraformDocument['resource']>[string][string];

export interface Adapted {
  readonly document: TerraformDocument;
  /** What was adapted, in words. */
  readonly notes: readonly string[];
}

/** A configuration that the emulator can answer for. */
export function withoutDeviations(document: TerraformDocument): Adapted {
  const notes = new Set<string>();
  const resource = Object.fromEntries(
    Object.entries(document.resource ?? {}).map(([type, instances]) => {
      const known = deviations.map((deviation) => ({ ...deviation, names: argumentsOf(type, deviation) }));
      const adapted = Object.entries(instances).map(([name, before]) => {
        let body = before;
        for (const { names, remedy, reason } of known) {
          if (names.length === 0) continue;
          notes.add(`emulator: ${reason} (${remedy}: ${type} ${names.join(', ')})`);
          body = remedy === 'unsent' ? without(body, names) : unseen(body, names);
        }
        return [name, body] as const;
      });
      return [type, Object.fromEntries(adapted)];
    }),
  );
  return { document: { ...document, ...(document.resource && { resource }) }, notes: [...notes] };
}

function argumentsOf(type: string, deviation: Deviation): string[] {
  return deviation.arguments.filter((path) => path.startsWith(`${type}.`)).map((path) => path.slice(type.length + 1));
}

function without(body: Body, names: readonly string[]): Body {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));
}

function unseen(body: Body, names: readonly string[]): Body {
  return { ...body, lifecycle: { ...(body.lifecycle as object | undefined), ignore_changes: names } };
}
