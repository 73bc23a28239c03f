/** A value that a chart takes although its recorded `values.yaml` and schema do not show it. */
export interface ValueException {
  /** Folder of the recorded chart. */
  readonly chart: string;
  /** The path, or a path above it. */
  readonly path: string;
  readonly reason: string;
}

export const valueExceptions: readonly ValueException[] = [];

/** Kinds without a recorded definition, each with the reason. */
export const kindExceptions: Readonly<Record<string, string>> = {};
