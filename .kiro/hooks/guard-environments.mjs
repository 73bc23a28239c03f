// Tells which environment a command would change, and how far its rules let an assistant go.
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

export class Environments {
  /** Variables that the line itself sets; undefined where only the shell knows the value. */
  variables = new Map();

  constructor({ environments, approval, environmentVariable }, env) {
    this.all = environments;
    this.approval = approval;
    this.environmentVariable = environmentVariable;
    this.env = env;
  }

  /** The strictest one that a call names; the strictest of all where it names none. */
  of(target, call, folder) {
    const named = (target.flags ?? []).flatMap((flag) => call.valuesOf(flag));
    if (target.words) named.push(...this.wordsOf(call));
    if (named.length > 0) return this.strictest(named.map((text) => this.in(text)));
    if (target.folder) return this.byFolder(call, folder);
    const [value] = (target.variables ?? []).map((name) => this.variable(name)).filter(Boolean);
    if (value || !target.kubeContext) return this.in(value ?? this.env[this.environmentVariable]);
    return this.in(this.currentContext(call));
  }

  /** Ids among the words; the value of a flag that is not known is none unless it looks like one. */
  wordsOf({ path }) {
    return path
      .slice(1)
      .filter(({ text, afterFlag }) => !afterFlag || this.all.some(({ name }) => isNamed(name, text)))
      .map(({ text }) => text);
  }

  /** Stacks have a folder each. */
  byFolder(call, folder) {
    const [inner = '.'] = call.valuesOf('-chdir');
    const path = folder === undefined ? '' : resolve(folder, inner);
    const found = this.all.find(({ name }) => new RegExp(`[\\\\/]stacks[\\\\/]${name}-[^\\\\/]+$`).test(path));
    return found ?? this.all[0];
  }

  in(text = '') {
    return this.all.find(({ name }) => isNamed(name, text)) ?? this.all[0];
  }

  strictest(found) {
    return this.all.find((environment) => found.includes(environment));
  }

  variable(name) {
    return this.variables.has(name) ? (this.variables.get(name) ?? '?') : this.env[name];
  }

  /** Context that kubectl would use, read from the kubeconfig. */
  currentContext(call) {
    const given = call?.valuesOf('--kubeconfig')[0];
    const paths = given || this.variable('KUBECONFIG') || join(homedir(), '.kube', 'config');
    for (const file of paths.split(delimiter).filter((path) => path && existsSync(path))) {
      const context = /^current-context:\s*["']?([^"'\s]+)/m.exec(readFileSync(file, 'utf8'))?.[1];
      if (context) return context;
    }
    return '';
  }

  /** The one that this session is about; undefined where nothing tells it. */
  detected() {
    const told = [this.env[this.environmentVariable], this.currentContext(), this.env.AWS_PROFILE].find(Boolean) ?? '';
    return this.all.find(({ name }) => isNamed(name, told));
  }

  /**
   * @returns {string | undefined} a question where a person has to confirm
   * @throws Error where the rules of the environment forbid it
   */
  permit(kind, { name, [kind]: permission }, what) {
    const reason = `${what} changes ${name}, where ${kind} is '${permission}'`;
    if (permission === 'allowed') return undefined;
    if (permission === 'denied') throw new Error(`${reason}: a person does it`);
    if (permission === 'approval' && this.env[this.approval] !== name)
      throw new Error(
        `${reason}: show the plan; a person approves by starting the session with ${this.approval}=${name}`,
      );
    return reason;
  }
}

/** Names of environments count as whole words only. */
function isNamed(name, text) {
  return new RegExp(`(^|[^a-z0-9])${name}([^a-z0-9]|$)`, 'i').test(text);
}
