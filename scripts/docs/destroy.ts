import { type Component, type EnvironmentFacts, type Leftover, Workflow } from '../../lib';
import type { Chart } from '../../lib/providers/chart';
import { type SynthesizedEnvironment, synthEnvironment } from '../../lib/testing';
import { platform } from '../../stacks/platform';
import { codes, note, shell, table } from './markdown';

interface Named {
  readonly name: string;
  readonly facts: EnvironmentFacts;
  readonly synthesized: SynthesizedEnvironment;
}

/** How to take an environment down: what Terraform cannot see, stack by stack, in reverse order. */
export function destroyPage(all: readonly EnvironmentFacts[]): string {
  const environments = all.map((facts) => ({
    name: facts.name,
    facts,
    synthesized: synthEnvironment(platform, facts),
  }));
  const order = inReverse(environments[0] as Named);
  return [
    '# Destroy',
    note,
    'Terraform removes what it made, in the order that the graph gives: custom resources, their operator, its definitions; load balancers before their controller; nodes before the cluster. It cannot see what people and controllers made beside it. This page lists that for every stack: what to look for before, what stays after. Where nothing was made by others, one command takes an environment down:',
    shell([`ENVIRONMENT=${environments[0]?.name}`, 'npx cdktf destroy "$ENVIRONMENT-*"']),
    'The commands of this page look at the cluster and the account of that environment:',
    shell(lines(environments.map((each) => [each.name, [signIn(each)]]))),
    'Otherwise go stack by stack, in the order of this page. The flag tells cdktf that the stacks which need this one are gone already.',
    ...protection(environments),
    ...order.map((workflow) => section(workflow, environments)),
    ...afterwards(environments),
  ].join('\n\n');
}

/** Workflows, those first that nobody waits for. */
function inReverse({ name, synthesized }: Named): Workflow[] {
  const { graph } = synthesized;
  const later = (workflow: Workflow) =>
    Workflow.all.filter((other) => graph.isStackBefore(`${name}-${workflow.id}`, `${name}-${other.id}`)).length;
  return Workflow.all.toSorted((one, other) => later(one) - later(other) || (other.number ?? 0) - (one.number ?? 0));
}

function protection(environments: readonly Named[]): string[] {
  const rows = environments.map(({ name, facts, synthesized }) => {
    const names = (type: string, isRefused: (body: Body) => boolean, nameOf: (body: Body) => string) =>
      codes(
        synthesized
          .resources(type)
          .map((body) => body as Body)
          .filter(isRefused)
          .map(nameOf),
      ) || '-';
    const kept = synthesized.customResources.filter(({ kind, metadata }) => kind !== definition && isKept(metadata));
    return [
      name,
      facts.deletionProtection === false ? 'no' : 'yes',
      names(
        'aws_eks_cluster',
        (body) => body.deletion_protection === true,
        (body) => body.name ?? '',
      ),
      names(
        'kubernetes_namespace_v1',
        (body) => body.lifecycle?.prevent_destroy === true,
        ({ metadata }) => metadata?.name ?? '',
      ),
      names(
        'aws_s3_bucket',
        (body) => body.force_destroy !== true,
        (body) => body.bucket ?? '',
      ),
      codes(kept.map(({ kind, metadata }) => `${kind}/${metadata.name}`)) || '-',
    ];
  });
  return [
    '## Lift the protection',
    'An environment with `deletionProtection` refuses to go. Set it to `false` in the facts of the environment and deploy all of its stacks: from then on the cluster may be deleted, Terraform empties buckets, and volumes go with their owners. Copy what shall stay before, for example with `aws s3 sync`.',
    table(
      [
        'Environment',
        'Protected',
        'Cluster that refuses',
        'Namespaces that refuse',
        'Buckets that are not emptied',
        'Resources that Helm keeps',
      ],
      rows,
    ),
  ];
}

interface Body {
  readonly name?: string;
  readonly bucket?: string;
  readonly deletion_protection?: boolean;
  readonly force_destroy?: boolean;
  readonly metadata?: { readonly name: string };
  readonly lifecycle?: { readonly prevent_destroy?: boolean };
}

const definition = 'CustomResourceDefinition';

function isKept({ annotations }: { readonly annotations?: Readonly<Record<string, string>> }): boolean {
  return annotations?.['helm.sh/resource-policy'] === 'keep';
}

function section(workflow: Workflow, environments: readonly Named[]): string {
  const present = environments.filter(({ name, synthesized }) => synthesized.stacks.has(`${name}-${workflow.id}`));
  const hasDependants = Workflow.all.some((other) =>
    present.some(({ name, synthesized: { graph } }) =>
      graph.isStackBefore(`${name}-${workflow.id}`, `${name}-${other.id}`),
    ),
  );
  const flag = hasDependants ? ' --ignore-missing-stack-dependencies' : '';
  return [
    `## ${workflow.number} ${workflow.title}`,
    ...list(
      'Before:',
      leftovers(present, workflow, ({ drains }) => drains),
    ),
    shell([`npx cdktf destroy "$ENVIRONMENT-${workflow.id}"${flag}`]),
    ...goesWith(present, workflow),
    ...list(
      'What stays:',
      leftovers(present, workflow, ({ leftovers: left }) => left),
    ),
    ...definitions(present, workflow),
  ].join('\n\n');
}

