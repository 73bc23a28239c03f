import { Token } from 'cdktf';
import type { Construct } from 'constructs';
import { report } from './model-problems';
import { show } from './problem';

/** Longest names that the services accept. */
const limits = { bucket: 63, role: 64, release: 53, cluster: 100, queue: 80, policy: 128 } as const;

/**
 * Passes a name through and reports it if its service would refuse it.
 *
 * @param scope the construct that uses the name, shown in the error
 */
export function checkedName(scope: Construct, kind: keyof typeof limits, name: string): string {
  if (Token.isUnresolved(name)) {
    report(scope, {
      code: 'GP215',
      message: `the ${kind} name is known only after apply`,
      allowed: 'a text that is known at synthesis',
      fix: 'compose the name from facts of the environment',
    });
  } else if (name.length > limits[kind]) {
    report(scope, {
      code: 'GP211',
      message: `the ${kind} name ${show(name)} has ${name.length} characters`,
      allowed: `up to ${limits[kind]}`,
      fix: 'shorten the name of the project or of the construct',
    });
  }
  return name;
}
