import { ModelError } from './problem';

/** A share between 0 and 100. */
export class Percent {
  /** @param value 0 to 1000; more than 100 makes sense for growth and budgets only. */
  static of(value: number): Percent {
    if (!Number.isFinite(value) || value < 0 || value > 1000) throw outside('Percent.of', value, '0 to 1000');
    return new Percent(value);
  }

  private constructor(readonly value: number) {}

  /** The share as a number between 0 and 1. */
  get ratio(): number {
    return this.value / 100;
  }

  toString(): string {
    return `${this.value} %`;
  }
}

/** A whole number of days. */
export class Days {
  /** @param value 1 to 3650 */
  static of(value: number): Days {
    if (!Number.isInteger(value) || value < 1 || value > 3650)
      throw outside('Days.of', value, 'whole days from 1 to 3650');
    return new Days(value);
  }

  private constructor(readonly value: number) {}

  /** Duration as Prometheus, Loki and Tempo write it, such as `168h`. */
  get hours(): string {
    return `${this.value * 24}h`;
  }

  toString(): string {
    return this.value === 1 ? '1 day' : `${this.value} days`;
  }
}

/** A length of time in seconds. */
export class Duration {
  /** @param value above 0 */
  static seconds(value: number): Duration {
    if (!Number.isFinite(value) || value <= 0) throw outside('Duration.seconds', value, 'above 0');
    return new Duration(value);
  }

  static milliseconds(value: number): Duration {
    return Duration.seconds(value / 1000);
  }

  static minutes(value: number): Duration {
    return Duration.seconds(value * 60);
  }

  private constructor(readonly inSeconds: number) {}

  toString(): string {
    return this.inSeconds < 1 ? `${this.inSeconds * 1000} ms` : `${this.inSeconds} s`;
  }
}

function outside(path: string, value: number, allowed: string): ModelError {
  return new ModelError([
    { code: 'GP105', path, message: `${path} got ${value}`, allowed, fix: 'choose a value in that range' },
  ]);
}
