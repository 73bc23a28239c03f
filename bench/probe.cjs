/** Preloaded into every Node process of a measured run: leaves a note of what the process used when it ends. */
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { isMainThread } = require('node:worker_threads');

/** The peak of this program. On Linux `maxRSS` also counts the parent's memory at the fork, `VmHWM` does not. */
function peakKiB() {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
}

if (isMainThread) {
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    const note = { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMiB: peakKiB() / 1024 };
    writeFileSync(join(process.env.BENCH_NOTES, `${process.pid}.json`), JSON.stringify(note));
  });
}
