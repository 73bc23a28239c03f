import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { ReadBuffer, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js';
import { ModelError } from '../../core/problem';

const name = '@modelcontextprotocol/sdk';

/** The parts of the official client library that are used here. */
export interface ClientLibrary {
  readonly Client: typeof Client;
  readonly ReadBuffer: typeof ReadBuffer;
  readonly serializeMessage: typeof serializeMessage;
}

/**
 * Loads the client library, which nobody needs who does not check servers.
 *
 * @throws ModelError where it is not installed
 */
export function clientLibrary(): ClientLibrary {
  try {
    return {
      ...(require(`${name}/client/index.js`) as Pick<ClientLibrary, 'Client'>),
      ...(require(`${name}/shared/stdio.js`) as Omit<ClientLibrary, 'Client'>),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    throw new ModelError([
      {
        code: 'GP404',
        path: name,
        message: 'the client library for MCP servers is not installed',
        allowed: `${name} in node_modules`,
        fix: `npm install --save-dev ${name}`,
      },
    ]);
  }
}
