// Judges every command and tool call of an assistant before it runs. It reads the call as JSON on stdin and ends with 0
// (go on) or 2 (refused, reason on stderr), never with another code: what it cannot understand it refuses.

const seconds = 5;
const shellTool = /shell|bash|command|terminal|process/i;
const mcpTool = /^(@|mcp)/;
const pathKey = /path|file/i;

async function input() {
  let text = '';
  for await (const part of process.stdin.setEncoding('utf8')) text += part;
  return text;
}

function commandLine({ command } = {}) {
  if (typeof command !== 'string' || command.trim() === '') throw new Error('the call holds no command to judge');
  return command;
}

/** Files that a tool is pointed at; every tool but a shell has some argument. */
function pathsOf(given = {}) {
  if (given === null || Object.keys(given).length === 0) throw new Error('the call holds nothing to judge');
  return Object.entries(given)
    .filter(([key]) => pathKey.test(key))
    .flatMap(([, value]) => value)
    .filter((value) => typeof value === 'string');
}

/** @returns {Promise<string | undefined>} a question for a person */
async function judged() {
  // Loaded here, so that a file that is missing or broken is a refusal too.
  const [{ default: policy }, { Judge }] = await Promise.all([
    import('./guard-policy.mjs'),
    import('./guard-judge.mjs'),
  ]);
  const call = JSON.parse(await input());
  const { tool_name: tool, tool_input: given } = call;
  const judge = new Judge(policy, { cwd: typeof call.cwd === 'string' ? call.cwd : process.cwd(), env: process.env });
  if (typeof tool !== 'string' || tool === '') throw new Error('the call names no tool');
  if (mcpTool.test(tool)) judge.mcp(tool);
  else if (shellTool.test(tool)) judge.line(commandLine(given));
  else for (const text of pathsOf(given)) judge.checkWritten({ text });
  return judge.question;
}

function refuse(reason) {
  process.stderr.write(`groundplan guard refused: ${reason}\n`);
  process.exitCode = 2;
}

const impatient = setTimeout(() => {
  refuse('the call did not arrive');
  process.exit();
}, seconds * 1000);

try {
  const question = await judged();
  const decision = { permissionDecision: 'ask', permissionDecisionReason: question };
  if (question) process.stdout.write(`${JSON.stringify({ hookSpecificOutput: decision })}\n`);
} catch (error) {
  refuse(error instanceof SyntaxError ? 'the call is no JSON, or a file of the guard is broken' : error.message);
}
clearTimeout(impatient);
