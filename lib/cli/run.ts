import { Command, CommanderError } from 'commander';
import { ModelError } from '../core/problem';
import { capacityCommand } from './capacity';
import { type Context, type ExitCode, exitCodes } from './context';
import { costCommand } from './cost';
import { environmentsCommand } from './environments';
import { graphCommand } from './graph';
import { kiroCommand } from './kiro';
import { type MainProgram, MainProgramReader } from './main-program';
import { mcpCommand } from './mcp';

/** Where the program runs and where its output goes. */
export interface Surroundings {
  readonly folder: string;
  out(text: string | Uint8Array): void;
  error(text: string): void;
}

const terminal: Surroundings = {
  folder: process.cwd(),
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
};

/**
 * Runs one command line.
 *
 * @param args words after the name of the program
 * @param main runs the main program of the project
 */
export async function run(
  args: readonly string[],
  main: MainProgram,
  surroundings: Surroundings = terminal,
): Promise<ExitCode> {
  let code: ExitCode = exitCodes.ok;
  const reader = new MainProgramReader(main);
  const context: Context = {
    folder: surroundings.folder,
    print: surroundings.out,
    remark: (text) => surroundings.error(`${text}\n`),
    found: () => {
      code = exitCodes.finding;
    },
    platform: () => reader.platform(),
    workspace: () => reader.workspace(),
  };
  try {
    await programOf(context, surroundings).parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    return failure(error, context);
  }
}

function programOf(context: Context, { out, error }: Surroundings): Command {
  const commands = [graphCommand, capacityCommand, costCommand, kiroCommand, mcpCommand, environmentsCommand];
  const program = new Command('groundplan')
    .description(
      'Looks at a platform without deploying it. Reads the main program of the project; writes no Terraform.',
    )
    .option('--app <file>', 'main program; by default the one that cdktf.json names, else main.ts')
    .addHelpText(
      'after',
      '\nEnds with 0 where all is well, 1 where something was found, 2 where it was called wrongly.',
    )
    .showSuggestionAfterError();
  for (const make of commands) program.addCommand(make(context));
  for (const command of withChildren(program)) {
    command.exitOverride().configureOutput({ writeOut: out, writeErr: error }).showHelpAfterError('(--help shows how)');
  }
  return program;
}

function withChildren(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withChildren)];
}

/** Mistakes of users get one message, those of the program a stack trace. */
function failure(error: unknown, context: Context): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  const { name, message } = error as Error;
  const misnamed = error instanceof ModelError && error.problems.every(({ code }) => code === 'GP114');
  if (name !== 'UsageError' && name !== 'ModelError' && name !== 'MissingPackage') throw error;
  context.remark(message);
  return name === 'ModelError' && !misnamed ? exitCodes.finding : exitCodes.usage;
}
