import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { services } from '../../environments';
import { build as buildOwnComponent } from '../../examples/own-component';
import { run } from '../../lib/cli/run';
import { capacityOf } from '../../lib/core/capacity';
import { costOf } from '../../lib/cost/cost';
import { graphOf } from '../../lib/kiro/graph/platform-graph';
import type { GeneratedFile } from '../../lib/kiro/owned-files';
import { read, root } from '../support/sources';
import { environments, SynthesizedWorkspace } from '../support/workspace';

const workspace = new SynthesizedWorkspace();
const { files, releases, stacks } = workspace;
const documents = files.filter(({ path }) => path.endsWith('.md'));

/** What a pattern finds in documents, each with the file it stands in. */
function mentions(pattern: RegExp, within: readonly GeneratedFile[] = documents) {
  return within.flatMap(({ path, content }) =>
    [...content.matchAll(pattern)].map((match) => ({ path, text: match[0], groups: match.slice(1) })),
  );
}

/** A name of one environment or of all: what the shell variables may stand for. */
function expansions(text: string): string[] {
  return environments.map(({ name, aws, domain }) =>
    text
      .replace(/\$\{?ENVIRONMENT\}?|<environment>/g, name)
      .replace(/\$\{?ACCOUNT\}?|<account>/g, aws.account)
      .replace(/\$\{?AWS_REGION\}?/g, aws.region)
      .replace(/\$\{?DOMAIN\}?/g, domain.name),
  );
}

const isPlaceholder = (text: string) => /[<>$*]/.test(text);

