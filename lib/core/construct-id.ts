import type { Construct } from 'constructs';
import { ModelError, show } from './problem';

/**
 * Checks an id before a construct takes it. cdktf drops all other characters from Terraform addresses, so two ids that
 * differ only in them would silently become one resource.
 *
 * @throws ModelError for characters outside a-z, 0-9 and dash, and for an id that the scope already has
 */
export function checkedId(scope: Construct, id: string): string {
  const path = [scope.node.path, id].filter(Boolean).join('/');
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id)) {
    throw new ModelError([
      {
        code: 'GP214',
        path,
        message: `the construct id is ${show(id)}`,
        allowed: 'lower-case letters, digits and single dashes',
        fix: 'rename it; ids become Terraform addresses',
      },
    ]);
  }
  if (scope.node.tryFindChild(id)) {
    throw new ModelError([
      {
        code: 'GP203',
        path,
        message: `'${scope.node.path || 'the app'}' already has a construct '${id}'`,
        allowed: 'one construct per id in a scope',
        fix: 'give the second one another id',
      },
    ]);
  }
  return id;
}
