// Compares the addresses of today with those of an earlier version: `npm run addresses`.
import { parseArgs } from 'node:util';
import { dev, prod, staging } from '../environments';
import type { EnvironmentFacts } from '../lib';
import { synthEnvironment } from '../lib/testing';
import { platform } from '../stacks/platform';
import { addressesIn, type Blocks, blocksOf, type Difference, describe, difference } from './addresses/difference';
import { fileAt, lastTag } from './addresses/history';

const snapshot = 'test/__snapshots__/platform.test.ts.snap';

const help = `npm run addresses [-- --against <ref>]

Lists, for every environment, the addresses that Terraform would destroy and create since an earlier version, and those
that \`moved\` and \`removed\` blocks take care of. Addresses of that version come from ${snapshot}.

  --against <ref>  tag, branch or commit to compare with; the last tag if left out
  --help           prints this

The exit code is 1 if an address is gone and no block says what becomes of it.`;

function main(): void {
  const { values: options } = parseArgs({ options: { against: { type: 'string' }, help: { type: 'boolean' } } });
  if (options.help) {
    console.log(help);
    return;
  }
  const ref = options.against ?? lastTag();
  if (ref === undefined) {
    console.log('There is no tag yet, so there is nothing to compare with. Name a commit with --against.');
    return;
  }
  const differences = compare(addressesIn(fileAt(ref, snapshot)));
  console.log([`Since ${ref}:`, ...differences.map(describe)].join('\n'));
  const lost = differences.reduce((sum, { destroyed }) => sum + destroyed.length, 0);
  if (lost === 0) return;
  console.error(
    `${lost} addresses would be destroyed. Name the old address with moveFromId() on the new resource, or let a removed block say that it shall go; see docs/upgrading.md.`,
  );
  process.exitCode = 1;
}

function compare(before: ReadonlyMap<string, readonly string[]>): Difference[] {
  const today = new Map([dev, staging, prod].map((facts) => [facts.name, synthesize(facts)]));
  const names = [...new Set([...before.keys(), ...today.keys()])];
  return names.map((name) => {
    const { addresses, blocks } = today.get(name) ?? { addresses: [], blocks: { moved: [], removed: [] } };
    return difference(name, before.get(name) ?? [], addresses, blocks);
  });
}

function synthesize(facts: EnvironmentFacts): { addresses: readonly string[]; blocks: Blocks } {
  const { addresses, stacks } = synthEnvironment(platform, facts);
  const blocks = [...stacks].map(([id, document]) => blocksOf(id, document));
  return {
    addresses,
    blocks: { moved: blocks.flatMap(({ moved }) => moved), removed: blocks.flatMap(({ removed }) => removed) },
  };
}

try {
  main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
