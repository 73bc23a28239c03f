import type { TerraformDocument } from '../../lib/core/terraform-check';
import type { Target } from './aws-api';
import { Failure } from './failure';
import { accountOf } from './inventory';

interface AwsProvider {
  readonly region?: string;
  readonly allowed_account_ids?: readonly string[];
}

/** Account that a stack is guarded for. */
function accountIn(stack: TerraformDocument): string {
  return providerOf(stack).allowed_account_ids?.[0] ?? '000000000000';
}

export function regionIn(stack: TerraformDocument): string {
  return providerOf(stack).region ?? 'us-east-1';
}

/** The emulator that we start; it takes an access key of twelve digits for the account. */
export function ownTarget(stack: TerraformDocument, endpoint: string): Target {
  return { endpoint, region: regionIn(stack), credentials: { accessKey: accountIn(stack), secretKey: 'test' } };
}

/** An emulator that runs already, as whoever the user says. */
export function givenTarget(stack: TerraformDocument, endpoint: string): Target {
  const { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey } = process.env;
  const own = ownTarget(stack, endpoint);
  return accessKey ? { ...own, credentials: { accessKey, secretKey: secretKey ?? 'test' } } : own;
}

/** @throws Failure when nothing answers, or not for the account of the stack */
export async function checkCredentials(target: Target, stack: TerraformDocument, environment: string): Promise<void> {
  const { endpoint, credentials } = target;
  const key = `AWS_ACCESS_KEY_ID '${credentials.accessKey}'`;
  const given = await accountOf(target).catch(() => {
    throw new Failure(`nothing answers at ${endpoint}: start the emulator, or leave --endpoint out and one is started`);
  });
  if (given === undefined) {
    throw new Failure(`${endpoint} refuses ${key}: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to what it accepts`);
  }
  const account = accountIn(stack);
  if (given !== account) {
    throw new Failure(
      `${endpoint} takes ${key} for account ${given}, and ${environment} is account ${account}: set AWS_ACCESS_KEY_ID=${account}`,
    );
  }
}

function providerOf(stack: TerraformDocument): AwsProvider {
  const [aws] = (stack.provider?.aws ?? []) as readonly AwsProvider[];
  return aws ?? {};
}
