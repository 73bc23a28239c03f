import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { filesIn, nodesIn, parse, read, root } from './support/sources';

const workflows = ['foundation', 'ingress', 'observability', 'gitops', 'security', 'mesh', 'data'];

/** Modules that a file imports, as written. */
function imports(file: string): string[] {
  return [...nodesIn(parse(file))]
    .filter((node) => ts.isImportDeclaration(node) || ts.isExportDeclaration(node))
    .flatMap(({ moduleSpecifier }) =>
      moduleSpecifier && ts.isStringLiteral(moduleSpecifier) ? [moduleSpecifier.text] : [],
    );
}

test('a workflow knows other workflows by their handles only', () => {
  const crossing = workflows.flatMap((workflow) =>
    filesIn(`lib/${workflow}`, '.ts').flatMap((file) =>
      imports(file)
        .filter((path) => workflows.some((other) => other !== workflow && path.includes(`/${other}/`)))
        .map((path) => `${file} imports ${path}`),
    ),
  );
  expect(crossing).toEqual([]);
});

test('nobody inside the package imports one of its barrels', () => {
  const inside = [...filesIn('lib', '.ts'), ...filesIn('stacks', '.ts')].filter((file) => !file.endsWith('index.ts'));
  const isBarrel = (file: string, path: string) =>
    path.startsWith('.') && (path.endsWith('/index') || existsSync(join(root, dirname(file), path, 'index.ts')));
  const imported = inside.flatMap((file) =>
    imports(file)
      .filter((path) => isBarrel(file, path))
      .map((path) => `${file} imports ${path}`),
  );
  expect(imported).toEqual([]);
});

test('one file holds every chart version', () => {
  const pinned = filesIn('lib', '.ts')
    .filter((file) => file !== 'lib/providers/charts.ts')
    .filter((file) => /repository: '(https?|oci):/.test(parse(file).text));
  expect(pinned).toEqual([]);
});

describe('lint refuses', () => {
  const biome = join(root, 'node_modules/.bin/biome');
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'groundplan-'));
    const { vcs: _vcs, ...config } = JSON.parse(read('biome.json')) as Record<string, unknown>;
    writeFileSync(join(folder, 'biome.json'), JSON.stringify({ ...config, root: true }));
    for (const name of ['lib/observability', 'lib/providers', 'lib/core'])
      mkdirSync(join(folder, name), { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    [
      'a provider outside lib/providers',
      { 'lib/observability/one.ts': "import '@cdktf/provider-aws/lib/vpc';\n" },
      'noRestrictedImports',
    ],
    ['the root of a provider', { 'lib/providers/one.ts': "import '@cdktf/provider-aws';\n" }, 'noRestrictedImports'],
    [
      'a cycle',
      {
        'lib/core/one.ts': "export { two } from './two';\n",
        'lib/core/two.ts': "export { two as one } from './one';\n",
      },
      'noImportCycles',
    ],
  ])('%s', (_, files, rule) => {
    for (const [file, code] of Object.entries(files)) writeFileSync(join(folder, file), code);
    const { status, stdout, stderr } = spawnSync(biome, ['lint', ...Object.keys(files)], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(`${stdout}${stderr}`).toContain(rule);
    expect(status).not.toBe(0);
  });
});
