import { dev } from '../../environments';
import { ModelError, type PlatformApp, type State } from '../../lib';
import type { TerraformDocument } from '../../lib/core/terraform-check';
import { type SynthesizedEnvironment, synthEnvironment } from '../../lib/testing';
import { BootstrapStack, platform } from '../../stacks';

type Reader = Record<string, { backend: string; config: Record<string, unknown>; workspace?: string }>;

const states: Readonly<Record<string, State>> = {
  local: { kind: 'local' },
  s3: { kind: 's3' },
  'a bucket of ours': { kind: 's3', bucket: 'acme-terraform', region: 'eu-central-1' },
  cloud: { kind: 'cloud', organization: 'acme', project: 'platform', hostname: 'terraform.acme.example' },
};

const made = new Map<string, SynthesizedEnvironment>();

function withState(name: string): SynthesizedEnvironment {
  const environment = made.get(name) ?? synthEnvironment(platform, dev, { state: states[name] });
  made.set(name, environment);
  return environment;
}

const stack = (environment: SynthesizedEnvironment, id: string) => environment.stacks.get(id) as TerraformDocument;
const settings = (document: TerraformDocument) =>
  document.terraform as { backend?: Record<string, Record<string, unknown>>; cloud?: object };
const readers = (document: TerraformDocument) => (document.data?.terraform_remote_state ?? {}) as unknown as Reader;
const crossStack = 'cross-stack-reference-input-';

const bucket = {
  bucket: 'ecotrack-dev-state-111122223333',
  region: 'us-east-1',
  encrypt: true,
  kms_key_id: 'arn:aws:kms:us-east-1:111122223333:alias/ecotrack-dev-state',
  allowed_account_ids: ['111122223333'],
};

test('local state is a file beside the output folder', () => {
  const mesh = stack(withState('local'), 'dev-mesh');
  expect(settings(mesh).backend).toEqual({ local: { path: '../../../terraform.dev-mesh.tfstate' } });
  expect(readers(mesh)[`${crossStack}dev-foundation`]).toMatchObject({
    backend: 'local',
    config: { path: '../../../terraform.dev-foundation.tfstate' },
  });
});

test('S3 state has a key per stack, a lock file, encryption and an account guard', () => {
  const keys = [...withState('s3').stacks].map(([id, document]) => {
    const { s3 } = settings(document).backend ?? {};
    expect(s3).toEqual({ ...bucket, key: `${id}/terraform.tfstate`, use_lockfile: true });
    return s3?.key;
  });
  expect(new Set(keys).size).toBe(7);
});

test('a bucket of ours is encrypted by what it says itself, or by the key that is named', () => {
  const { s3 } = settings(stack(withState('a bucket of ours'), 'dev-mesh')).backend ?? {};
  expect(s3).toEqual({
    bucket: 'acme-terraform',
    region: 'eu-central-1',
    key: 'dev-mesh/terraform.tfstate',
    use_lockfile: true,
  });
  const kmsKeyArn = 'arn:aws:kms:eu-central-1:111122223333:key/01234567-89ab-cdef-0123-456789abcdef';
  const named = synthEnvironment((app, environment) => platform(app, environment), dev, {
    state: { kind: 's3', bucket: 'acme-terraform', kmsKeyArn },
  });
  expect(settings(stack(named, 'dev-mesh')).backend?.s3).toMatchObject({ encrypt: true, kms_key_id: kmsKeyArn });
});

test('cloud state is a workspace per stack', () => {
  const mesh = stack(withState('cloud'), 'dev-mesh');
  expect(settings(mesh)).toMatchObject({
    cloud: {
      organization: 'acme',
      hostname: 'terraform.acme.example',
      workspaces: { name: 'dev-mesh', project: 'platform' },
    },
  });
  expect(settings(mesh).backend).toBeUndefined();
});

