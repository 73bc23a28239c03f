import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const known = new Map();

/**
 * The prebuilt class of a Terraform type and what it calls its settings, read from its source, where every setting and
 * every nested block stands with both names. Undefined for a type that no installed provider package has.
 *
 * `section` is `resource`, `data` or `provider`; `type` is the Terraform type, such as `aws_iam_role`.
 */
export function schemaOf(section, type) {
  const key = `${section} ${type}`;
  if (!known.has(key)) {
    known.set(key, readSchema(section, type));
  }
  return known.get(key);
}

function readSchema(section, type) {
  const [provider, ...words] = type.split('_');
  const name = words.join('-');
  const folder = { provider: 'provider', resource: name, data: `data-${provider}-${name}` }[section];
  const module = `@cdktf/provider-${provider}/lib/${folder}`;
  const file = resolved(module);
  if (!file) return undefined;

  const [className] = Object.entries(require(module)).find(([, exported]) => exported?.tfResourceType === type);
  const source = readFileSync(file, 'utf8');
  const classSource = source.slice(source.indexOf(`class ${className} extends cdktf.Terraform`));
  return { module, className, root: rootIn(classSource), structs: structsIn(source), getters: gettersIn(classSource) };
}

function resolved(module) {
  try {
    return require.resolve(module);
  } catch {
    return undefined;
  }
}

function rootIn(classSource) {
  const start = classSource.indexOf('synthesizeAttributes()');
  return fieldsIn(classSource.slice(start, classSource.indexOf('synthesizeHclAttributes()')));
}

function structsIn(source) {
  const functions = source.matchAll(/^function (\w+ToTerraform)\(struct\) \{\n(.*?)^\}/gms);
  return Object.fromEntries([...functions].map(([, name, body]) => [name, fieldsIn(body)]));
}

/** Attributes that can be read as text: the only references that need no more than a getter. */
function gettersIn(classSource) {
  const getters = classSource.matchAll(/get (\w+)\(\) \{\s+return this\.getStringAttribute\('(\w+)'\)/g);
  return Object.fromEntries([...getters].map(([, name, attribute]) => [attribute, name]));
}

/** From lines such as `role_arn: cdktf.stringToTerraform(struct.roleArn)` or `timeouts: fooToTerraform(this._timeouts`. */
function fieldsIn(source) {
  const lines = source.matchAll(/^\s+(\w+): (.*)\((?:struct\.|this\._)(\w+)/gm);
  return Object.fromEntries(
    [...lines].map(([, key, mapper, name]) => [key, { name, struct: /(?<!\.)\b(\w+ToTerraform)/.exec(mapper)?.[1] }]),
  );
}
