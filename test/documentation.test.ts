import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { problemCodes } from '../lib';
import { filesIn, read, root } from './support/sources';

const pages = ['README.md', ...filesIn('docs', '.md')];
const scripts = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts;

interface Fence {
  readonly page: string;
  readonly index: number;
  readonly code: string;
}

function fences(page: string): Fence[] {
  return [...read(page).matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = ''], index) => ({ page, index, code }));
}

test('every TypeScript fence type-checks', () => {
  const folder = join(root, '.build/fences');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const all = pages.flatMap(fences);
  expect(all.length).toBeGreaterThan(5);
  const files = all.map(({ page, index, code }) => {
    const file = join(folder, `${page.replace(/\W+/g, '-')}-${index}.ts`);
    // Pages are written for the root of a project.
    writeFileSync(file, `${code.replaceAll("'./environments'", "'../../environments'")}\nexport {};\n`);
    return file;
  });
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config as { compilerOptions: object };
  const { options } = ts.convertCompilerOptionsFromJson(
    {
      ...config.compilerOptions,
      incremental: false,
      tsBuildInfoFile: undefined,
      noEmit: true,
      noUnusedLocals: false,
      paths: {
        groundplan: ['./lib/index.ts'],
        'groundplan/stacks': ['./stacks/index.ts'],
        'groundplan/*': ['./lib/*/index.ts'],
      },
    },
    root,
  );
  const program = ts.createProgram(files, options);
  const complaints = files.flatMap((file) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText }) => `${file.slice(folder.length + 1)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
  });
  expect(complaints).toEqual([]);
}, 120_000);

test('every link leads somewhere', () => {
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)/g)]
      .filter(([, path = '', anchor]) => {
        const target = path === '' ? page : join(dirname(page), path);
        return !existsSync(join(root, target)) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
      })
      .map(([link]) => `${page}: ${link}`),
  );
  expect(broken).toEqual([]);
});

test('every npm script that a page names exists', () => {
  const named = pages.flatMap((page) =>
    [...read(page).matchAll(/npm run ([\w:]+)/g)].map(([, script = '']) => `${page}: ${script}`),
  );
  expect(named.filter((entry) => !((entry.split(': ')[1] ?? '') in scripts))).toEqual([]);
});

test('every file that a page names in backticks exists', () => {
  const named = pages.flatMap((page) =>
    [
      ...read(page).matchAll(
        /`((?:lib|stacks|environments|examples|test|docs|bench|scripts)\/[\w./-]+\.(?:ts|md|mjs|json))`/g,
      ),
    ].map(([, file = '']) => `${page}: ${file}`),
  );
  expect(named.filter((entry) => !existsSync(join(root, entry.split(': ')[1] ?? '')))).toEqual([]);
});

test('every error code is explained, raised and tested', () => {
  const explained = read('docs/errors.md');
  const code = [...filesIn('lib', '.ts'), ...filesIn('stacks', '.ts')]
    .filter((file) => !file.endsWith('problem-codes.ts'))
    .map(read)
    .join('\n');
  const tests = filesIn('test', '.test.ts').map(read).join('\n');
  const codes = Object.keys(problemCodes);
  expect(codes.filter((name) => !explained.includes(`## ${name}`))).toEqual([]);
  expect(codes.filter((name) => !code.includes(`'${name}'`))).toEqual([]);
  expect(codes.filter((name) => !tests.includes(name))).toEqual([]);
});

function anchorsOf(file: string): string[] {
  return [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .trim()
      .replace(/\s+/g, '-'),
  );
}
