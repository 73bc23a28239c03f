import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const PROBE = resolve(import.meta.dirname, 'probe.cjs');
const SAMPLE_EVERY_MS = 10;
/** Linux counts processor time in hundredths of a second, whatever the kernel's own clock. */
const TICKS_PER_SECOND = 100;

/**
 * Runs a command as a cold process and measures it with all processes that it starts.
 *
 * Node processes tell their own use when they end (probe.cjs). Other programs, such as esbuild's service, are watched
 * through /proc; where there is no /proc they are not seen. Processor time is the sum over all processes, memory is the
 * peak of the largest one.
 */
export async function measure({ command, args, cwd, env }, tempDir) {
  const notesDir = mkdtempSync(join(tempDir, 'notes-'));
  const started = performance.now();
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env, BENCH_NOTES: notesDir, NODE_OPTIONS: `--require=${JSON.stringify(PROBE)}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));

  const watched = new Map();
  const watch = setInterval(() => sampleTree(child.pid, watched), SAMPLE_EVERY_MS);
  const ended = new Promise((done, fail) => child.once('error', fail).once('close', (code) => done(code)));
  const wallSeconds = new Promise((done) => child.once('exit', () => done((performance.now() - started) / 1000)));
  const code = await ended.finally(() => clearInterval(watch));

  if (code !== 0) {
    throw new Error(
      `${command} ${args.join(' ')} ended with ${code}:\n${Buffer.concat(output).toString().slice(-4000)}`,
    );
  }
  for (const file of readdirSync(notesDir)) {
    watched.set(Number.parseInt(file, 10), JSON.parse(readFileSync(join(notesDir, file), 'utf8')));
  }
  rmSync(notesDir, { recursive: true });
  const processes = [...watched.values()];
  return {
    wallSeconds: await wallSeconds,
    cpuSeconds: processes.reduce((sum, each) => sum + each.cpuSeconds, 0),
    peakMiB: Math.max(...processes.map((each) => each.peakMiB)),
  };
}

/** Notes the use so far of a process and its descendants. One that ends in between keeps its last note. */
function sampleTree(pid, watched) {
  try {
    const [, afterName] = /\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    const fields = afterName.split(' ');
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    if (peak) {
      watched.set(pid, {
        cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
        peakMiB: Number(peak[1]) / 1024,
      });
    }
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      for (const started of readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean)) {
        sampleTree(Number(started), watched);
      }
    }
  } catch {
    // Not Linux, or the process is gone.
  }
}
