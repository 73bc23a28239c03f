// Reads a shell line the way a shell does, far enough to tell which programs it would run with which words. What it
// cannot follow it says: an open quote throws, and a word that only the shell can finish is marked as open.

/**
 * @typedef {object} Word
 * @property {string} text  the word without its quotes
 * @property {boolean} open  true where an expansion decides what it is: a variable, a substitution, a glob, braces
 *
 * @typedef {object} Command
 * @property {Word[]} words
 * @property {Word[]} written  files that it writes by redirection
 * @property {string[]} bodies  here-documents and here-strings that it reads
 */

/**
 * Every command of a line, those inside substitutions, subshells, groups and loops included.
 *
 * @param {string} line
 * @returns {Command[]}
 * @throws {SyntaxError} where a quote, a substitution or a here-document has no end
 */
export function commandsOf(line) {
  const reader = new Reader(line);
  reader.readUntil('');
  return reader.commands.filter(({ words, written }) => words.length > 0 || written.length > 0);
}

/** @returns {Command} */
function emptyCommand() {
  return { words: [], written: [], bodies: [] };
}

class Reader {
  /** @type {Command[]} */
  commands = [];
  /** @type {{ command: Command, end: string, literal: boolean, indented: boolean }[]} */
  documents = [];
  position = 0;
  command = emptyCommand();
  /** @type {(Word & { quoted: boolean }) | undefined} */
  word = undefined;
  /** What the next word is for: '' an ordinary word, '>' a file that is written, '<' one that is read, '<<' a document. */
  role = '';

  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }

  /** @param {string} stop  the bracket that ends what is read; empty for the whole text */
  readUntil(stop) {
    let depth = 0;
    while (this.position < this.text.length) {
      const char = this.text[this.position];
      if (char === ')' && stop === ')' && depth === 0) {
        this.endCommand();
        this.position += 1;
        return;
      }
      if (char === '(') depth += 1;
      if (char === ')') depth -= 1;
      this.step(char);
    }
    if (stop) throw new SyntaxError('a substitution has no end');
    this.endCommand();
    if (this.documents.length > 0) throw new SyntaxError('a here-document has no end');
  }

  /** @param {string} char */
  step(char) {
    if (char === '\\') this.escape();
    else if (char === "'") this.add(this.upTo("'"), { quoted: true });
    else if (char === '"') this.doubleQuotes();
    else if (char === '$') this.dollar();
    else if (char === '`') this.backticks();
    else if (char === '#' && !this.word) this.comment();
    else if (char === '\n') this.newline();
    else if (' \t\r'.includes(char)) this.skip(() => this.endWord());
    else if ('<>'.includes(char) || this.text.startsWith('&>', this.position)) this.redirect();
    else if (';&|()'.includes(char)) this.separator();
    else this.skip(() => this.add(char, { open: '*?[]{}'.includes(char) }));
  }

  /** @param {() => void} act */
  skip(act) {
    this.position += 1;
    act();
  }

  /** @param {string} text */
  add(text, { open = false, quoted = false } = {}) {
    const word = this.word ?? { text: '', open: false, quoted: false };
    this.word = { text: word.text + text, open: word.open || open, quoted: word.quoted || quoted };
  }

  escape() {
    const next = this.text[this.position + 1] ?? '';
    this.position += 2;
    if (next !== '\n') this.add(next, { quoted: true });
  }

  /** Text up to the next `mark`, which is passed. @param {string} mark */
  upTo(mark) {
    const end = this.text.indexOf(mark, this.position + 1);
    if (end < 0) throw new SyntaxError('a quote has no end');
    const text = this.text.slice(this.position + 1, end);
    this.position = end + 1;
    return text;
  }

  doubleQuotes() {
    this.position += 1;
    this.add('', { quoted: true });
    while (this.text[this.position] !== '"') {
      const char = this.text[this.position];
      if (char === undefined) throw new SyntaxError('a quote has no end');
      if (char === '$') this.dollar();
      else if (char === '`') this.backticks();
      else if (char === '\\') this.escapeInQuotes();
      else this.skip(() => this.add(char));
    }
    this.position += 1;
  }

  escapeInQuotes() {
    const next = this.text[this.position + 1] ?? '';
    this.position += 2;
    if (next !== '\n') this.add('$`"\\'.includes(next) ? next : `\\${next}`);
  }

  dollar() {
    const next = this.text[this.position + 1] ?? '';
    if (next === '(') {
      this.position += 2;
      this.nested(')');
    } else if (next === '{') {
      this.braces();
    } else if (next === "'") {
      this.ansiQuotes();
    } else if (/[\w@*#?$!-]/.test(next)) {
      const name = /^\$(\w+|.)/.exec(this.text.slice(this.position))?.[0] ?? '$';
      this.position += name.length;
      this.add(name, { open: true });
    } else {
      this.skip(() => this.add('$'));
    }
  }

  /** Commands inside a substitution run as well; what they print stays unknown. @param {string} stop */
  nested(stop) {
    const inner = new Reader(this.text);
    inner.position = this.position;
    inner.readUntil(stop);
    this.position = inner.position;
    this.commands.push(...inner.commands);
    this.add('$()', { open: true });
  }

  braces() {
    let depth = 0;
    const start = this.position;
    do {
      const char = this.text[this.position];
      if (char === undefined) throw new SyntaxError('an expansion has no end');
      if (char === '{') depth += 1;
      if (char === '}') depth -= 1;
      this.position += 1;
    } while (depth > 0 || this.position === start + 1);
    const inside = this.text.slice(start, this.position);
    this.commands.push(...substitutionsOf(inside.slice(2, -1)));
    this.add(inside, { open: true });
  }

  ansiQuotes() {
    const quoted = /^\$'(?:[^'\\]|\\[\s\S])*'/.exec(this.text.slice(this.position))?.[0];
    if (!quoted) throw new SyntaxError('a quote has no end');
    this.position += quoted.length;
    this.add(quoted, { open: true, quoted: true });
  }

  backticks() {
    const quoted = /^`(?:[^`\\]|\\[\s\S])*`/.exec(this.text.slice(this.position))?.[0];
    if (!quoted) throw new SyntaxError('a substitution has no end');
    this.position += quoted.length;
    this.commands.push(...commandsOf(quoted.slice(1, -1).replace(/\\([`$\\])/g, '$1')));
    this.add('$()', { open: true });
  }

  comment() {
    const end = this.text.indexOf('\n', this.position);
    this.position = end < 0 ? this.text.length : end;
  }

  newline() {
    this.endCommand();
    this.position += 1;
    for (const { command, end, literal, indented } of this.documents.splice(0)) {
      const lines = [];
      for (let line = this.line(); (indented ? line.trimStart() : line) !== end; line = this.line()) lines.push(line);
      const body = lines.join('\n');
      command.bodies.push(body);
      if (!literal) this.commands.push(...substitutionsOf(body));
    }
  }

  line() {
    if (this.position >= this.text.length) throw new SyntaxError('a here-document has no end');
    const end = this.text.indexOf('\n', this.position);
    const line = this.text.slice(this.position, end < 0 ? undefined : end);
    this.position = end < 0 ? this.text.length : end + 1;
    return line;
  }

  redirect() {
    const operator =
      /^(<<<|<<-|<<|<\(|>\(|&>>|&>|>>|>\||>&|<&|<>|<|>)/.exec(this.text.slice(this.position))?.[0] ?? '>';
    // The number before it is a file descriptor, no word.
    if (this.word && /^\d+$/.test(this.word.text)) this.word = undefined;
    if (operator.endsWith('(')) {
      this.position += 2;
      this.nested(')');
      return;
    }
    this.endWord();
    this.position += operator.length;
    if (operator.startsWith('<<')) this.role = operator;
    else this.role = operator.includes('>') ? '>' : '<';
  }

  separator() {
    const operator = /^(&&|\|\||\|&|;;&|;;|;&|[;&|()])/.exec(this.text.slice(this.position))?.[0] ?? ';';
    this.position += operator.length;
    this.endCommand();
  }

  endWord() {
    const { word, role, command } = this;
    if (!word) return;
    this.word = undefined;
    this.role = '';
    if (role === '') command.words.push({ text: word.text, open: word.open });
    else if (role === '>') command.written.push({ text: word.text, open: word.open });
    else if (role === '<<<') command.bodies.push(word.text);
    else if (role.startsWith('<<'))
      this.documents.push({ command, end: word.text, literal: word.quoted, indented: role === '<<-' });
  }

  endCommand() {
    this.endWord();
    if (this.role) throw new SyntaxError('a redirection names no file');
    this.commands.push(this.command);
    this.command = emptyCommand();
  }
}

/** Commands of the substitutions inside a text that is no command itself. @param {string} text */
function substitutionsOf(text) {
  const reader = new Reader(`"${text.replace(/"/g, ' ')}"`);
  reader.readUntil('');
  return reader.commands.slice(0, -1);
}
