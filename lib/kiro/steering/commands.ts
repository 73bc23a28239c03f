import type { Environment } from '../../core/environment';
import type { ComponentView, PlatformModel } from '../model';

/** Commands of a component, with the environments that have them; no names where all of those that have it do. */
export interface CommandView {
  readonly command: string;
  readonly only: readonly string[];
}

/** Shell variables that a command of one environment is written with, so that it holds for all of them. */
export const variables = ['ENVIRONMENT', 'AWS_REGION', 'ACCOUNT', 'DOMAIN'] as const;

/** A command with the facts of its environment replaced by shell variables. Quoted parts that a shell keeps are kept. */
export function portable(command: string, environment: Environment): string {
  const { aws, domain } = environment.facts;
  const replacements: [string, string][] = [
    [domain.name, '$DOMAIN'],
    [aws.account, '$ACCOUNT'],
    [aws.region, '$AWS_REGION'],
    [environment.named(''), `${environment.project}-$ENVIRONMENT-`],
    [`${environment.project}/${environment.name}/`, `${environment.project}/$ENVIRONMENT/`],
  ];
  const replaced = replacements.reduce((text, [value, variable]) => replaceUnquoted(text, value, variable), command);
  // The name alone, as the value of a filter.
  return replaced.replaceAll(`Environment,Values=${environment.name} `, 'Environment,Values=$ENVIRONMENT ');
}

/** Replaces outside of single quotes, where a shell would not expand a variable. */
function replaceUnquoted(text: string, value: string, variable: string): string {
  return text
    .split(/('[^']*')/)
    .map((part) => (part.startsWith("'") ? part : part.replaceAll(value, variable)))
    .join('');
}

/** Commands of one kind of a component over all environments. */
export function commandsOf(
  model: PlatformModel,
  { id, workflow }: ComponentView,
  kind: (component: ComponentView) => readonly string[],
): CommandView[] {
  const variants = model.variants(id, workflow);
  const found = new Map<string, string[]>();
  for (const { environment } of model.environments) {
    const component = variants.get(environment.name);
    for (const command of component ? kind(component) : []) {
      const text = portable(command, environment);
      found.set(text, [...(found.get(text) ?? []), environment.name]);
    }
  }
  return [...found].map(([command, names]) => ({ command, only: names.length === variants.size ? [] : names }));
}

/** Lines of a shell block; a comment tells where a command does not hold everywhere. */
export function shellLines(commands: readonly CommandView[]): string[] {
  return commands.map(({ command, only }) => (only.length > 0 ? `${command}  # ${only.join(', ')}` : command));
}
