import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';

export const root = resolve(__dirname, '../..');

/** Files below a folder of the project, by ending. */
export function filesIn(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(folder, file))
    .toSorted();
}

export function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

export function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(relative(root, file), read(file), ts.ScriptTarget.ES2022, true);
}

/** A node and everything below it. */
export function* nodesIn(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of node.getChildren()) yield* nodesIn(child);
}
