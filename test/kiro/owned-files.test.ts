import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ModelError } from '../../lib';
import { type GeneratedFile, OwnedFiles } from '../../lib/kiro/owned-files';

const manifest = '.kiro/.generated.json';
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'groundplan-owned-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const one: GeneratedFile = { path: '.kiro/steering/one.md', content: 'one\n' };
const two: GeneratedFile = { path: 'TWO.md', content: 'two\n' };
/** Boxes may be ticked, the rest belongs to the model. */
const ticked: GeneratedFile = {
  path: 'tasks.md',
  content: '[ ] task\n',
  carryOver: (generated, onDisk) => (onDisk.includes('[x]') ? generated.replace('[ ]', '[x]') : generated),
  normalize: (onDisk) => onDisk.replaceAll('[x]', '[ ]'),
};

const owned = (...files: GeneratedFile[]) => new OwnedFiles(root, files);
const read = (path: string) => readFileSync(join(root, path), 'utf8');
function put(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}
function problems(action: () => unknown) {
  try {
    action();
  } catch (error) {
    if (error instanceof ModelError) return error.problems.map(({ code, path }) => `${code} ${path}`);
    throw error;
  }
  return [];
}

test('a missing file is written, with the folders above it', () => {
  expect(owned(one, two).write()).toEqual([
    { path: one.path, kind: 'missing' },
    { path: two.path, kind: 'missing' },
  ]);
  expect(read(one.path)).toBe(one.content);
  expect(read(two.path)).toBe(two.content);
  expect(owned(one, two).differences()).toEqual([]);
});

test('a file that the model changed is written anew', () => {
  owned(one).write();
  const changed = { ...one, content: 'other\n' };
  expect(owned(changed).differences()).toEqual([{ path: one.path, kind: 'changed' }]);
  owned(changed).write();
  expect(read(one.path)).toBe('other\n');
});

test('a file that left the model is removed', () => {
  owned(one, two).write();
  expect(owned(one).write()).toEqual([{ path: two.path, kind: 'stale' }]);
  expect(existsSync(join(root, two.path))).toBe(false);
  expect(JSON.parse(read(manifest)).files).not.toHaveProperty([two.path]);
});

test('hand edits are refused by name, and nothing is written then', () => {
  owned(one, two).write();
  put(one.path, 'mine\n');
  const three = { path: 'THREE.md', content: 'three\n' };
  const changed = { ...two, content: 'changed\n' };
  expect(problems(() => owned(one, changed, three).write())).toEqual([`GP402 ${one.path}`]);
  expect(read(one.path)).toBe('mine\n');
  expect(read(two.path)).toBe('two\n');
  expect(existsSync(join(root, three.path))).toBe(false);
});

test('an edited file that left the model is not removed', () => {
  owned(one, two).write();
  put(two.path, 'mine\n');
  expect(problems(() => owned(one).write())).toEqual([`GP402 ${two.path}`]);
  expect(read(two.path)).toBe('mine\n');
});

test('a file of that name that no run wrote is not overwritten', () => {
  put(two.path, 'somebody wrote this\n');
  expect(problems(() => owned(two).write())).toEqual([`GP402 ${two.path}`]);
});

test('force overwrites and removes', () => {
  owned(one, two).write();
  put(one.path, 'mine\n');
  put(two.path, 'mine\n');
  owned(one).write({ force: true });
  expect(read(one.path)).toBe('one\n');
  expect(existsSync(join(root, two.path))).toBe(false);
});

test('an edit to what the model says now is no edit', () => {
  owned(one).write();
  put(one.path, 'next\n');
  expect(owned({ ...one, content: 'next\n' }).write()).toEqual([]);
});

test('two runs write the same bytes, and the second touches nothing', () => {
  owned(one, two).write();
  const past = new Date(1_000_000_000_000);
  for (const path of [one.path, two.path, manifest]) utimesSync(join(root, path), past, past);
  const before = read(manifest);
  expect(owned(two, one).write()).toEqual([]);
  expect(read(manifest)).toBe(before);
  for (const path of [one.path, two.path, manifest]) expect(statSync(join(root, path)).mtime).toEqual(past);
});

test('other line ends are no hand edit', () => {
  owned(one).write();
  put(one.path, 'one\r\n');
  expect(owned(one).write()).toEqual([{ path: one.path, kind: 'changed' }]);
  expect(read(one.path)).toBe('one\n');
});

describe('what people may change', () => {
  beforeEach(() => {
    owned(ticked).write();
    put(ticked.path, '[x] task\n');
  });

  test('is no difference', () => {
    expect(owned(ticked).differences()).toEqual([]);
  });

  test('is carried into new content', () => {
    const changed = { ...ticked, content: '[ ] task\n[ ] another\n' };
    expect(owned(changed).write()).toEqual([{ path: ticked.path, kind: 'changed' }]);
    expect(read(ticked.path)).toBe('[x] task\n[ ] another\n');
    expect(owned(changed).differences()).toEqual([]);
  });

  test('leaves the hash as it was generated', () => {
    const before = read(manifest);
    owned(ticked).write();
    expect(read(manifest)).toBe(before);
  });

  test('does not let other edits pass', () => {
    put(ticked.path, '[x] task, and more\n');
    expect(problems(() => owned(ticked).write())).toEqual([`GP402 ${ticked.path}`]);
    expect(read(ticked.path)).toBe('[x] task, and more\n');
  });

  test('survives force', () => {
    put(ticked.path, '[x] task, and more\n');
    owned(ticked).write({ force: true });
    expect(read(ticked.path)).toBe('[x] task\n');
  });

  test('is the whole file where nothing says otherwise', () => {
    const { normalize: _, ...loose } = ticked;
    put(ticked.path, '[x] task, and more\n');
    expect(owned(loose).write()).toEqual([{ path: ticked.path, kind: 'changed' }]);
  });
});

test.each(['../outside.md', '/etc/outside.md', 'a/../../outside.md', '..'])('%s is refused', (path) => {
  expect(() => owned({ path, content: '\n' })).toThrow(`${path} is outside the project`);
});

test('a name that only starts with dots is inside', () => {
  expect(() => owned({ path: '..notes.md', content: '\n' })).not.toThrow();
});

test('a manifest cannot make it remove files elsewhere', () => {
  const victim = join(root, 'victim.md');
  writeFileSync(victim, 'mine\n');
  const project = join(root, 'project');
  mkdirSync(join(project, '.kiro'), { recursive: true });
  writeFileSync(join(project, manifest), JSON.stringify({ format: 1, files: { '../victim.md': 'any' } }));
  new OwnedFiles(project, [one]).write({ force: true });
  expect(existsSync(victim)).toBe(true);
});

describe('one clear message', () => {
  test('where the manifest is no JSON', () => {
    put(manifest, '<<<<<<< HEAD\n');
    expect(problems(() => owned(one).differences())).toEqual([`GP401 ${manifest}`]);
  });

  test('where a file stands in the place of a folder', () => {
    put('.kiro/steering', 'a file\n');
    expect(problems(() => owned(one).write())).toEqual([`GP401 ${one.path}`]);
  });

  test('where a folder stands in the place of a file', () => {
    mkdirSync(join(root, two.path));
    expect(problems(() => owned(two).write())).toEqual([`GP401 ${two.path}`]);
  });

  const isRoot = process.getuid?.() === 0;
  (isRoot ? test.skip : test)('where the folder may not be written', () => {
    chmodSync(root, 0o555);
    expect(problems(() => owned(two).write())).toEqual([`GP401 ${two.path}`]);
  });
});
