/** Variables that hold what the model cannot know: paths on a person's machine, and tokens. */
export type VariableName =
  | 'KUBECONFIG'
  | 'AWS_PROFILE'
  | 'PROMETHEUS_URL'
  | 'GRAFANA_TOKEN'
  | 'ARGOCD_TOKEN'
  | 'GITHUB_PERSONAL_ACCESS_TOKEN';

/** Name of the variable for one environment, such as `KUBECONFIG_DEV`; without an environment the name itself. */
export function variableFor(name: VariableName, environment?: string): string {
  return environment === undefined ? name : `${name}_${environment.toUpperCase()}`;
}

const reference = /\$\{([A-Z_][A-Z0-9_]*)\}/g;

/** Names of variables that a text asks Kiro to fill in. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(reference)].map(([, name = '']) => name);
}

/** The text as a server gets it: as Kiro does, a variable that has no value stays as it is written. */
export function expanded(text: string, values: Readonly<Record<string, string | undefined>>): string {
  return text.replace(reference, (written, name: string) => values[name] ?? written);
}
