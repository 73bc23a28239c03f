import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import { describe } from './definitions';
import { type Json, type KubernetesObject, nameOf, withoutNulls } from './manifest';
import { UserError } from './user-error';

/** Carries the schemas of every Kubernetes minor version, made from the OpenAPI documents of its releases. */
const schemaPackage = 'kubernetes-validate';
const schemaVersion = '1.37.0';

/** Downloads the schemas once; returns the folder that holds one folder per Kubernetes version. */
export function fetchSchemas(cache: string): string {
  const target = join(cache, `${schemaPackage}-${schemaVersion}`);
  const folder = join(target, 'kubernetes_validate', 'kubernetes-json-schema');
  if (existsSync(folder)) return folder;
  const pin = `${schemaPackage}==${schemaVersion}`;
  try {
    execFileSync('python3', ['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', target, pin], {
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
  } catch (error) {
    const { code, stderr = '' } = error as { code?: string; stderr?: string };
    throw new UserError(
      code === 'ENOENT'
        ? 'python3 is needed to fetch the Kubernetes schemas. Install Python 3 with pip, or name a folder with --schemas.'
        : `pip cannot fetch ${pin}: ${lastLine(stderr)} Check the network, or name a folder with --schemas.`,
    );
  }
  return folder;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

/** The kinds that Kubernetes itself serves in one version; a field it does not know is refused. */
export class KubernetesSchemas {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  private readonly folder: string;
  private readonly kinds = new Set<string>();
  /** Environments share most objects. */
  private readonly answers = new WeakMap<KubernetesObject, string[] | undefined>();

  /** @param version such as `1.34` */
  constructor(schemas: string, version: string) {
    this.folder = join(schemas, `v${version}.0-local-strict`);
    if (!existsSync(this.folder)) {
      const has = readdirSync(schemas).flatMap((name) => /^v(.*)\.0-local-strict$/.exec(name)?.[1] ?? []);
      throw new UserError(`${schemas} has no schemas of Kubernetes ${version}, but ${has.join(', ')}.`);
    }
    this.ajv.addSchema(this.read('_definitions'));
    for (const file of readdirSync(this.folder)) this.kinds.add(file.replace(/\.json$/, ''));
  }

  /** What the API server would say; undefined for a kind that is not its own. */
  complaints(object: KubernetesObject): string[] | undefined {
    if (!this.answers.has(object)) this.answers.set(object, this.judge(object));
    return this.answers.get(object);
  }

  private judge(object: KubernetesObject): string[] | undefined {
    const name = schemaName(object);
    if (!this.kinds.has(name)) return undefined;
    const schema = this.read(name);
    const validate = this.ajv.getSchema(String(schema.$id)) ?? this.ajv.compile(schema);
    validate(withoutNulls(object));
    const errors = (validate.errors ?? []).map((error) => describe(object, error));
    return object.metadata?.name ? errors : [...errors, `${nameOf(object)} has no name`];
  }

  private read(name: string): Json {
    return JSON.parse(readFileSync(join(this.folder, `${name}.json`), 'utf8')) as Json;
  }
}

/** Files are named by kind, the first part of the group, and the version. */
function schemaName({ apiVersion, kind }: KubernetesObject): string {
  const [version, group] = apiVersion.split('/').toReversed();
  const isForeign = group?.includes('.') && !group.endsWith('.k8s.io');
  return isForeign ? '' : [kind.toLowerCase(), ...(group ? [group.split('.')[0]] : []), version].join('-');
}
