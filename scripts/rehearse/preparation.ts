import type { TerraformDocument } from '../../lib/core/terraform-check';
import { awsHalf } from './aws-half';
import { withoutWaiting } from './cluster-half';
import { withoutDeviations } from './deviations';
import { type ProviderSchemas, trimmed } from './provider-schema';
import { rehearsalStack } from './rehearsal-stack';
import { type Synthesized, writeDocument } from './synthesized';
import type { Terraform } from './terraform';

export interface PreparationProps {
  readonly terraform: Terraform;
  /** Charts are kept, for a cluster that runs. */
  readonly cluster: boolean;
  /** Whatever version of a provider there is will do. */
  readonly anyVersion: boolean;
}

/**
 * Writes the stacks as they are rehearsed into their folders, and initializes Terraform there.
 *
 * @returns what differs from the platform as it is deployed, in words
 */
export async function prepare({ folder, stacks }: Synthesized, props: PreparationProps): Promise<string[]> {
  const { terraform, cluster, anyVersion } = props;
  const part = cluster ? mapped(stacks, withoutWaiting) : awsHalf(stacks);
  const rehearsed = mapped(part, (document) => rehearsalStack(document, { anyVersion }));
  for (const [id, { document }] of rehearsed) {
    writeDocument(folder, id, document);
    await terraform.init(id);
  }
  const notes = new Set<string>();
  const lifted = [...rehearsed.values()].reduce((sum, { protections }) => sum + protections, 0);
  if (lifted > 0)
    notes.add(`protections against deletion are lifted, as everything is destroyed in the end: ${lifted}`);
  let schemas: ProviderSchemas | undefined;
  for (const [id, { document }] of rehearsed) {
    // Without charts all stacks have the same provider, which takes seconds to ask.
    schemas = cluster ? await terraform.schemas(id) : (schemas ?? (await terraform.schemas(id)));
    const { document: understood, dropped } = trimmed(document, schemas);
    for (const name of dropped) notes.add(`the provider at hand does not know ${name}, which is left out`);
    const adapted = withoutDeviations(understood);
    for (const note of adapted.notes) notes.add(note);
    writeDocument(folder, id, adapted.document);
  }
  return [...notes];
}

/** Types of all resources of the stacks, as they stand in their folders. */
export function resourceTypes(documents: Iterable<TerraformDocument>): Set<string> {
  return new Set([...documents].flatMap(({ resource = {} }) => Object.keys(resource)));
}

function mapped<T, R>(map: ReadonlyMap<string, T>, change: (value: T) => R): Map<string, R> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}
