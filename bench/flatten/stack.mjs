import { blocksOf } from '../output.mjs';
import { schemaOf } from './schema.mjs';

const META_ARGUMENTS = ['//', 'count', 'depends_on', 'lifecycle', 'provider'];
const BACKENDS = { local: 'LocalBackend', s3: 'S3Backend' };
const REMOTE_STATES = { local: 'DataTerraformRemoteStateLocal', s3: 'DataTerraformRemoteStateS3' };

/** The source of one stack of the flattened app, made from the Terraform of ours. */
export class StackSource {
  constructor(terraform) {
    this.terraform = terraform;
    this.imports = new Set([`import * as cdktf from 'cdktf';`]);
    this.ids = new Set();
    this.blocks = new Map(
      ['data', 'resource'].flatMap((section) =>
        blocksOf(terraform[section]).map((block) => {
          const address = `${section === 'data' ? 'data.' : ''}${block.type}.${block.name}`;
          const schema = schemaOf(section, block.type);
          return [address, { ...block, section, schema, variable: identifier(address) }];
        }),
      ),
    );
  }

  toString() {
    const { '//': _, data, resource, terraform, provider, variable, locals, output, ...others } = this.terraform;
    const statements = [
      ...this.settings(terraform),
      ...Object.entries(provider ?? {}).flatMap(([type, configs]) => configs.map((each) => this.provider(type, each))),
      ...inOrder(this.blocks).map((block) => this.block(block)),
      ...this.elements('TerraformVariable', variable),
      ...this.elements('TerraformLocal', locals),
      ...this.elements('TerraformOutput', output),
      ...Object.entries(others).map(([key, value]) => override('stack', key, this.code(value))),
    ];
    return [
      ...this.imports,
      'export function build(stack: cdktf.TerraformStack): void {',
      ...statements.flat().map((statement) => `  ${statement}`),
      '}\n',
    ].join('\n');
  }

  /** The block `terraform`: its backend by class, the versions as overrides. */
  settings({ backend = {}, ...others } = {}) {
    return [
      ...Object.entries(backend).map(
        ([kind, config]) => `new cdktf.${BACKENDS[kind]}(stack, ${this.code(camelKeys(config))} as any);`,
      ),
      ...Object.entries(others).map(([key, value]) => override('stack', `terraform.${key}`, this.code(value))),
    ];
  }

  provider(type, { alias, ...settings }) {
    const schema = schemaOf('provider', type);
    if (!schema) return override('stack', `provider.${type}`, this.code([{ alias, ...settings }]));
    const name = alias ? `${type}.${alias}` : type;
    const { config, overrides } = this.split(schema, settings);
    const variable = identifier(`provider.${name}`);
    return [
      ...this.element(variable, name, this.imported(schema), { ...config, ...(alias && { alias: quote(alias) }) }),
      ...overrides.map(([key, code]) => override(variable, key, code)),
    ];
  }

  block({ type, name, block, section, schema, variable }) {
    if (type === 'terraform_remote_state') {
      const { '//': _, backend, config, ...others } = block;
      return this.element(
        variable,
        name,
        `cdktf.${REMOTE_STATES[backend]}`,
        this.codes({ ...camelKeys(config), ...others }),
      );
    }
    const { config, overrides } = this.split(schema, block);
    const className = schema ? this.imported(schema) : this.anyBlock(section);
    return [
      ...this.element(variable, name, className, {
        ...config,
        ...(!schema && { type: quote(type) }),
        ...this.metaArguments(block),
      }),
      ...overrides.map(([key, code]) => override(variable, key, code)),
    ];
  }

  metaArguments({ count, depends_on: dependsOn, lifecycle, provider }) {
    return {
      ...(count !== undefined && { count: this.code(count) }),
      ...(dependsOn && { dependsOn: `[${dependsOn.map((each) => this.blocks.get(each)?.variable ?? quote(each))}]` }),
      ...(lifecycle && { lifecycle: this.code(camelKeys(lifecycle)) }),
      ...(provider && { provider: identifier(`provider.${provider}`) }),
    };
  }

  elements(className, named = {}) {
    return Object.entries(named).flatMap(([name, value]) => {
      const config = className === 'TerraformLocal' ? this.code(value) : this.codes(camelKeys(value));
      return this.element(identifier(`${className}.${name}`), name, `cdktf.${className}`, config);
    });
  }

