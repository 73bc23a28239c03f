import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identifier, StackSource } from './stack.mjs';

/** For types that no provider package has a class for. */
const ANY_BLOCK = `import { TerraformDataSource, TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';

export class AnyResource extends TerraformResource {
  constructor(scope: Construct, id: string, { type, ...config }: any) {
    super(scope, id, { ...config, terraformResourceType: type });
  }
}

export class AnyData extends TerraformDataSource {
  constructor(scope: Construct, id: string, { type, ...config }: any) {
    super(scope, id, { ...config, terraformResourceType: type });
  }
}
`;

/**
 * Writes the flattened app into a folder and returns the path of its main file: a TypeScript program that makes the
 * same stacks and resources as ours, with nothing of ours in between. It is what a patient person would write by hand:
 * the prebuilt class of each resource, imported by subpath, its settings in camel case, and real references from one
 * resource to another.
 *
 * What no class covers (a type of another provider, a setting that was added as an override) is written as an override.
 * References inside Terraform functions and between stacks stay the literal expressions that they are in our output.
 */
export function writeFlattened({ stacks, dependencies }, dir) {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'any-block.ts'), ANY_BLOCK);
  for (const { name, terraform } of stacks) {
    writeFileSync(join(dir, `${name}.ts`), new StackSource(terraform).toString());
  }
  const main = join(dir, 'main.ts');
  writeFileSync(main, mainSource(stacks, dependencies));
  return main;
}

function mainSource(stacks, dependencies) {
  const names = stacks.map(({ name }) => name);
  return [
    `import { App, TerraformStack } from 'cdktf';`,
    ...names.map((name) => `import { build as ${identifier(name)} } from './${name}';`),
    'const app = new App();',
    'const stacks: Record<string, TerraformStack> = {};',
    ...names.map((name) => `${identifier(name)}((stacks['${name}'] = new TerraformStack(app, '${name}')));`),
    ...names.flatMap((name) =>
      dependencies[name].map((needed) => `stacks['${name}']!.addDependency(stacks['${needed}']!);`),
    ),
    'app.synth();',
    '',
  ].join('\n');
}
