import type { TerraformDocument } from '../../lib/core/terraform-check';

type Block = Record<string, unknown>;

/** A stack as it is rehearsed, and how many protections were taken off for that. */
export interface RehearsalStack {
  readonly document: TerraformDocument;
  readonly protections: number;
}

const crossStack = 'cross-stack-reference-input-';

/** Arguments by which AWS refuses to delete something. */
const protections = new Set(['deletion_protection', 'enable_deletion_protection']);

/**
 * A stack on its way to the emulator: state beside the configuration, no protection against the destroy that follows,
 * and any version of a provider if a mirror decides which there is.
 */
export function rehearsalStack(document: TerraformDocument, { anyVersion }: { anyVersion: boolean }): RehearsalStack {
  const copy = structuredClone(document) as Block;
  const settings = (copy.terraform ?? {}) as Block & { required_providers?: Record<string, Block> };
  delete settings.cloud;
  settings.backend = { local: { path: 'terraform.tfstate' } };
  if (anyVersion) for (const provider of Object.values(settings.required_providers ?? {})) delete provider.version;
  readLocalStates(copy);
  // Buckets are hosts of their own at AWS; an emulator has one host.
  for (const provider of (copy.provider as Record<string, Block[]> | undefined)?.aws ?? [])
    Object.assign(provider, { s3_use_path_style: true });
  return { protections: liftProtections(copy.resource), document: copy as TerraformDocument };
}

/** Values of other stacks come from the state beside theirs, wherever the platform keeps it. */
function readLocalStates(document: Block): void {
  const states = (document.data as Record<string, Record<string, Block>> | undefined)?.terraform_remote_state ?? {};
  for (const name of Object.keys(states)) {
    if (!name.startsWith(crossStack)) continue;
    states[name] = {
      backend: 'local',
      config: { path: `../${name.slice(crossStack.length)}/terraform.tfstate` },
    };
  }
}

function liftProtections(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + liftProtections(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  const block = value as Block;
  let lifted = 0;
  for (const [key, inner] of Object.entries(block)) {
    if (inner === true && (key === 'prevent_destroy' || protections.has(key))) {
      block[key] = false;
      lifted += 1;
    } else lifted += liftProtections(inner);
  }
  return lifted;
}