test.each(Object.keys(states))('%s: values of other stacks are read from where these are kept', (name) => {
  const environment = withState(name);
  let read = 0;
  for (const document of environment.stacks.values()) {
    for (const [reader, { config, backend }] of Object.entries(readers(document))) {
      const source = stack(environment, reader.slice(crossStack.length));
      const { backend: kept, cloud } = settings(source);
      if (cloud) {
        const { workspaces, ...where } = cloud as { workspaces: { name: string } };
        expect({ backend, config }).toEqual({
          backend: 'remote',
          config: { ...where, workspaces: { name: workspaces.name } },
        });
      } else {
        // The data source refuses what only a backend does: locking.
        const { use_lockfile, ...where } = kept?.[backend] ?? {};
        expect(config).toEqual(where);
        expect(JSON.stringify(config)).not.toMatch(/lock/);
      }
      for (const [, output] of JSON.stringify(document).matchAll(
        new RegExp(`terraform_remote_state\\.${reader}\\.outputs\\.([\\w-]+)`, 'g'),
      )) {
        expect(source.output).toHaveProperty([output ?? '']);
        read += 1;
      }
    }
  }
  expect(read).toBeGreaterThan(20);
});

test('nothing but the place of the state depends on its kind', () => {
  const rest = (name: string) =>
    [...withState(name).stacks].map(([id, { terraform, data, '//': _, ...document }]) => [id, document]);
  for (const name of Object.keys(states)) expect(rest(name)).toEqual(rest('local'));
});

describe('bootstrap', () => {
  const bootstrap = synthEnvironment((app, environment) => new BootstrapStack(app, { environment }), dev, {
    state: { kind: 's3' },
  });
  const only = <T>([first]: readonly T[]) => first;

  test('its own state stays local', () => {
    expect(settings(stack(bootstrap, 'dev-bootstrap')).backend).toEqual({
      local: { path: '../../../terraform.dev-bootstrap.tfstate' },
    });
  });

  test('it makes the bucket and the key that the other stacks name', () => {
    expect(only(bootstrap.resources('aws_s3_bucket'))).toMatchObject({ bucket: bucket.bucket, force_destroy: false });
    expect(only(bootstrap.resources('aws_kms_alias'))?.name).toBe(bucket.kms_key_id.split(':').at(-1));
  });

  test('bucket and key are private, versioned, encrypted, and cannot be destroyed', () => {
    for (const type of ['aws_s3_bucket', 'aws_kms_key'])
      expect(only(bootstrap.resources(type))?.lifecycle).toEqual({ prevent_destroy: true });
    expect(only(bootstrap.resources('aws_kms_key'))).toMatchObject({ enable_key_rotation: true });
    expect(only(bootstrap.resources('aws_s3_bucket_versioning'))).toMatchObject({
      versioning_configuration: { status: 'Enabled' },
    });
    expect(only(bootstrap.resources('aws_s3_bucket_public_access_block'))).toMatchObject({
      block_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(JSON.stringify(bootstrap.resources('aws_s3_bucket_server_side_encryption_configuration'))).toContain(
      'aws:kms',
    );
    expect(JSON.stringify(bootstrap.resources('aws_s3_bucket_policy'))).toContain('aws:SecureTransport');
  });

  test('the state itself never expires, old versions do', () => {
    const { rule } = only(bootstrap.resources('aws_s3_bucket_lifecycle_configuration')) as { rule: object[] };
    expect(rule.filter((each) => 'expiration' in each || 'transition' in each)).toEqual([]);
    expect(rule).toContainEqual(expect.objectContaining({ noncurrent_version_expiration: [{ noncurrent_days: 365 }] }));
  });

  test('a platform has no such stack of its own', () => {
    expect([...withState('s3').stacks.keys()]).not.toContain('dev-bootstrap');
  });
});

test('a state bucket with a name that S3 refuses is an error', () => {
  const project = 'ecotrack-for-everybody-in-the-whole-company';
  const build = (app: PlatformApp) => {
    for (const environment of app.environments) new BootstrapStack(app, { environment });
  };
  expect(() => synthEnvironment(build, dev, { project, state: { kind: 's3' } })).toThrow(ModelError);
});
