/** What a chart does with its CustomResourceDefinitions. */
export type CrdPolicy =
  /** It has none. */
  | 'none'
  /** Helm upgrades them and leaves them when the release goes. */
  | 'kept'
  /** Helm upgrades them and deletes them, with every resource of their kind, when the release goes. */
  | 'deleted'
  /** Installed once from the folder `crds/`, never upgraded. */
  | 'installed-once'
  /** The operator applies them when it runs. */
  | 'by-operator';

/** A chart at the one version this release of the library is tested with. */
export interface Chart {
  /** Name in its repository. */
  readonly name: string;
  /** HTTP repository or `oci://` registry path. */
  readonly repository: string;
  readonly version: string;
  readonly appVersion: string;
  /**
   * Kubernetes range that the chart accepts.
   *
   * @default - any
   */
  readonly kubeVersion?: string;
  readonly crds: CrdPolicy;
  /**
   * API groups of the definitions that the platform takes from this chart.
   *
   * @default - none: it has no definitions, or another release brings them
   */
  readonly groups?: readonly string[];
  /**
   * Folder of the recorded values, where it differs from the name.
   *
   * @default - the name
   */
  readonly recordedAs?: string;
}
