import {
  Aspects,
  DefaultTokenResolver,
  StringConcat,
  TerraformElement,
  TerraformOutput,
  TerraformStack,
  Tokenization,
} from 'cdktf';
import { deepMerge } from 'cdktf/lib/util';
import type { IConstruct } from 'constructs';

const resolver = new DefaultTokenResolver(new StringConcat());

/**
 * Renders the elements of a stack once.
 *
 * cdktf resolves every element twice and the whole stack a third time: first to find references between stacks, then to
 * write. The first pass already yields the final text, so it is kept. Aspects may change elements after it; a stack
 * that has any is rendered by cdktf itself.
 */
export class SinglePass {
  private readonly fragments = new Map<TerraformElement, object>();

  constructor(private readonly stack: TerraformStack) {}

  /** First pass: finds references to other stacks, which may add elements to both. */
  prepare(): void {
    for (const element of elementsOf(this.stack))
      this.fragments.set(element, this.resolve(element.toTerraform(), true));
  }

  /** False where aspects may have changed what the first pass saw. */
  get isValid(): boolean {
    return !this.stack.node.findAll().some((construct) => Aspects.of(construct).all.length > 0);
  }

  /** Content of `cdk.tf.json`, equal to what `TerraformStack.toTerraform()` returns. */
  document(overrides: Record<string, unknown>): Record<string, unknown> {
    const elements = elementsOf(this.stack);
    const document = { '//': this.comment(elements, overrides) };
    for (const element of elements) {
      deepMerge(document, this.fragments.get(element) ?? this.resolve(element.toTerraform(), false));
    }
    deepMerge(document, overrides);
    return document;
  }

  /** What the cdktf CLI reads: backend, and outputs by the path of their construct. */
  private comment(elements: readonly TerraformElement[], overrides: Record<string, unknown>) {
    const stackOverrides = Object.keys(overrides);
    const metadata = {
      version: this.stack.node.tryGetContext('cdktfVersion') as string,
      stackName: this.stack.node.id,
      backend: 'local',
      ...(stackOverrides.length > 0 && { overrides: { stack: stackOverrides } }),
    };
    for (const element of elements) deepMerge(metadata, this.resolve(element.toMetadata(), false));
    const outputs = {};
    for (const output of elements.filter(TerraformOutput.isTerraformOutput)) {
      const path = output.node.path.split('/');
      deepMerge(
        outputs,
        path.reduceRight<object>(
          (inner, part, index) => ({ [part]: index === path.length - 1 ? output.friendlyUniqueId : inner }),
          {},
        ),
      );
    }
    return { metadata, outputs };
  }

  private resolve(value: unknown, preparing: boolean): object {
    return Tokenization.resolve(value, { scope: this.stack, resolver, preparing }) as object;
  }
}

/** Elements of a stack in the order of the tree, without those of stacks inside it. */
function elementsOf(construct: IConstruct, found: TerraformElement[] = []): TerraformElement[] {
  if (TerraformElement.isTerraformElement(construct)) found.push(construct);
  for (const child of construct.node.children) if (!TerraformStack.isStack(child)) elementsOf(child, found);
  return found;
}
