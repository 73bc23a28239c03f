/** What one EC2 instance offers, before the reserved parts are taken off. */
export interface InstanceType {
  readonly vcpus: number;
  readonly memoryGib: number;
}

const burstable = { large: [2, 8], xlarge: [4, 16], '2xlarge': [8, 32] } as const;
const general = { large: [2, 8], xlarge: [4, 16], '2xlarge': [8, 32], '4xlarge': [16, 64] } as const;
const memory = { large: [2, 16], xlarge: [4, 32], '2xlarge': [8, 64], '4xlarge': [16, 128] } as const;
const compute = { large: [2, 4], xlarge: [4, 8], '2xlarge': [8, 16], '4xlarge': [16, 32] } as const;

const families: Readonly<Record<string, Readonly<Record<string, readonly [number, number]>>>> = {
  t3: { medium: [2, 4], ...burstable },
  t3a: { medium: [2, 4], ...burstable },
  m5: general,
  m5a: general,
  m6i: general,
  m6a: general,
  m7i: general,
  m7a: general,
  r5: memory,
  r6i: memory,
  r7i: memory,
  c5: compute,
  c6i: compute,
  c7i: compute,
};

/**
 * Instance types that the capacity model knows, all of them x86.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/instancetypes/gp.html
 */
export const instanceTypes: Readonly<Record<string, InstanceType>> = Object.fromEntries(
  Object.entries(families).flatMap(([family, members]) =>
    Object.entries(members).map(([name, [vcpus, memoryGib]]) => [`${family}.${name}`, { vcpus, memoryGib }]),
  ),
);
