import { type Block, code, fence, table } from '../markdown';
import type { EnvironmentView, PlatformModel } from '../model';
import { portable, variables } from '../steering/commands';
import { clusterOf, environmentNames, factRows, kubeconfigCommand } from '../steering/wording';

/** Commands that a shell starts with; those of all guides use its variables. */
export function shellStart({ environments }: PlatformModel): Block {
  const [first] = environments;
  if (!first) return undefined;
  const { name, facts } = first.environment;
  return fence(
    'sh',
    [
      `export ENVIRONMENT=${name} AWS_REGION=${facts.aws.region} DOMAIN=${facts.domain.name}`,
      'export ACCOUNT=$(aws sts get-caller-identity --query Account --output text)',
      portable(kubeconfigCommand(first), first.environment),
      'kubectl config current-context   # look before every command that changes something',
    ].join('\n'),
  );
}

/** Values of the variables, and who gets in. */
export function accessTable(model: PlatformModel): Block {
  return table(
    ['', ...environmentNames(model)],
    factRows(model, {
      [code(variables[0])]: ({ environment }) => environment.name,
      [code(variables[1])]: ({ environment }) => environment.facts.aws.region,
      [code(variables[3])]: ({ environment }) => environment.facts.domain.name,
      cluster: (view) => code(clusterOf(view)),
      'role of administrators': rolesOf,
      'API endpoint answers to': ({ environment }) =>
        environment.facts.cluster.publicAccess.join(', ') || 'the VPC only: VPN or a host inside',
      mode: ({ environment }) => environment.facts.automation.mode,
    }),
  );
}

/** Names of the roles; their ARNs stand in the facts. */
function rolesOf({ environment }: EnvironmentView): string {
  return environment.facts.cluster.admins.map((arn) => code(arn.slice(arn.lastIndexOf('/') + 1))).join(', ') || '-';
}
