// Judges commands by the table in guard-policy.mjs.
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Call, nameOf } from './guard-call.mjs';
import { Environments } from './guard-environments.mjs';
import { commandsOf } from './guard-shell.mjs';

const biggestScript = 256 * 1024;
const deepest = 8;
const reserved = new Set(['if', 'then', 'else', 'elif', 'fi', 'while', 'until', 'do', 'done', 'time', '!', '{', '}']);
const declarations = ['export', 'declare', 'readonly', 'local', 'typeset'];
const unwritten = 'only the shell knows; write it out';

export class Judge {
  /** Question for a person; undefined while nothing wants one. */
  question = undefined;
  written = [];
  depth = 0;

  constructor(policy, { cwd, env }) {
    this.policy = policy;
    this.cwd = cwd;
    this.folder = cwd;
    this.environments = new Environments(policy, env);
    this.tools = new Map(policy.tools.flatMap((tool) => tool.names.map((name) => [name, tool])));
    this.governed = new RegExp(`\\b(${[...this.tools.keys()].filter((name) => name.length > 2).join('|')})\\b`, 'i');
    this.removing = new RegExp(policy.removing, 'i');
  }

  /** @throws Error with the reason for a refusal */
  line(text) {
    this.depth += 1;
    if (this.depth > deepest) refuse('commands are nested too deep to be followed');
    for (const command of read(text)) this.command(command);
    this.depth -= 1;
  }

  command({ words: all, written, bodies }) {
    for (const file of written) this.checkWritten(file);
    this.written.push(...written.map(({ text }) => basename(text)));
    const words = this.assign(all);
    const [first, ...rest] = words;
    if (!first) return;
    const name = nameOf(first);
    if (first.open && name !== '[' && name !== '[[') refuse(`what '${first.text}' runs ${unwritten}`);
    const tool = this.tools.get(name);
    if (tool) this.tool(tool, rest);
    else this.checkSecretFiles(rest);
    if (tool?.changes || this.policy.readers.includes(name)) return;
    if (!tool) this.program(name, words, bodies);
    this.checkText([...words.map(({ text }) => text), ...bodies].join(' '));
  }

  /** The words from the program on; assignments before it count for what follows. */
  assign(words) {
    let start = 0;
    for (; start < words.length; start += 1) {
      const { text, open } = words[start];
      const [, name, value] = /^(\w+)\+?=([\s\S]*)$/.exec(text) ?? [];
      if (name) this.variable(name, open ? undefined : value);
      else if (!reserved.has(text)) break;
    }
    const rest = words.slice(start);
    return declarations.includes(rest[0]?.text) ? this.assign(rest.slice(1)) : rest;
  }

  variable(name, value) {
    if (new RegExp(`^(${this.policy.variables})$`).test(name))
      refuse(`the variable ${name} changes what a program does`);
    this.environments.variables.set(name, value);
  }

  /** A program that is not judged by the table. */
  program(name, words, bodies) {
    const [first, ...rest] = words;
    if (/\s/.test(first.text)) this.line(first.text);
    if (this.policy.shells.includes(name)) this.shell(rest);
    else if (name === 'eval') this.code(rest);
    else if (name === 'source' || name === '.') this.script(rest[0]);
    else if (name === 'cd' || name === 'pushd') this.enter(rest.find(({ text }) => !text.startsWith('-')));
    else this.other(name, words, bodies);
  }

