// One call of a program whose commands are judged: its words, sorted into commands and flags.
import { basename } from 'node:path';

/** `/usr/bin/Terraform.exe` and `hashicorp/terraform:1.9` are both terraform. */
export function nameOf({ text }) {
  return basename(text)
    .replace(/[:@].*$/, '')
    .replace(/\.exe$/i, '')
    .toLowerCase();
}

export class Call {
  /** Words that are no flags; `afterFlag` where one may be the value of the flag before it. */
  path = [];
  flags = [];
  /** What stands behind `--`: the command for a container. */
  inner = [];

  constructor(tool, words) {
    [this.name] = tool.names;
    const end = words.findIndex(({ text }) => text === '--');
    const own = end < 0 ? words : words.slice(0, end);
    this.inner = end < 0 ? [] : words.slice(end + 1);
    for (let index = 0; index < own.length; index += 1) {
      const word = own[index];
      if (!word.text.startsWith('-')) this.path.push({ ...word, afterFlag: this.isUnsettled(tool, own[index - 1]) });
      else if (tool.valueFlags.includes(word.text))
        this.flags.push({ open: false, text: '', ...own[++index], flag: word.text });
      else this.flags.push(flagOf(word, own[index + 1]));
    }
  }

  isUnsettled(tool, before) {
    const { text = '' } = before ?? {};
    return text.startsWith('-') && !text.includes('=') && !tool.valueFlags.includes(text);
  }

  get isHelp() {
    const help = ['help', 'h', 'version', 'v'];
    return this.path.length === 0 && this.flags.every(({ flag }) => help.includes(dashless(flag)));
  }

  toString() {
    return [this.name, ...this.path.slice(0, 3).map(({ text }) => text)].join(' ');
  }

  /** True where the call starts with these words. */
  is(words) {
    return words.split(' ').every((part, index) => like(part, this.path[index]?.text));
  }

  /** A word counts wherever it stands unless the command is known to read: what precedes it may be the value of a flag. */
  breaks({ words, flags }, isRead) {
    const hasFlag = flags?.some((flag) => this.hasFlag(flag)) ?? true;
    if (words === undefined || !hasFlag) return hasFlag;
    const isSure = isRead && !this.path[0]?.afterFlag;
    return this.is(words) || (!isSure && /^\w+$/.test(words) && this.path.some(({ text }) => text === words));
  }

  /** The call with the flag that breaks a rule. */
  broken({ flags = [] }) {
    return [this, ...flags.filter((flag) => this.hasFlag(flag))].join(' ');
  }

  hasFlag(flag) {
    const [name, value] = dashless(flag).split('=');
    const isSet = (text) => (value ? text === value : text !== 'false');
    return this.flags.some((one) => dashless(one.flag) === name && isSet(one.text));
  }

  valuesOf(flag) {
    return this.flags.filter((one) => dashless(one.flag) === dashless(flag)).map(({ text }) => text);
  }

  /** Content is shown by any format that is not known to hide it. */
  showsSecrets({ words, resource, shown }) {
    if (!words.some((word) => this.is(word))) return false;
    // A question mark in an address of the API is no glob that could become the name of a secret.
    const isHidden = ({ text, open }) => open && (text.includes('$') || !text.startsWith('/'));
    const isNamed = this.path.slice(1).some((word) => isHidden(word) || new RegExp(resource).test(word.text));
    const formats = this.flags.filter(({ flag }) => /^(-o|--output|--template|--raw)/.test(flag));
    return isNamed && formats.some(({ flag, text }) => !shown.includes(text || flag.replace(/^-o/, '')));
  }
}

function dashless(flag) {
  return flag.replace(/^-+/, '');
}

/** A flag that is not known may take the next word; that one is looked at as both. */
function flagOf({ text, open }, next) {
  const [, flag = text, value] = /^([^=]+)=([\s\S]*)$/.exec(text) ?? [];
  return { flag, open, text: value ?? (next && !next.text.startsWith('-') ? next.text : '') };
}

function like(pattern, text) {
  if (text === undefined) return false;
  return new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*')}$`, 'is').test(text);
}
