import type { IConstruct } from 'constructs';
import type { State } from '../providers/backend';
import type { ProviderVersions } from '../providers/cluster-providers';

/** What all stacks of a platform have in common. */
export class PlatformSettings {
  /** The settings of the app around a construct; defaults inside a plain cdktf App. */
  static of(construct: IConstruct): PlatformSettings {
    const root = construct.node.root as { settings?: unknown; outdir?: string };
    return root.settings instanceof PlatformSettings ? root.settings : new PlatformSettings(root.outdir ?? 'cdktf.out');
  }

  constructor(
    /** Folder that receives the stacks in the end. */
    readonly outdir: string,
    readonly state: State = { kind: 'local' },
    readonly providerVersions: ProviderVersions = {},
  ) {}
}
