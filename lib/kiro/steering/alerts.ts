import type { ComponentView, PlatformModel } from '../model';
import { resourcesOf } from './resources';

/** An alert that the platform brings, as one environment has it. */
export interface AlertView {
  readonly name: string;
  readonly severity: string;
  /** How long its condition holds before it fires. */
  readonly after: string;
  readonly summary: string;
  readonly component: ComponentView;
}

interface Rule {
  readonly alert?: string;
  readonly for?: string;
  readonly labels?: { readonly severity?: string };
  readonly annotations?: { readonly summary?: string; readonly description?: string };
}

interface RuleSpec {
  readonly groups?: readonly { readonly rules?: readonly Rule[] }[];
}

/** Alerts in the custom resources of a component. Those that charts bring of their own are not among them. */
export function alertsIn(component: ComponentView): AlertView[] {
  return resourcesOf(component)
    .filter(({ kind }) => kind === 'PrometheusRule')
    .flatMap(({ spec }) => (spec as RuleSpec | undefined)?.groups?.flatMap(({ rules }) => rules ?? []) ?? [])
    .flatMap((rule) => (rule.alert === undefined ? [] : [viewOf(rule.alert, rule, component)]));
}

/** Every alert by name, with its form in each environment that has it. */
export function alertsOf(model: PlatformModel): ReadonlyMap<string, ReadonlyMap<string, AlertView>> {
  const all = new Map<string, Map<string, AlertView>>();
  for (const { environment, workflows } of model.environments) {
    for (const alert of workflows.flatMap(({ components }) => components).flatMap(alertsIn)) {
      const known = all.get(alert.name) ?? new Map<string, AlertView>();
      all.set(alert.name, known.set(environment.name, alert));
    }
  }
  return all;
}

function viewOf(name: string, rule: Rule, component: ComponentView): AlertView {
  const summary = rule.annotations?.summary ?? rule.annotations?.description ?? '';
  return {
    name,
    severity: rule.labels?.severity ?? '-',
    after: rule.for ?? '0s',
    summary: withoutTemplates(summary).replace(/\.$/, ''),
    component,
  };
}

/** `{{ $labels.pod }}` becomes `<pod>`, a value becomes `<value>`. */
function withoutTemplates(text: string): string {
  return text
    .replace(/\{\{\s*\$labels\.(?:exported_)?(\w+)[^}]*\}\}/g, '<$1>')
    .replace(/\{\{\s*\$value[^}]*\}\}/g, '<value>');
}
