import type { CustomResource } from '../../core/custom-resource';
import type { ComponentView, EnvironmentView } from '../model';

/** Custom resources that a component applies through the chart of the library. */
export function resourcesOf({ releases }: Pick<ComponentView, 'releases'>): readonly CustomResource[] {
  return releases.flatMap(({ values }) =>
    Array.isArray(values.resources) ? (values.resources as CustomResource[]) : [],
  );
}

export function resourcesIn({ workflows }: EnvironmentView): readonly CustomResource[] {
  return workflows.flatMap(({ components }) => components).flatMap(resourcesOf);
}

/** A rule that workloads of applications are checked against. */
export interface RuleView {
  readonly kind: string;
  /** Name in the message of a refusal. */
  readonly constraint: string;
  readonly description: string;
  readonly enforcement: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Admission rules of an environment. */
export function admissionRules(view: EnvironmentView): RuleView[] {
  return resourcesIn(view)
    .filter(({ apiVersion }) => apiVersion.startsWith('constraints.gatekeeper.sh/'))
    .map(({ kind, metadata, spec }) => {
      const { annotations } = metadata as { readonly annotations?: Readonly<Record<string, string>> };
      const { enforcementAction, parameters } = spec as {
        readonly enforcementAction?: string;
        readonly parameters?: Readonly<Record<string, unknown>>;
      };
      return {
        kind,
        constraint: metadata.name,
        description: annotations?.description ?? '',
        enforcement: enforcementAction ?? 'deny',
        parameters: parameters ?? {},
      };
    });
}

/** Connections that the PostgreSQL of an environment takes; undefined where it has none of the platform. */
export function databaseConnections(view: EnvironmentView): number | undefined {
  const cluster = resourcesIn(view).find(
    ({ apiVersion, kind }) => apiVersion.startsWith('postgresql.cnpg.io/') && kind === 'Cluster',
  );
  const { postgresql } = (cluster?.spec ?? {}) as {
    readonly postgresql?: { readonly parameters?: Readonly<Record<string, string>> };
  };
  const connections = postgresql?.parameters?.max_connections;
  return connections === undefined ? undefined : Number(connections);
}
