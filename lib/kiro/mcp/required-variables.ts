import type { EnvironmentView, PlatformModel } from '../model';
import { mcpServers } from './settings';
import { type VariableName, variableFor, variablesIn } from './variables';

/** A variable that a person sets and approves in Kiro. */
export interface McpVariable {
  readonly name: string;
  /** Undefined where all environments share it. */
  readonly environment: string | undefined;
  /** What it holds, as a noun phrase. */
  readonly meaning: string;
  /** How its value is made: a command with the names of this platform, or where to click. */
  readonly how: string;
  /** Names of the servers that are given it. */
  readonly servers: readonly string[];
}

interface Source {
  readonly meaning: string;
  readonly how: (view: EnvironmentView | undefined) => string;
}

const sources: Readonly<Record<VariableName, Source>> = {
  KUBECONFIG: {
    meaning: 'absolute path of a kubeconfig that holds the cluster of this environment and no other',
    how: kubeconfigCommand,
  },
  AWS_PROFILE: {
    meaning: 'AWS profile that may read the account of this environment, and no more',
    how: (view) => `aws configure sso --profile ${view?.environment.named('reader') ?? '<name>'}`,
  },
  PROMETHEUS_URL: {
    meaning: 'address of the forwarded port of Prometheus, such as http://127.0.0.1:9090',
    how: forwardCommand,
  },
  GRAFANA_TOKEN: {
    meaning: 'token of a Grafana service account with the role Viewer',
    how: () => 'Grafana: Administration, Users and access, Service accounts',
  },
  ARGOCD_TOKEN: {
    meaning: 'token of an Argo CD account whose role allows get and nothing else',
    how: () => 'argocd account generate-token --account <name>',
  },
  GITHUB_PERSONAL_ACCESS_TOKEN: {
    meaning: 'fine-grained token for this repository: contents, pull requests and actions, all read-only',
    how: () => 'GitHub: Settings, Developer settings, Fine-grained tokens',
  },
};

/** Every variable that the settings use, sorted by name. */
export function mcpVariables(model: PlatformModel): readonly McpVariable[] {
  const uses = mcpServers(model).flatMap(({ name, environment, settings }) =>
    Object.values(settings.env ?? {})
      .flatMap(variablesIn)
      .map((variable) => ({ variable, server: name, environment: environment?.name })),
  );
  const names = [...new Set(uses.map(({ variable }) => variable))].toSorted();
  return names.map((name) => {
    const here = uses.filter(({ variable }) => variable === name);
    const environment = here[0]?.environment;
    const view = environment === undefined ? undefined : model.environment(environment);
    const { meaning, how } = sourceOf(name, environment);
    return { name, environment, meaning, how: how(view), servers: here.map(({ server }) => server) };
  });
}

/** Names for Kiro's user setting `kiroAgent.mcpApprovedEnvVars`; any other name reaches a server as literal text. */
export function mcpApprovedEnvVars(model: PlatformModel): readonly string[] {
  return mcpVariables(model).map(({ name }) => name);
}

function sourceOf(name: string, environment: string | undefined): Source {
  const bases = Object.keys(sources) as VariableName[];
  const base = bases.find((candidate) => variableFor(candidate, environment) === name);
  if (!base) throw new TypeError(`${name} has no source`);
  return sources[base];
}

function kubeconfigCommand(view: EnvironmentView | undefined): string {
  if (!view) return 'aws eks update-kubeconfig';
  const { environment } = view;
  const cluster = handover(view, 'cluster name') ?? '<cluster>';
  const file = `~/.kube/${environment.project}-${environment.name}`;
  const profile = environment.named('reader');
  return `aws eks update-kubeconfig --name ${cluster} --region ${environment.facts.aws.region} --profile ${profile} --kubeconfig ${file}`;
}

function forwardCommand(view: EnvironmentView | undefined): string {
  const url = view && handover(view, 'metrics query URL');
  if (!url) return 'kubectl port-forward to the service of Prometheus';
  const { hostname, port } = new URL(url);
  const [service = '', namespace = ''] = hostname.split('.');
  return `kubectl -n ${namespace} port-forward service/${service} 9090:${port || '80'}`;
}

function handover({ workflows }: EnvironmentView, wanted: string): string | undefined {
  const handovers = workflows.flatMap(({ components }) => components).flatMap((component) => component.handovers);
  return handovers.find(({ name }) => name === wanted)?.value;
}
