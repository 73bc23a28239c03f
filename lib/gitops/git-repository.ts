/** A place in Git from which the cluster is fed. */
export interface GitRepository {
  /** HTTPS address; SSH would leave through a port that strict network policies close. */
  readonly url: string;
  /**
   * Folder with the Argo CD Applications.
   *
   * @default - `applications/<environment>`
   */
  readonly path?: string;
  /**
   * Branch or tag that the environment follows.
   *
   * @default 'main'
   */
  readonly revision?: string;
}

/** The branch or tag that is followed. */
export function revisionOf({ revision = 'main' }: GitRepository): string {
  return revision;
}
