// Deploys an environment to an emulator of AWS and takes it away again: `npm run rehearse -- dev`. See docs/rehearsal.md.
import { CannotRun, Failure, Interrupted, messageOf } from './rehearse/failure';
import { help, type Options, readOptions } from './rehearse/options';
import { Progress } from './rehearse/progress';
import { Rehearsal } from './rehearse/rehearsal';
import { Session } from './rehearse/session';

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === 'help') {
    console.log(help);
    return 0;
  }
  if (options.environments.length > 1) Progress.live = false;
  const results = await Promise.allSettled(options.environments.map((name) => rehearse(name, options)));
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  for (const error of errors.slice(1)) tell(error);
  if (errors.length > 0) throw errors[0];
  return 0;
}

/** From a clean start to a clean end, whatever happens in between. */
async function rehearse(environment: string, options: Options): Promise<void> {
  const session = new Session(environment);
  await cleanUpAfterLast(session, options);
  session.open();
  const rehearsal = new Rehearsal(session, options);
  const release = onSignals(rehearsal);
  let done = false;
  try {
    await rehearsal.run();
    done = true;
  } finally {
    await rehearsal.stop().catch(tell);
    release();
    session.close({ keepWork: !done });
  }
}

/** A run that was killed could not clean up after itself. */
async function cleanUpAfterLast(session: Session, options: Options): Promise<void> {
  const note = session.stale();
  if (!note) return;
  const found = session.cleanUp(note);
  console.log(`the last rehearsal of ${session.environment} was killed; removed: ${found.join(', ') || 'its notes'}`);
  if (!note.endpoint) return;
  const endpoint = note.endpoint;
  await new Rehearsal(session, { ...options, endpoint }).recover(endpoint).catch((error) => {
    console.error(`could not remove what it left at ${endpoint}: ${messageOf(error)}`);
  });
}

/** The first signal stops with order, the second at once. */
function onSignals(rehearsal: Rehearsal): () => void {
  let asked = false;
  const handle = (signal: NodeJS.Signals) => {
    console.error(`${signal}: ${asked ? 'stopping at once' : 'stopping, nothing that was started stays'}`);
    if (asked) void rehearsal.abort(signal);
    else rehearsal.interrupt(signal);
    asked = true;
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, handle);
  return () => {
    for (const signal of signals) process.off(signal, handle);
  };
}

const args = process.argv.slice(2);
main(args).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    if (error instanceof CannotRun && args.includes('--if-possible')) {
      console.log(`rehearsal skipped: ${error.message}`);
      return;
    }
    if (error instanceof Interrupted) process.exitCode = error.signal === 'SIGINT' ? 130 : 143;
    else process.exitCode = 1;
    tell(error);
  },
);

function tell(error: unknown): void {
  console.error(error instanceof Failure ? error.message : error);
}
