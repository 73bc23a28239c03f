import type { Amounts } from '../../core/application';
import type { Resources } from '../../core/capacity';
import type { Handover } from '../../core/component';
import type { Environment } from '../../core/environment';
import type { Duration } from '../../core/units';
import type { Workflow } from '../../core/workflow';
import { code } from '../markdown';
import type { ComponentView, EnvironmentView, PlatformModel } from '../model';

/** A length of time in the largest unit that shows it exactly. */
export function time(duration: Duration): string {
  const seconds = duration.inSeconds;
  if (seconds >= 3600 && seconds % 3600 === 0) return `${seconds / 3600} h`;
  if (seconds >= 60 && seconds % 60 === 0) return `${seconds / 60} min`;
  return String(duration);
}

/** CPU and memory as Kubernetes writes them: `250m / 512Mi`. */
export function amounts({ cpu, memory }: Amounts): string {
  return `${cpu} / ${memory}`;
}

/** Requests of a component or a workflow, `-` where it runs no pods. */
export function requests(resources: Pick<Resources, 'cpu' | 'memory'> | undefined): string {
  return resources ? `${Math.round(resources.cpu)}m / ${Math.round(resources.memory)}Mi` : '-';
}

/** A share between 0 and 1 as whole percent. */
export function share(value: number): string {
  return `${Math.round(value * 100)} %`;
}

/** `one, two and three` */
export function enumeration(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** First letter in upper case, for a phrase that begins a sentence or a cell. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** `3 Observability`, or the title alone for a workflow of a team. */
export function numbered({ number, title }: Workflow): string {
  return number === undefined ? title : `${number} ${title}`;
}

/** Charts of a component with their versions. */
export function chartsOf({ releases }: Pick<ComponentView, 'releases'>): string {
  const names = releases.flatMap(({ chart }) => (chart ? [`${chart.name} ${chart.version}`] : []));
  return [...new Set(names)].join(', ') || '-';
}

/** What a component hands over as a value. How people get at passwords and tokens is not for the eyes of an agent. */
export function addressesOf(component: Pick<ComponentView, 'handovers'> | undefined): readonly Handover[] {
  return component?.handovers.filter(({ value }) => !/^(kubectl|aws) /.test(value)) ?? [];
}

/** The part that owns the cluster tells its name; a cluster that was brought along is named in the facts of its stack. */
export function clusterOf({ environment, workflows }: EnvironmentView): string {
  const handovers = workflows.flatMap(({ components }) => components).flatMap((component) => component.handovers);
  return handovers.find(({ name }) => name === 'cluster name')?.value ?? environment.named('cluster');
}

/** The command that points kubectl and helm at an environment. */
export function kubeconfigCommand(view: EnvironmentView): string {
  const { aws } = view.environment.facts;
  return `aws eks update-kubeconfig --region ${aws.region} --name ${clusterOf(view)}`;
}

/** Environment, then its stacks: how a command line names all stacks of an environment. */
export function stacksOf({ name }: Environment): string {
  return `'${name}-*'`;
}

/** Account ids are facts of the environments; documents do not repeat them. */
export function withoutAccounts(text: string, { environments }: PlatformModel): string {
  return environments.reduce(
    (result, { environment }) => result.replaceAll(environment.facts.aws.account, '<account>'),
    text,
  );
}

/** Several values of one fact, the same once: `large` or `small (dev), large (prod)`. */
export function perEnvironment(model: PlatformModel, valueIn: (view: EnvironmentView) => string): string {
  const values = new Map<string, string[]>();
  for (const view of model.environments) {
    const value = valueIn(view);
    values.set(value, [...(values.get(value) ?? []), view.environment.name]);
  }
  if (values.size === 1) return [...values.keys()].join('');
  return [...values].map(([value, names]) => `${value} (${names.join(', ')})`).join(', ');
}

/** Row per fact, column per environment. */
export function factRows(
  model: PlatformModel,
  facts: Readonly<Record<string, (view: EnvironmentView) => string | number>>,
): (string | number)[][] {
  return Object.entries(facts).map(([fact, valueIn]) => [fact, ...model.environments.map(valueIn)]);
}

export function environmentNames({ environments }: PlatformModel): string[] {
  return environments.map(({ environment }) => environment.name);
}

/** Path of the file that holds the facts of an environment. */
export function factsFile({ name }: Pick<Environment, 'name'>): string {
  return `environments/${name}.ts`;
}

export function codes(items: readonly string[]): string {
  return items.map(code).join(', ');
}