  other(name, [first, ...rest], bodies) {
    if (this.policy.deferring.includes(name)) refuse(`'${name}' runs commands later, where nobody judges them`);
    if (name === 'rm' && rest.some(({ text }) => new RegExp(this.policy.wholeFolders).test(text)))
      refuse('this removes a whole folder, state files and guard with it; name what shall go');
    if (this.policy.writers.includes(name)) for (const word of rest) this.checkWritten(word);
    if (/^(alias|function|hash)$/.test(name) && rest.some(({ text, open }) => open || this.governed.test(text)))
      refuse('another name for a governed program; use its own');
    if (/^\.{0,2}\//.test(first.text)) this.programFile(first);
    if (this.policy.taskRunners.includes(name)) this.task(rest);
    const destroys = rest.find(({ text }) => /^(-{0,2}destroy|uninstall|delete)$/i.test(text));
    if (destroys) refuse(`'${name} ${destroys.text}': a person runs it, after a look at what would go`);
    this.wrapped(name, rest);
    if (bodies.some((body) => this.governed.test(body)))
      refuse(`'${name}' is given code that names a governed program`);
  }

  /** Words behind a program that runs others: env, sudo, timeout, xargs, find, npx, docker, ssh and any like them. */
  wrapped(name, rest) {
    if (this.feedsReader(name, rest)) return;
    const added = this.policy.appending.includes(name) ? [{ text: 'words of its input', open: true }] : [];
    for (const [index, word] of rest.entries()) {
      const [, variable] = /^(\w+)=/.exec(word.text) ?? [];
      if (variable) this.variable(variable, word.open ? undefined : word.text.slice(variable.length + 1));
      if (this.isRunnable(word)) this.command({ words: [...rest.slice(index), ...added], written: [], bodies: [] });
      else if (/\s/.test(word.text) && this.governed.test(word.text)) this.inside(word);
    }
  }

  /** `xargs grep`, without flags that could make the reader a value of theirs. */
  feedsReader(name, rest) {
    const program = rest.findIndex(({ text }) => !/^(-[0rtnPL]\d*|\d+)$/.test(text));
    return this.policy.appending.includes(name) && program >= 0 && this.policy.readers.includes(rest[program].text);
  }

  isRunnable(word) {
    const name = nameOf(word);
    const isKnown = this.tools.has(name) || this.policy.shells.includes(name) || name === 'eval';
    return isKnown && (name.length > 2 || name === word.text);
  }

  /** A word that names a governed program is a command line, or code of another language that cannot be judged. */
  inside(word) {
    if (/[({[]/.test(word.text)) refuse('code inside a command names a governed program');
    this.code([word]);
  }

  code(words) {
    if (words.some(({ open }) => open)) refuse(`what the inner command does ${unwritten}`);
    this.line(words.map(({ text }) => text).join(' '));
  }

  shell(words) {
    const flag = words.findIndex(({ text }) => /^-[a-z]*c$|^-command$/i.test(text));
    if (flag >= 0) this.code(words.slice(flag + 1, flag + 2));
    else this.script(words.find(({ text, open }) => open || !/^[-+]/.test(text)));
  }

  script(word) {
    if (!word) refuse('a shell that reads its commands from its input cannot be judged');
    const file = this.existing(word);
    if (!file) refuse(`the script '${word.text}' cannot be read before it runs`);
    this.line(readScript(file));
  }

  /** A program given by its path is judged where a shell would run it. */
  programFile(word) {
    const file = this.existing(word);
    if (!file) refuse(`'${word.text}' is not there yet; make it first, then run it`);
    if (/^#!.*\b(ba|z|da|k)?sh\b/.test(readFileSync(file, 'utf8').slice(0, 200)) || file.endsWith('.sh'))
      this.line(readScript(file));
  }

  /** Path of a file that this line does not write itself. */
  existing({ text, open }) {
    if (open || this.folder === undefined || this.written.includes(basename(text))) return undefined;
    const file = resolve(this.folder, text);
    return existsSync(file) ? file : undefined;
  }

  enter(word) {
    const isKnown = word && !word.open && this.folder !== undefined;
    this.folder = isKnown ? resolve(this.folder, word.text) : undefined;
  }

  /** A task is judged by its name, and by what package.json says that it runs. */
  task(rest) {
    for (const { text, open } of rest) {
      if (open) refuse(`which task '${text}' is ${unwritten}`);
      if (!/^-|\s/.test(text) && this.removing.test(text))
        refuse(`the task '${text}' takes something away; a person runs it`);
    }
    const words = rest.map(({ text }) => text).filter((text) => !/^run(-script)?$/.test(text) && !text.startsWith('-'));
    const file = join(this.cwd, 'package.json');
    if (!words[0] || !existsSync(file)) return;
    const { scripts = {} } = JSON.parse(readFileSync(file, 'utf8'));
    for (const step of ['pre', '', 'post']) if (scripts[step + words[0]]) this.line(scripts[step + words[0]]);
  }

  tool(tool, words) {
    const call = new Call(tool, words);
    if (call.isHelp) return;
    const isRead = tool.reads.some((words) => call.is(words));
    this.checkKnown(tool, call, isRead);
    this.checkRefusals(tool, call, isRead);
    if (call.inner.length > 0 && !tool.changes) this.command({ words: call.inner, written: [], bodies: [] });
    const isChange = tool.changes ? tool.changes.some((words) => call.is(words)) : !isRead && call.path.length > 0;
    if (isChange) this.change(tool, call);
  }

  /** What a program is told to do has to stand in the line. */
  checkKnown({ target }, { name, path: [verb, noun] }, isRead) {
    const unknown = verb?.open ? verb : !isRead && noun?.open && !target.words && noun;
    if (unknown) refuse(`'${name} ${unknown.text}': what that is ${unwritten}`);
  }

  checkRefusals(tool, call, isRead) {
    for (const rule of tool.refusals) if (call.breaks(rule, isRead)) refuse(`'${call.broken(rule)}': ${rule.instead}`);
    if (tool.secrets && call.showsSecrets(tool.secrets)) refuse(`'${call}': ${tool.secrets.instead}`);
    const writes = tool.writes?.some((words) => call.is(words)) ?? false;
    if (writes) for (const word of [...call.path, ...call.inner]) this.checkWritten(word);
  }

  change(tool, call) {
    const open = [...call.path, ...call.flags].find(
      (word) => word.open && (!tool.target.words || word.text.includes('$')),
    );
    if (open) refuse(`'${call}' changes something, and what '${open.text}' is ${unwritten}`);
    const environment = this.environments.of(tool.target, call, this.folder);
    const isScaling = tool.scaling?.some((words) => call.is(words)) ?? false;
    if (isScaling) checkReplicas(call, environment);
    this.ask(this.environments.permit(isScaling ? 'scaling' : 'configuration', environment, `'${call}'`));
  }

  ask(question) {
    this.question ??= question;
  }

  /** A call of an MCP tool changes what its name says. */
  mcp(tool) {
    const name = tool.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
    if (this.removing.test(name)) refuse(`the tool '${tool}' takes something away; a person does it`);
    const { changing, reading } = this.policy;
    if (new RegExp(reading).test(name) || !new RegExp(changing).test(name)) return;
    this.ask(this.environments.permit('configuration', this.environments.in(name), `the tool '${tool}'`));
  }

  checkWritten({ text }) {
    const paths = [text, resolve(this.folder ?? this.cwd, text)];
    const hit = this.policy.protectedPaths.find(({ pattern }) => paths.some((path) => new RegExp(pattern).test(path)));
    if (hit) refuse(`'${text}' is protected: ${hit.instead}`);
  }

  checkSecretFiles(words) {
    const hit = words.find(({ text }) => new RegExp(this.policy.secretFiles.pattern).test(text));
    if (hit) refuse(`'${hit.text}': ${this.policy.secretFiles.instead}`);
  }

  /** What databases, brokers and vaults are told. */
  checkText(text) {
    const hit = this.policy.text.find(({ pattern }) => new RegExp(pattern, 'i').test(text));
    if (hit) refuse(`'${text.slice(0, 80)}': ${hit.instead}`);
  }
}

/** @param {string} reason  what is refused and what to do instead @returns {never} */
function refuse(reason) {
  throw new Error(reason);
}

function read(text) {
  try {
    return commandsOf(text);
  } catch (error) {
    return refuse(`the command cannot be read: ${error.message}`);
  }
}

function readScript(file) {
  const text = readFileSync(file, 'utf8');
  if (text.length > biggestScript) refuse(`'${basename(file)}' is too large to be judged`);
  return text;
}

function checkReplicas(call, { name, maxReplicas }) {
  for (const text of [...call.valuesOf('--replicas'), ...call.valuesOf('--max')]) {
    const count = Number(text);
    if (!(count >= 1 && count <= maxReplicas))
      refuse(`'${call}' to '${text}' replicas: ${name} allows 1 to ${maxReplicas}`);
  }
}