describe('names and versions are those of the Terraform', () => {
  test('versions of charts', () => {
    const versions = new Map(releases.map(({ chart, version }) => [chart, version]));
    const named = [...versions.keys()].filter((chart) => !chart.startsWith('.'));
    const pattern = new RegExp(`(?<![\\w./@-])(${named.join('|')})[\`@: ]+v?(\\d+\\.\\d+\\.\\d+[\\w.+-]*)`, 'g');
    const found = mentions(pattern);
    expect(found.length).toBeGreaterThan(40);
    const wrong = found.filter(({ groups: [chart = '', version = ''] }) => {
      return versions.get(chart)?.replace(/^v/, '') !== version.replace(/\.$/, '');
    });
    expect(wrong).toEqual([]);
  });

  test('every chart is told of, with its version', () => {
    const text = workspace.text('.kiro/steering/workflows.md');
    const silent = releases
      .filter(({ chart }) => !chart.startsWith('.'))
      .filter(({ chart, version }) => !text.includes(`${chart} ${version}`));
    expect(silent.map(({ chart, version }) => `${chart} ${version}`)).toEqual([]);
  });

  test('charts stand beside the namespace that they are installed into', () => {
    const rows = mentions(/^\| `([\w-]+)` \| [^|]+ \| `([\w-]+)` \| ([^|]+) \|/gm, [
      { path: 'workflows', content: workspace.text('.kiro/steering/workflows.md') },
    ]);
    const wrong = rows.flatMap(({ groups: [component, namespace, charts = ''] }) =>
      charts
        .split(', ')
        .filter((one) => /^\S+ v?\d/.test(one))
        .filter((one) => !releases.some((it) => it.namespace === namespace && `${it.chart} ${it.version}` === one))
        .map((one) => `${component}: ${one} in ${namespace}`),
    );
    expect(rows.length).toBeGreaterThan(30);
    expect(wrong).toEqual([]);
  });

  test('namespaces in commands', () => {
    const made = workspace.resources('kubernetes_namespace_v1').concat(workspace.resources('kubernetes_namespace'));
    const byOperators = releases.flatMap(({ values }) =>
      [...values.join('\n').matchAll(/"targetNamespace":\s*"([\w-]+)"/g)].map(([, name]) => name),
    );
    const known = new Set([
      'kube-system',
      'default',
      services.namespace,
      ...byOperators,
      ...releases.map(({ namespace }) => namespace),
      ...made.flatMap(({ metadata }) => [metadata].flat().map((one) => (one as { name: string }).name)),
    ]);
    const found = mentions(/\b(?:kubectl|helm|istioctl|argocd)\b[^\n`|]*?\s(?:-n|--namespace)[ =]([^\s`'"|)]+)/g);
    expect(found.length).toBeGreaterThan(80);
    const unknown = found.filter(({ groups: [name = ''] }) => !isPlaceholder(name) && !known.has(name));
    expect(unknown).toEqual([]);
  });

  test('releases that commands roll back', () => {
    const known = new Set(releases.map(({ namespace, name }) => `${namespace}/${name}`));
    const found = mentions(/\bhelm -n (\S+) (?:rollback|history|status|get \w+|uninstall) ([^\s`'",|)]+)/g);
    expect(found.length).toBeGreaterThan(40);
    const unknown = found.filter(
      ({ groups: [namespace = '', name = ''] }) =>
        !isPlaceholder(namespace) && !isPlaceholder(name) && !known.has(`${namespace}/${name}`),
    );
    expect(unknown).toEqual([]);
  });

  test.each([
    ['clusters', /aws eks [^\n`]*?--(?:cluster-)?name[ =]([^\s`'"|)]+)/g, 'aws_eks_cluster', 'name'],
    ['aliases of keys', /(?<![\w/])(alias\/[\w$<>-]+)/g, 'aws_kms_alias', 'name'],
    ['buckets', /s3:\/\/([\w$<>-]+)/g, 'aws_s3_bucket', 'bucket'],
  ])('%s', (_, pattern, type, key) => {
    const known = workspace.resources(type).map((resource) => resource[key]);
    const found = mentions(pattern);
    expect(found.length).toBeGreaterThan(0);
    const isKnown = (name: string) => expansions(name).some((one) => known.includes(one));
    const unknown = found.filter(
      ({ groups: [name = ''] }) => !/^<[\w -]+>$|<project>|<bucket/.test(name) && !isKnown(name),
    );
    expect(unknown).toEqual([]);
  });

  test.each(environments)('figures of $name', ({ name }) => {
    const text = workspace.text(`.kiro/steering/environment-${name}.md`);
    const [cluster] = workspace.resources('aws_eks_cluster').filter((one) => String(one.name).includes(`-${name}-`));
    const [network] = workspace.resources('aws_vpc').filter((one) => JSON.stringify(one).includes(`-${name}-`));
    expect(text).toContain(cluster?.name);
    expect(text).toContain(cluster?.version);
    expect(text).toContain(network?.cidr_block);
  });
});

describe('the order is that of the manifest', () => {
  /** Ids of stacks by line, for one environment. */
  function deployLines(block: string, environment: string): string[][] {
    return block
      .split('\n')
      .filter((line) => /cdktf deploy/.test(line))
      .map((line) =>
        Object.keys(stacks).filter(
          (stack) =>
            line.includes(`$ENVIRONMENT-${stack.slice(environment.length + 1)}`) && stack.startsWith(`${environment}-`),
        ),
      )
      .filter((line) => line.length > 0);
  }

  function early(lines: readonly (readonly string[])[]): string[] {
    return lines.flatMap((line, index) =>
      line.flatMap((stack) =>
        (stacks[stack]?.dependencies ?? [])
          .filter((needed) => lines.slice(index).flat().includes(needed))
          .map((needed) => `${stack} before ${needed}`),
      ),
    );
  }

  test('of commands that deploy', () => {
    const blocks = mentions(/^ *```sh\n([\s\S]*?)^ *```/gm).map(({ groups: [block = ''] }) => block);
    const sequences = blocks.flatMap((block) => environments.map(({ name }) => deployLines(block, name)));
    expect(sequences.filter((lines) => lines.length > 3).length).toBeGreaterThan(0);
    expect(sequences.flatMap(early)).toEqual([]);
  });

  test('of the table in the onboarding', () => {
    const rows = [...workspace.text('PLATFORM_ONBOARDING.md').matchAll(/^\| \d+ \| `.*$/gm)].map(([row]) => row);
    for (const { name } of environments) {
      const lines = rows.map((row) => [...row.matchAll(/`([\w-]+)`/g)].map(([, id = '']) => id));
      const own = lines.map((line) => line.filter((id) => id.startsWith(`${name}-`)));
      expect(own.flat().toSorted()).toEqual(
        Object.keys(stacks)
          .filter((id) => id.startsWith(`${name}-`))
          .toSorted(),
      );
      expect(early(own)).toEqual([]);
    }
  });
});

describe('what a user adds appears without further code', () => {
  const own = new SynthesizedWorkspace(buildOwnComponent);

  test('in steering and guides, with its chart, its check and its purpose', () => {
    const release = own.releases.find(({ name }) => name === 'opencost');
    expect(own.text('.kiro/steering/workflows.md')).toContain(`opencost ${release?.version}`);
    expect(own.text('.kiro/steering/workflows.md')).toContain('| Computes what each namespace costs | `monitoring` |');
    expect(own.text('.kiro/steering/operations.md')).toContain('rollout status deployment/opencost');
    expect(own.text('PLATFORM_ONBOARDING.md')).toContain('rollout status deployment/opencost');
  });

  test('in capacity, cost and graph', () => {
    const { app, model } = own;
    const rows = app.environments.flatMap((environment) => capacityOf(environment, app.stacksOf(environment)).rows);
    expect(rows.map(({ component }) => component)).toContain('opencost');
    expect(costOf(model.environment('dev'))?.components.map(({ component }) => component)).toContain('opencost');
    expect(JSON.stringify(graphOf(model))).toContain('"opencost"');
  });
});

describe('what documents name exists', () => {
  const scripts = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts;
  const generated = new Set(files.map(({ path }) => path));
  const exists = (path: string) =>
    generated.has(path) || [...generated].some((one) => one.startsWith(`${path}/`)) || existsSync(join(root, path));

  test('npm scripts', () => {
    const found = mentions(/\bnpm (?:run (?:--silent )?|(?=test\b))([\w:]+)/g, files);
    expect(found.length).toBeGreaterThan(20);
    const unknown = found.filter(({ groups: [script = ''] }) => !(script in scripts));
    expect(unknown).toEqual([]);
  });

  test('commands and options of groundplan', async () => {
    const helps = new Map<string, string>();
    const helpOf = async (words: readonly string[]) => {
      const key = words.join(' ');
      let text = helps.get(key) ?? '';
      if (text === '') {
        const surroundings = { folder: root, out: (part: unknown) => (text += String(part)), error: () => undefined };
        await run([...words, '--help'], async () => undefined, surroundings as never);
        helps.set(key, text);
      }
      return text;
    };
    const found = mentions(/npx groundplan((?: [a-z][a-z-]*)+)((?: (?:-{1,2}[a-z][\w-]*|[^\s`|&;)\\"]+))*)/g, files);
    expect(found.length).toBeGreaterThan(10);
    const wrong: string[] = [];
    for (const { path, text, groups } of found) {
      const [command = '', child = ''] = (groups[0] ?? '').trim().split(' ');
      const help = await helpOf([command]);
      const deeper = /^Commands:/m.test(help) ? [command, child] : [command];
      const own = await helpOf(deeper);
      const options = (groups[1] ?? '').match(/--[a-z-]+/g) ?? [];
      const isCommand = new RegExp(`^Usage: groundplan ${deeper.join(' ')}\\b`, 'm').test(own);
      if (!isCommand || options.some((option) => !own.includes(option))) wrong.push(`${path}: ${text}`);
    }
    expect(wrong).toEqual([]);
  });

  test('links and anchors', () => {
    const found = mentions(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)/g);
    expect(found.length).toBeGreaterThan(30);
    const broken = found.filter(({ path, groups: [target = '', anchor] }) => {
      const resolved = target === '' ? path : normalize(join(dirname(path), target));
      return !exists(resolved) || (anchor !== undefined && !anchorsOf(resolved).includes(anchor));
    });
    expect(broken.map(({ path, text }) => `${path}: ${text}`)).toEqual([]);
  });

  test('files in backticks', () => {
    const pattern =
      /`((?:(?:lib|stacks|environments|examples|test|docs|bench|scripts|\.kiro)\/[\w./-]+|[A-Z_]+|main|bootstrap)\.(?:ts|md|mjs|json))`/g;
    const missing = mentions(pattern).filter(({ groups: [path = ''] }) => !exists(path));
    expect(missing.map(({ path, text }) => `${path}: ${text}`)).toEqual([]);
  });

  test('error codes', () => {
    const known = read('docs/errors.md');
    const unknown = mentions(/\b(GP\d{3})\b/g).filter(({ groups: [code] }) => !known.includes(`## ${code}`));
    expect(unknown).toEqual([]);
  });

  function anchorsOf(path: string): string[] {
    const text = workspace.text(path) || read(path);
    return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\w\s-]/g, '')
        .trim()
        .replace(/\s/g, '-'),
    );
  }
});

describe('bytes', () => {
  test('two runs give the same', () => {
    const again = new SynthesizedWorkspace().files;
    expect(again.map(({ path }) => path)).toEqual(files.map(({ path }) => path));
    expect(again.filter(({ content }, index) => content !== files[index]?.content).map(({ path }) => path)).toEqual([]);
  });

  test('no path twice', () => {
    expect(new Set(files.map(({ path }) => path)).size).toBe(files.length);
  });

  test.each([
    ['carriage returns', /\r/],
    ['account ids', new RegExp(environments.map(({ aws }) => aws.account).join('|'))],
    ['absolute paths of a machine', /(?<![\w.~$}])\/(?:home|Users|root|work)\/\w/],
    ['values that nobody printed', /\bundefined\b|\bNaN\b|\[object |TfToken|TOKEN\[/],
    ['spaces at the end of a line', /[^\n] +\n/],
  ])('no %s', (_, pattern) => {
    // Programs are copied as they are written, and speak of such values.
    const printed = files.filter(({ path }) => !path.endsWith('.mjs') || path.endsWith('-policy.mjs'));
    expect(printed.filter(({ content }) => pattern.test(content)).map(({ path }) => path)).toEqual([]);
  });

  test('every file ends with one line feed', () => {
    expect(files.filter(({ content }) => !/[^\n]\n$/.test(content)).map(({ path }) => path)).toEqual([]);
  });
});
