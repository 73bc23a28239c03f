import { type Application, startWaves } from '../../core/application';
import type { Environment } from '../../core/environment';
import type { Workflow } from '../../core/workflow';
import type { ComponentView, PlatformModel, WorkflowView } from '../model';
import { commandsOf, portable } from '../steering/commands';
import { clusterOf, enumeration } from '../steering/wording';
import type { Spec } from './spec';

/** What the text of a spec asks the model, in the words of a sentence. */
export class Facts {
  /** Read once; the model puts them together anew for everyone who asks. */
  private readonly workflows: readonly WorkflowView[];

  constructor(readonly model: PlatformModel) {
    this.workflows = model.workflows;
  }

  get environments(): readonly Environment[] {
    return this.model.environments.map(({ environment }) => environment);
  }

  /** The environment that commands are written for where any would do: the first one. */
  get first(): Environment {
    return this.environments[0] as Environment;
  }

  /** The last one, by convention the strictest. */
  get last(): Environment {
    return this.environments.at(-1) as Environment;
  }

  get application(): Application | undefined {
    return this.model.application;
  }

  /** Components that a spec is about, each as the first environment that has it. */
  componentsOf({ workflows, components }: Pick<Spec, 'workflows' | 'components'>): readonly ComponentView[] {
    return this.workflows
      .filter(({ workflow }) => workflows.includes(workflow))
      .flatMap((view) => view.components)
      .filter(({ id }) => components?.includes(id) ?? true);
  }

  component(id: string): ComponentView | undefined {
    return this.workflows.flatMap(({ components }) => components).find((component) => component.id === id);
  }

  has(...ids: readonly string[]): boolean {
    return ids.some((id) => this.component(id));
  }

  private hasIn({ name }: Environment, id: string): boolean {
    return this.model.environment(name).workflows.some(({ components }) => components.some((one) => one.id === id));
  }

  runs(workflow: Workflow): boolean {
    return this.workflows.some((view) => view.workflow === workflow);
  }

  /** The check of a component that contains a text; its first one where none does, for a component of a user's own. */
  check(id: string, containing = ''): string[] {
    const component = this.component(id);
    const checks = component ? commandsOf(this.model, component, (view) => view.checks) : [];
    const found = checks.find(({ command }) => command.includes(containing)) ?? checks[0];
    return found ? [found.command] : [];
  }

  /** A value that a component hands over, for every environment; a placeholder where a user's own part does not. */
  handover(id: string, name: string): string {
    const value = this.component(id)?.handovers.find((handover) => handover.name === name)?.value;
    const environment = this.environments.find((one) => this.hasIn(one, id));
    return value !== undefined && environment ? portable(value, environment) : `<${name}>`;
  }

  namespace(id: string): string {
    return this.component(id)?.namespace ?? `<namespace of ${id}>`;
  }

  /** Name of the cluster of an environment. */
  clusterOf({ name }: Environment): string {
    return clusterOf(this.model.environment(name));
  }

  /** `3 days in dev and staging, 30 days in prod`. */
  each(value: (environment: Environment) => string | number): string {
    const names = new Map<string, string[]>();
    for (const environment of this.environments) {
      const text = String(value(environment));
      names.set(text, [...(names.get(text) ?? []), environment.name]);
    }
    const entries = [...names];
    if (entries.length === 1) return entries[0]?.[0] ?? '';
    // A value with a comma would run into the next one.
    if (entries.some(([text]) => text.includes(',')))
      return entries.map(([text, where]) => `${enumeration(where)}: ${text}`).join('; ');
    return entries.map(([text, where]) => `${text} in ${enumeration(where)}`).join(', ');
  }

  /** Names of the environments for which something holds, as in a sentence; `no environment` for none. */
  where(holds: (environment: Environment) => boolean): string {
    return enumeration(this.environments.filter(holds).map(({ name }) => name)) || 'no environment';
  }

  /** Services of the application in the order in which they start. */
  get startOrder(): readonly (readonly string[])[] {
    return this.application ? startWaves(this.application) : [];
  }
}
