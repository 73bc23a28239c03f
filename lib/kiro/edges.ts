import { DefaultTokenResolver, StringConcat, TerraformElement, Tokenization } from 'cdktf';
import type { IConstruct } from 'constructs';
import { Component } from '../core/component';
import type { CustomResource } from '../core/custom-resource';
import type { WorkflowStack } from '../core/workflow-stack';

/** How one component needs another; an edge may have several reasons. */
export type EdgeReason =
  /** It is installed after the other one. */
  | 'after'
  /** It reads a value of what the other one made in AWS, such as the ARN of a key. */
  | 'reads'
  /** It stores objects of kinds that the other one defines. */
  | 'kinds'
  /** Its configuration holds an address that the other one hands over. */
  | 'calls';

/** A component by name; ids are unique within a workflow. */
export interface ComponentName {
  readonly workflow: string;
  readonly component: string;
}

/** One component needs another one. */
export interface ComponentEdge {
  readonly from: ComponentName;
  readonly to: ComponentName;
  readonly reasons: readonly EdgeReason[];
}

/**
 * Who needs whom in an environment, read from the constructs: their dependencies, the references between their Terraform
 * resources, the kinds of their custom resources, and the addresses in their chart values. Across stacks `after` is left
 * out, because Terraform orders whole stacks there.
 */
export function componentEdges(stacks: readonly WorkflowStack[]): ComponentEdge[] {
  const components = stacks.flatMap((stack) => stack.node.findAll().filter(Component.isComponent));
  const found = new Edges();
  for (const component of components) for (const other of awaitedBy(component)) found.add(component, other, 'after');
  addReferences(components, found);
  addKinds(components, found);
  addAddresses(components, found);
  return found.all;
}

/** Collects reasons per pair, in the order in which they were found. */
class Edges {
  private readonly byPair = new Map<string, { from: Component; to: Component; reasons: Set<EdgeReason> }>();

  get all(): ComponentEdge[] {
    return [...this.byPair.values()].map(({ from, to, reasons }) => ({
      from: nameOf(from),
      to: nameOf(to),
      reasons: [...reasons],
    }));
  }

  has(from: Component, to: Component): boolean {
    return this.byPair.has(`${from.node.path} ${to.node.path}`);
  }

  add(from: Component, to: Component, reason: EdgeReason): void {
    if (from === to) return;
    const pair = `${from.node.path} ${to.node.path}`;
    const known = this.byPair.get(pair) ?? { from, to, reasons: new Set() };
    this.byPair.set(pair, { ...known, reasons: known.reasons.add(reason) });
  }
}

function nameOf({ node, workflow }: Component): ComponentName {
  return { workflow: workflow.id, component: node.id };
}

function ownerOf(construct: IConstruct): Component | undefined {
  return construct.node.scopes.findLast(Component.isComponent);
}

/** Components of the same stack that it waits for, as a whole or in a part. */
function awaitedBy(component: Component): Component[] {
  return component.node
    .findAll()
    .flatMap(({ node }) => node.dependencies)
    .map(ownerOf)
    .filter((other) => other !== undefined)
    .filter(({ stack }) => stack === component.stack);
}

/** References between resources in AWS. What a chart needs of them, the policy of its role names as well. */
function addReferences(components: readonly Component[], found: Edges): void {
  const elements = components.flatMap((component) =>
    component.node
      .findAll()
      .filter(TerraformElement.isTerraformElement)
      .filter((element) => typeOf(element)?.startsWith('aws_'))
      .map((element) => ({ component, element })),
  );
  const owners = new Map(elements.map(({ component, element }) => [addressOf(element), component] as const));
  for (const { component, element } of elements) {
    const addresses = new Set<string>();
    findReferences(element.toTerraform(), component, addresses);
    for (const address of addresses) {
      const owner = owners.get(address);
      if (owner) found.add(component, owner, 'reads');
    }
  }
}