function list(title: string, entries: readonly string[]): string[] {
  return entries.length > 0 ? [title, ...entries] : [];
}

/** What components say of themselves; what differs between environments is marked with their names. */
function leftovers(
  environments: readonly Named[],
  workflow: Workflow,
  of: (component: Component) => readonly Leftover[],
): string[] {
  const names = environments.map(({ name }) => name);
  const found = environments.flatMap(({ name, synthesized }) =>
    componentsOf(synthesized, workflow).flatMap((component) =>
      of(component).map((leftover) => ({ name, id: component.node.id, ...leftover })),
    ),
  );
  return [...new Set(found.map(({ id, what }) => `**${id}**: ${what}`))].map((title) => {
    const same = found.filter(({ id, what }) => `**${id}**: ${what}` === title);
    const commands = lines(same.map(({ name, commands: each }) => [name, each]));
    return [
      `${title}${only(
        same.map(({ name }) => name),
        names,
      )}`,
      ...(same.some((each) => each.commands.length > 0) ? [shell(commands)] : []),
    ].join('\n\n');
  });
}

function componentsOf({ components }: SynthesizedEnvironment, workflow: Workflow): Component[] {
  return components.filter(({ stack }) => stack.workflow === workflow);
}

/** Commands of environments; once where only the name of the environment differs, else with the name before each. */
function lines(entries: readonly (readonly [environment: string, commands: readonly string[]])[]): string[] {
  const general = entries.map(([name, commands]) =>
    commands.map((command) => command.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), '$$ENVIRONMENT')),
  );
  if (new Set(general.map((commands) => commands.join('\n'))).size === 1) return general[0] ?? [];
  return entries.flatMap(([name, commands]) => [`# ${name}`, ...commands]);
}

function signIn({ facts, synthesized }: Named): string {
  const [cluster] = synthesized.resources('aws_eks_cluster') as Body[];
  return `aws eks update-kubeconfig --region ${facts.aws.region} --name ${cluster?.name}`;
}

function only(some: readonly string[], all: readonly string[]): string {
  return some.length < all.length ? ` (${some.join(', ')})` : '';
}

function goesWith(environments: readonly Named[], workflow: Workflow): string[] {
  const inStack = (type: string, nameOf: (body: Body) => string) =>
    environments.flatMap(({ name, synthesized }) =>
      synthesized.graph
        .ofType(type)
        .filter((address) => address.startsWith(`${name}-${workflow.id}/`))
        .map((address) => nameOf(synthesized.body(address) as Body)),
    );
  const namespaces = [...new Set(inStack('kubernetes_namespace_v1', ({ metadata }) => metadata?.name ?? ''))];
  const buckets = inStack('aws_s3_bucket', ({ bucket }) => bucket ?? '');
  return [
    ...(namespaces.length > 0 ? [`With it go the namespaces ${codes(namespaces)}, with all volumes in them.`] : []),
    ...(buckets.length > 0 ? [`And the content of the buckets ${codes(buckets)}.`] : []),
  ];
}

/** Definitions that Helm leaves, and how to remove them when nothing of their kind is needed any more. */
function definitions(environments: readonly Named[], workflow: Workflow): string[] {
  const installed = environments.flatMap(({ synthesized }) =>
    componentsOf(synthesized, workflow).flatMap(({ releases }) =>
      releases.flatMap(({ chart, values }) => (chart?.groups ? [{ chart, stays: staysBehind(chart, values) }] : [])),
    ),
  );
  const groupsOf = (stays: boolean) => [
    ...new Set(installed.filter((each) => each.stays === stays).flatMap(({ chart }) => chart.groups ?? [])),
  ];
  const [staying, going] = [groupsOf(true), groupsOf(false)];
  const pattern = staying.map((group) => group.replaceAll('.', '\\.')).join('|');
  return [
    ...(going.length > 0
      ? [`Definitions of ${codes(going)} go with it, and every resource of their kinds, whoever made it.`]
      : []),
    ...(staying.length > 0
      ? [
          `Definitions of ${codes(staying)} stay, so that resources of others survive a reinstallation. Where the cluster lives on and nobody needs them:`,
          shell([`kubectl get crds -o name | grep -E '\\.(${pattern})$' | xargs kubectl delete`]),
        ]
      : []),
  ];
}

function staysBehind({ crds }: Chart, values: object): boolean {
  return crds !== 'deleted' || JSON.stringify(values).includes('"helm.sh/resource-policy":"keep"');
}

function afterwards(environments: readonly Named[]): string[] {
  const tagged = lines(
    environments.map(({ name, synthesized: { components } }) => {
      const tags = `Key=Project,Values=${components[0]?.environment.project} Key=Environment,Values=${name}`;
      const query = `--query 'ResourceTagMappingList[].ResourceARN'`;
      return [name, [`aws resourcegroupstaggingapi get-resources --tag-filters ${tags} ${query}`]];
    }),
  );
  return [
    '## What is left',
    'Everything that can carry a tag has those of its environment, what controllers made included. AWS lists a deleted resource for a while, and a key until its deletion.',
    shell(tagged),
  ];
}
