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
  // What one environment lacks all lack; a real failure of any counts more.
  const failures = errors.filter((error) => !(error instanceof CannotRun));
  for (const error of failures.slice(1)) tell(error);
  if (errors.length > 0) throw failures[0] ?? errors[0];
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
    session.close(done ? 'logs' : rehearsal.worthKeeping);
    release();
  }
}

/** A run that was killed, or could not destroy what it made, left that to the next one. */
async function cleanUpAfterLast(session: Session, options: Options): Promise<void> {
  const note = session.stale();
  if (!note) return;
  const found = await session.cleanUp(note);
  const { endpoint } = note;
  const removed = found.length > 0 ? `; removed: ${found.join(', ')}` : '';
  console.log(`the last rehearsal of ${session.environment} did not end by itself${removed}`);
  if (!endpoint) return;
  await new Rehearsal(session, { ...options, endpoint }).recover(endpoint).catch((error) => {
    throw new Failure(
      `what it left at ${endpoint} cannot be destroyed: ${messageOf(error)}\nBring that emulator back, or forget it: rm -r ${session.folder}`,
    );
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