/** Looks for references in what is not resolved yet: resolving it all would take four times as long. */
function findReferences(value: unknown, scope: IConstruct, found: Set<string>): void {
  if (typeof value === 'string') {
    if (!value.includes('TfToken[')) return;
    const inList = Tokenization.reverseList([value]);
    const tokens = inList ? [inList] : Tokenization.reverseString(value).tokens;
    for (const token of tokens) findReferences(token, scope, found);
  } else if (Tokenization.isResolvable(value)) {
    const address = addressIn(value);
    if (address) found.add(address);
    else Tokenization.resolve(value, { scope, resolver: new ReferenceFinder(found), preparing: false });
  } else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) findReferences(inner, scope, found);
  }
}

function typeOf(element: TerraformElement): string | undefined {
  return (element as { terraformResourceType?: string }).terraformResourceType;
}

function addressOf(element: TerraformElement): string {
  return `${element.cdktfStack.node.id}/${typeOf(element)}.${element.friendlyUniqueId}`;
}

/** Stack and address that a token refers to; undefined for tokens of another kind, such as calls of functions. */
function addressIn(token: object): string | undefined {
  const { identifier, originStack } = token as { readonly identifier?: unknown; readonly originStack?: IConstruct };
  if (typeof identifier !== 'string' || !originStack) return undefined;
  const [type, id] = identifier.replace(/^data\./, '').split('.');
  return `${originStack.node.id}/${type}.${id}`;
}

/** Notes references instead of resolving them, which would make outputs in the stacks they lead to. */
class ReferenceFinder extends DefaultTokenResolver {
  constructor(private readonly addresses: Set<string>) {
    super(new StringConcat());
  }

  override resolveToken(...args: Parameters<DefaultTokenResolver['resolveToken']>): unknown {
    const [token] = args;
    // What a resource waits for is no value that it reads.
    if ('dependable' in token) return '';
    const address = addressIn(token);
    if (address === undefined) return super.resolveToken(...args);
    this.addresses.add(address);
    return address;
  }
}

/** Objects of a kind need whoever brings its definition. */
function addKinds(components: readonly Component[], found: Edges): void {
  const groups = new Map(components.map((component) => [component, groupsOf(component)] as const));
  for (const component of components) {
    const stored = new Set(component.releases.flatMap(({ values }) => resourcesIn(values)).map(groupOf));
    for (const group of stored) {
      const definers = components.filter((other) => groups.get(other)?.has(group));
      if (definers.includes(component)) continue;
      // Two charts may share a group, as those of Argo do; then the order tells whose kinds are meant.
      const meant = definers.length === 1 ? definers : definers.filter((other) => found.has(component, other));
      for (const definer of meant) found.add(component, definer, 'kinds');
    }
  }
}

/** API groups that a component defines, by its charts or by objects of its own. */
function groupsOf({ releases }: Component): Set<string> {
  const own = releases
    .flatMap(({ values }) => resourcesIn(values))
    .filter(({ kind }) => kind === 'CustomResourceDefinition')
    .map(({ spec }) => (spec as { group?: string } | undefined)?.group ?? '');
  return new Set([...own, ...releases.flatMap(({ chart }) => chart?.groups ?? [])]);
}

function resourcesIn({ resources }: { readonly resources?: unknown }): readonly CustomResource[] {
  return Array.isArray(resources) ? (resources as CustomResource[]) : [];
}

function groupOf({ apiVersion }: CustomResource): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] as string) : '';
}

/** Addresses such as `loki-gateway.monitoring`, with whatever follows them. */
function addAddresses(components: readonly Component[], found: Edges): void {
  const texts = new Map(
    components.map((one) => [one, JSON.stringify(one.releases.map(({ values }) => values))] as const),
  );
  for (const owner of components) {
    for (const host of hostsOf(owner)) {
      const mentioned = new RegExp(`(?<![\\w.-])${host.replaceAll('.', '\\.')}(?![\\w-])`);
      for (const [component, text] of texts) {
        if (text.includes(host) && mentioned.test(text)) found.add(component, owner, 'calls');
      }
    }
  }
}

/** `service.namespace` of every address inside the cluster that a component hands over. */
function hostsOf({ handovers, namespace }: Component): Set<string> {
  if (!namespace) return new Set();
  const host = new RegExp(`(?:^|//)([a-z0-9-]+\\.${namespace.name})(?=[.:/]|$)`);
  return new Set(handovers.map(({ value }) => host.exec(value)?.[1]).filter((found) => found !== undefined));
}
