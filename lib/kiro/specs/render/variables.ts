import type { Environment } from '../../../core/environment';

/** Values of the shell variables that commands are written with, for one environment. */
export function shellVariables({ name, facts }: Environment): [variable: string, value: string][] {
  return [
    ['ENVIRONMENT', name],
    ['AWS_REGION', facts.aws.region],
    ['ACCOUNT', '$(aws sts get-caller-identity --query Account --output text)'],
    ['DOMAIN', facts.domain.name],
  ];
}

/** Those that the commands use. */
export function usedVariables(commands: readonly string[], environment: Environment): [string, string][] {
  return shellVariables(environment).filter(([variable]) =>
    commands.some((command) => command.includes(`$${variable}`)),
  );
}
