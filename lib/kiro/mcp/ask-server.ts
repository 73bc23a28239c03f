import { type ClientLibrary, clientLibrary } from './client-library';
import type { ListedTool } from './recorded-tools';
import { ServerProcess, type Start } from './server-process';

/** What a server answered. */
export interface Answer {
  readonly tools: readonly ListedTool[];
  /** From start to the list, launcher included. */
  readonly milliseconds: number;
}

/** A server did not start or did not answer. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/**
 * Starts a server, greets it, asks for its tools, and ends it.
 *
 * @param limit milliseconds for all of it
 * @throws NoAnswer with what the server said last
 */
export async function askServer(start: Start, limit: number): Promise<Answer> {
  const library = clientLibrary();
  const server = new ServerProcess(start, library);
  const begin = performance.now();
  const left = () => Math.max(1, limit - (performance.now() - begin));
  try {
    const tools = await toolsOf(library, server, left);
    return { tools, milliseconds: Math.round(performance.now() - begin) };
  } catch (error) {
    throw new NoAnswer(reason(error as NodeJS.ErrnoException, start, limit, server.lastWords));
  } finally {
    await server.close();
  }
}

async function toolsOf(
  { Client }: ClientLibrary,
  server: ServerProcess,
  left: () => number,
): Promise<readonly ListedTool[]> {
  const client = new Client({ name: 'groundplan', version: '1' });
  await client.connect(server, { timeout: left() });
  const tools: ListedTool[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listTools({ cursor }, { timeout: left() });
    tools.push(
      ...page.tools.map(({ name, annotations }) => ({
        name,
        readOnlyHint: annotations?.readOnlyHint,
        destructiveHint: annotations?.destructiveHint,
      })),
    );
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return tools.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** Code that the protocol gives to a request without an answer in time. */
const requestTimeout = -32001;

function reason(error: NodeJS.ErrnoException, { command }: Start, limit: number, lastWords = ''): string {
  if (error.code === 'ENOENT') return `${command} is not installed`;
  if (Number(error.code) === requestTimeout) return `no answer within ${limit / 1000} s`;
  return lastWords || error.message;
}
