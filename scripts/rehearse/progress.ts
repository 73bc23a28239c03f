/** One line per step: it counts while the step runs where somebody watches, and stays when it has ended. */
export class Progress {
  /** False where several environments are rehearsed at once: only finished steps are printed then. */
  static live = process.stdout.isTTY ?? false;

  private readonly started = Date.now();
  private total = 0;
  private done = 0;
  private last = 0;

  constructor(
    private readonly verb: string,
    private readonly stack: string,
  ) {
    this.draw();
  }

  /** Reads a line of Terraform. */
  readonly read = (line: string): void => {
    const planned = /Plan: (\d+) to add, (\d+) to change, (\d+) to destroy/.exec(line);
    if (planned) this.total = planned.slice(1).reduce((sum, count) => sum + Number(count), 0);
    if (/: (Creation|Modifications|Destruction) complete/.test(line)) this.done += 1;
    if (Date.now() - this.last > 200) this.draw();
  };

  end(result: string): void {
    if (Progress.live) process.stdout.write('\r\x1b[K');
    console.log(`${this.label()}${result.padEnd(28)} ${seconds(this.started)}`);
  }

  private draw(): void {
    this.last = Date.now();
    if (!Progress.live) return;
    const count = this.total > 0 ? `${this.done} of ${this.total}` : '...';
    process.stdout.write(`\r\x1b[K${this.label()}${count.padEnd(28)} ${seconds(this.started)}`);
  }

  private label(): string {
    return `${this.verb.padEnd(8)} ${this.stack.padEnd(24)} `;
  }
}

export function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1).padStart(6)} s`;
}
