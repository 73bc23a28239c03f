/** One permission, as IAM writes it. */
export interface Statement {
  readonly actions: readonly string[];
  /** ARNs; a bare `*` only for actions that IAM cannot limit to a resource. */
  readonly resources: readonly string[];
  /**
   * Conditions by operator, key and values.
   *
   * @default - none
   */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Serializes permissions into an IAM policy document. */
export function policyDocument(statements: readonly Statement[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map(({ actions, resources, conditions }) => ({
      Effect: 'Allow',
      Action: actions,
      Resource: resources,
      ...(conditions && { Condition: conditions }),
    })),
  });
}

/** Trust policy for an AWS service. */
export function serviceTrust(service: string, actions: readonly string[] = ['sts:AssumeRole']): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: actions }],
  });
}

/** Encrypting and decrypting with one key, for whoever reads and writes what lies under it. */
export function useOfKey(keyArn: string): Statement {
  return { actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey*', 'kms:DescribeKey'], resources: [keyArn] };
}

/** What `accountDecides` reads of an environment. */
interface Account {
  arn(service: string, resource: string, options: { global: boolean }): string;
}

/** Policy of a key that leaves it to IAM of the account who may use it, plus further statements. */
export function accountDecides(account: Account, ...further: readonly object[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AccountDecides',
        Effect: 'Allow',
        Principal: { AWS: account.arn('iam', 'root', { global: true }) },
        Action: 'kms:*',
        Resource: '*',
      },
      ...further,
    ],
  });
}
