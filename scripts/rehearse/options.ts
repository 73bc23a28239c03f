import { parseArgs } from 'node:util';
import { Failure, messageOf } from './failure';

export interface Options {
  readonly environments: readonly string[];
  /** A running emulator; without it one is started. */
  readonly endpoint?: string;
  readonly port?: number;
  readonly cluster: boolean;
  readonly k3sImage?: string;
  readonly ifPossible: boolean;
  readonly app?: string;
}

export const help = `Rehearses environments against an emulator of AWS, with the real Terraform and its AWS provider:
applies the AWS half of every stack in order, plans again, destroys in reverse, and lists what is left.
No account, no credentials and no money are involved.

  npm run rehearse -- <environment>... [options]

  --endpoint URL     a running emulator instead of one that is started and removed
                     (credentials from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; by default the account, and 'test')
  --port N           port of the emulator that is started; by default a free one
  --cluster          with Docker: the emulator's EKS is a real k3s, and the charts are applied too
  --k3s-image IMAGE  image of that k3s; by default one of the Kubernetes version of the environment
  --app COMMAND      what writes the stacks; by default the app of cdktf.json
  --if-possible      succeed and say so where Terraform, its provider, Python or Docker is missing
  --help             this text

GROUNDPLAN_TERRAFORM_MIRROR names a folder with providers (it holds registry.terraform.io); its versions are then used
whatever the stacks ask for, and arguments that they do not know are left out and listed. Logs: .build/rehearsal.
`;

/** @throws Failure when the command line cannot be understood */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values, positionals } = parsed(args);
  if (values.help) return 'help';
  if (positionals.length === 0) throw new Failure('name an environment: npm run rehearse -- dev (more with --help)');
  const odd = positionals.find((name) => !/^[a-z][a-z0-9]*$/.test(name));
  if (odd !== undefined)
    throw new Failure(`'${odd}' cannot be an environment: names are lower-case letters and digits`);
  if (values.endpoint && (values.port || values.cluster)) {
    throw new Failure('--endpoint names a running emulator; --port and --cluster are for one that is started');
  }
  return {
    environments: [...new Set(positionals)],
    endpoint: values.endpoint === undefined ? undefined : endpointOf(values.endpoint),
    port: values.port === undefined ? undefined : portOf(values.port),
    cluster: values.cluster ?? false,
    k3sImage: values['k3s-image'],
    ifPossible: values['if-possible'] ?? false,
    app: values.app,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        endpoint: { type: 'string' },
        port: { type: 'string' },
        cluster: { type: 'boolean' },
        'k3s-image': { type: 'string' },
        'if-possible': { type: 'boolean' },
        app: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new Failure(`${messageOf(error).split('. ')[0]} (see --help)`);
  }
}

function endpointOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new Failure(`--endpoint '${text}' is not a URL: write for example http://localhost:4566`);
  }
  // Everything is destroyed in the end, and an account is not the place for that.
  if (/(^|\.)(amazonaws\.com(\.cn)?|api\.aws|aws)$/.test(url.hostname)) {
    throw new Failure(
      `--endpoint '${text}' is AWS itself: a rehearsal creates and destroys, and goes to an emulator only`,
    );
  }
  return url.origin;
}

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Failure(`--port '${text}' is not a port: give a number from 1 to 65535`);
}
