import type { Size, Sized } from '../core/size';

/** What the model cannot know before the platform runs. */
export interface Usage {
  /** GiB that a bucket takes in a day. */
  readonly bucketGibPerDay: number;
  /** GiB that a log group takes in a day. */
  readonly logGibPerDay: number;
  /** GiB that leave through the NAT gateways in a month. */
  readonly natGib: number;
  /** GiB that leave towards the internet in a month. */
  readonly internetGib: number;
  /** GiB of images in a repository. */
  readonly imageGib: number;
}

/** Assumptions by size of the environment; the reason why every cost is an estimate. */
const usage: Sized<Usage> = {
  small: { bucketGibPerDay: 1, logGibPerDay: 0.3, natGib: 50, internetGib: 20, imageGib: 5 },
  medium: { bucketGibPerDay: 4, logGibPerDay: 1, natGib: 150, internetGib: 100, imageGib: 10 },
  large: { bucketGibPerDay: 15, logGibPerDay: 3, natGib: 500, internetGib: 500, imageGib: 20 },
};

/** Days that count for a bucket that keeps everything. */
export const daysWithoutExpiry = 90;

export function usageOf(size: Size): Usage {
  return usage[size];
}

/** The assumptions as sentences. */
export function assumptionsOf(size: Size): string[] {
  const { bucketGibPerDay, logGibPerDay, natGib, internetGib, imageGib } = usage[size];
  return [
    `a bucket takes ${bucketGibPerDay} GiB a day, a CloudWatch log group ${logGibPerDay} GiB`,
    `a bucket without expiry counts ${daysWithoutExpiry} days`,
    `${natGib} GiB a month leave through NAT, ${internetGib} GiB through load balancers`,
    `an image repository holds ${imageGib} GiB`,
  ];
}