  /** A construct. A name that occurs twice in a stack (a role and a policy, say) needs an id of its own. */
  element(variable, name, className, config) {
    let id = name;
    while (this.ids.has(id)) {
      id += '_';
    }
    this.ids.add(id);
    const code = typeof config === 'string' ? config : objectCode(config);
    return [
      `const ${variable} = new ${className}(stack, ${quote(id)}, ${code} as any);`,
      ...(id === name ? [] : [`${variable}.overrideLogicalId(${quote(name)});`]),
    ];
  }

  imported({ module, className }) {
    this.imports.add(`import { ${className} } from '${module}';`);
    return className;
  }

  anyBlock(section) {
    this.imports.add(`import { AnyData, AnyResource } from './any-block';`);
    return section === 'data' ? 'AnyData' : 'AnyResource';
  }

  /** The settings that a class has, under its names, and those that it does not have. All as code. */
  split(schema, settings) {
    const config = {};
    const overrides = [];
    for (const [key, value] of Object.entries(settings)) {
      const field = schema?.root[key];
      if (META_ARGUMENTS.includes(key)) continue;
      if (field) {
        config[field.name] = this.code(value, schema.structs, field.struct);
      } else {
        overrides.push([key, this.code(value)]);
      }
    }
    return { config, overrides };
  }

  codes(settings) {
    return Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, this.code(value)]));
  }

  /** A value as code. In a nested block (`struct` says which) the keys take the names that its class has for them. */
  code(value, structs = {}, struct = '') {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return `[${value.map((item) => this.code(item, structs, struct)).join(', ')}]`;
    if (value === null || typeof value !== 'object') return String(value);
    const fields = structs[struct] ?? {};
    return objectCode(
      Object.fromEntries(
        Object.entries(value).map(([key, item]) => {
          const { name = key, struct: nested } = fields[key] ?? {};
          return [name, this.code(item, structs, nested)];
        }),
      ),
    );
  }

  /** A text as code. Plain references to blocks of this stack become references to their constructs. */
  text(text) {
    const pieces = text.split(/(?<!\$)\$\{((?:data\.)?[a-z]\w*\.[\w-]+\.[a-z]\w*)\}/).map((piece, index) => {
      const reference = index % 2 === 1 ? this.reference(piece) : undefined;
      return { text: index % 2 === 1 ? `\${${piece}}` : piece, reference };
    });
    if (pieces.every(({ reference }) => !reference)) return quote(text);
    const filled = pieces.filter((piece) => piece.text !== '');
    if (filled.length === 1) return filled[0].reference;
    const parts = filled.map((piece) => (piece.reference ? `\${${piece.reference}}` : inTemplate(piece.text)));
    return `\`${parts.join('')}\``;
  }

  reference(expression) {
    const cut = expression.lastIndexOf('.');
    const block = this.blocks.get(expression.slice(0, cut));
    const getter = block?.schema?.getters[expression.slice(cut + 1)];
    return getter && `${block.variable}.${getter}`;
  }
}

/** The blocks, each one after those that it mentions. */
function inOrder(blocks) {
  const ordered = new Set();
  const visit = (block) => {
    if (ordered.has(block) || block.visited) return;
    block.visited = true;
    const mentions = JSON.stringify(block.block).match(/(?:data\.)?[a-z]\w*\.[\w-]+/g) ?? [];
    mentions.flatMap((address) => blocks.get(address) ?? []).forEach(visit);
    ordered.add(block);
  };
  [...blocks.values()].forEach(visit);
  return [...ordered];
}

/** Any text as a TypeScript name. */
export function identifier(text) {
  return text.replace(/\W/g, (character) => `$${character.charCodeAt(0)}`);
}

function override(variable, path, code) {
  return `${variable}.addOverride(${quote(path)}, ${code});`;
}

function objectCode(codes) {
  const entries = Object.entries(codes).map(([key, code]) => `${quote(key)}: ${code}`);
  return `{ ${entries.join(', ')} }`;
}

function camelKeys(value) {
  if (Array.isArray(value)) return value.map(camelKeys);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [camelCase(key), camelKeys(item)]));
}

function camelCase(name) {
  return name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
}

function quote(text) {
  return JSON.stringify(text);
}

function inTemplate(text) {
  return text.replace(/[\\`]|\$(?=\{)/g, '\\$&');
}
