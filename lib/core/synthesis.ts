import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AnnotationMetadataEntryType, type ISynthesisSession, type Manifest, type TerraformStack } from 'cdktf';
import { invokeAspects } from 'cdktf/lib/synthesize/synthesizer';
import { ConstructOrder, type IConstruct } from 'constructs';
import { report } from './model-problems';

/** A stack in its final form, before anything is written. */
export interface RenderedStack {
  readonly stack: TerraformStack;
  /** Content of `cdk.tf.json`. */
  readonly document: object;
}

/** What cdktf keeps for files that a construct writes itself, such as assets. */
const customSynthesis = Symbol.for('cdktf/customSynthesis');

/**
 * Renders stacks in memory, in the order of cdktf: references between stacks, aspects, configuration. Errors that
 * constructs left as annotations are reported.
 */
export function render(stacks: readonly TerraformStack[]): RenderedStack[] {
  for (const stack of stacks) stack.prepareStack();
  return stacks.map((stack) => {
    invokeAspects(stack);
    for (const construct of stack.node.findAll()) reportErrorAnnotations(construct);
    return { stack, document: stack.toTerraform() as object };
  });
}

/** Writes rendered stacks, the files of their constructs, and the manifest that the cdktf CLI reads. */
export function write(rendered: readonly RenderedStack[], session: ISynthesisSession): void {
  for (const { stack, document } of rendered) {
    const { workingDirectory, synthesizedStackPath } = describe(session.manifest, stack);
    mkdirSync(join(session.outdir, workingDirectory), { recursive: true });
    for (const construct of stack.node.findAll(ConstructOrder.POSTORDER)) {
      (construct as { [customSynthesis]?: { onSynthesize(session: ISynthesisSession): void } })[
        customSynthesis
      ]?.onSynthesize(session);
    }
    writeFileSync(join(session.outdir, synthesizedStackPath), stableJson(document));
  }
}

/** Entry of a stack in the manifest, with the annotations of its constructs. */
function describe(manifest: Manifest, stack: TerraformStack) {
  const entry = manifest.forStack(stack);
  const annotations = stack.node.findAll().flatMap((construct) =>
    annotationsOf(construct).map(({ type, data, trace }) => ({
      constructPath: construct.node.path,
      level: type as AnnotationMetadataEntryType,
      message: String(data),
      stacktrace: trace,
    })),
  );
  return Object.assign(entry, { annotations });
}

function reportErrorAnnotations(construct: IConstruct): void {
  for (const { type, data } of annotationsOf(construct)) {
    if (type !== AnnotationMetadataEntryType.ERROR) continue;
    report(construct, {
      code: 'GP208',
      message: String(data),
      allowed: 'what the construct accepts',
      fix: 'see its documentation',
    });
  }
}

function annotationsOf(construct: IConstruct) {
  const levels: readonly string[] = Object.values(AnnotationMetadataEntryType);
  return construct.node.metadata.filter(({ type }) => levels.includes(type));
}

/** JSON with sorted keys, so that equal models give equal bytes. */
function stableJson(value: object): string {
  return JSON.stringify(
    value,
    (_, item: unknown) =>
      item !== null && typeof item === 'object' && !Array.isArray(item)
        ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
        : item,
    2,
  );
}
