import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

/** What an app has written: the Terraform of every stack, and which stacks each one depends on. */
export function readOutput(outputDir) {
  const { stacks: manifest } = readJson(join(outputDir, 'manifest.json'));
  const names = readdirSync(join(outputDir, 'stacks')).sort();
  return {
    stacks: names.map((name) => ({ name, terraform: readJson(join(outputDir, 'stacks', name, 'cdk.tf.json')) })),
    dependencies: Object.fromEntries(names.map((name) => [name, manifest[name].dependencies])),
  };
}

/** How many blocks of which kind each stack has: what the stock app needs to be of the same size. */
export function shapeOf({ stacks }) {
  return stacks.map(({ name, terraform }) => {
    const resources = blocksOf(terraform.resource);
    const releases = resources.filter(({ type }) => type === 'helm_release');
    const kubernetes = resources.filter(({ type }) => type.startsWith('kubernetes_'));
    const data = blocksOf(terraform.data);
    const remoteStates = data.filter(({ type }) => type === 'terraform_remote_state');
    return {
      name,
      aws: resources.length - releases.length - kubernetes.length,
      helm: releases.length,
      kubernetes: kubernetes.length,
      data: data.length - remoteStates.length,
      remoteStates: remoteStates.length,
      valuesBytes: mean(releases.map(({ block }) => (block.values ?? []).join('').length)),
    };
  });
}

/** How many stacks and blocks an app has made. */
export function sizeOf({ stacks }) {
  const blocks = stacks.flatMap(addressedBlocks);
  return { stacks: stacks.length, blocks: blocks.length };
}

/** Every block of a section (`resource` or `data`) with its type and name. */
export function blocksOf(section = {}) {
  return Object.entries(section).flatMap(([type, named]) =>
    Object.entries(named).map(([name, block]) => ({ type, name, block })),
  );
}

/** How many blocks two outputs have alike, apart from the notes of cdktf on where in the tree a block was made. */
export function countEqualBlocks(expected, actual) {
  const found = new Map(actual.stacks.flatMap(addressedBlocks));
  const wanted = expected.stacks.flatMap(addressedBlocks);
  const equal = wanted.filter(([address, block]) => isDeepStrictEqual(block, found.get(address)));
  return { equal: equal.length, all: wanted.length };
}

function addressedBlocks({ name: stack, terraform }) {
  return ['resource', 'data'].flatMap((section) =>
    blocksOf(terraform[section]).map(({ type, name, block: { '//': _, ...block } }) => [
      `${stack} ${section} ${type} ${name}`,
      block,
    ]),
  );
}

function mean(numbers) {
  return numbers.length === 0 ? 0 : Math.round(numbers.reduce((sum, each) => sum + each, 0) / numbers.length);
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
