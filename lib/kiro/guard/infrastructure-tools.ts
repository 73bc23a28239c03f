import type { GovernedTool } from './tools';

const byHand = 'a person runs it, after a look at what would go';
const recreate = 'plan the change and let a person apply it';
const surgery = 'describe what is wrong in the state and let a person repair it';

/** Programs that make and unmake what runs in AWS. */
export const infrastructureTools: readonly GovernedTool[] = [
  {
    names: ['terraform', 'tofu', 'terragrunt', 'tf', 'opentofu'],
    valueFlags: [],
    reads: [
      ...['plan', 'validate', 'fmt', 'version', 'providers', 'graph', 'init', 'get', 'test', 'metadata', 'modules'],
      ...['show', 'output', 'state list', 'state show', 'state pull', 'workspace list', 'workspace show', 'help'],
    ],
    unasked: ['plan', 'validate', 'fmt -check', 'version', 'providers'],
    asked: ['apply', 'import', 'refresh', 'init', 'state', 'show', 'output', 'console', 'workspace'],
    refusals: [
      { words: 'destroy', topic: 'destroy', instead: byHand },
      { flags: ['-destroy'], topic: 'destroy', instead: byHand },
      { flags: ['-replace'], topic: 'destroy', instead: recreate },
      { words: 'taint', topic: 'destroy', instead: recreate },
      { words: 'untaint', topic: 'state', instead: surgery },
      { words: 'state rm', topic: 'state', instead: surgery },
      { words: 'state mv', topic: 'state', instead: surgery },
      { words: 'state push', topic: 'state', instead: surgery },
      { words: 'state replace-provider', topic: 'state', instead: surgery },
      { words: 'workspace delete', topic: 'state', instead: surgery },
      { words: 'force-unlock', topic: 'force', instead: 'find out who holds the lock; a person releases it' },
      { flags: ['-lock=false', '-force-copy'], topic: 'force', instead: 'wait for the lock' },
    ],
    target: { folder: true },
  },
  {
    names: ['cdktf', 'cdktf-cli'],
    valueFlags: ['--app', '--output', '--log-level', '-a', '-o'],
    reads: ['list', 'diff', 'plan', 'synth', 'synthesize', 'get', 'debug', 'output', 'outputs', 'help'],
    unasked: ['list', 'diff', 'synth'],
    asked: ['deploy', 'apply', 'output', 'get'],
    opened: ['deploy'],
    refusals: [
      { words: 'destroy', topic: 'destroy', instead: byHand },
      { words: 'watch', topic: 'order', instead: 'deploy one stack at a time, after its diff' },
      {
        flags: ['--ignore-missing-stack-dependencies'],
        topic: 'order',
        instead: 'deploy the stacks it depends on first',
      },
      { flags: ['--no-lock'], topic: 'force', instead: 'wait for the lock' },
    ],
    target: { words: true },
  },
  {
    names: ['aws'],
    valueFlags: [
      ...['--profile', '--region', '--output', '--endpoint-url', '--query', '--ca-bundle', '--color'],
      ...['--cli-read-timeout', '--cli-connect-timeout', '--cli-binary-format'],
    ],
    reads: [
      ...['* describe-*', '* list-*', '* get-*', '* head-*', '* lookup-*', '* search-*', '* batch-get-*', '* filter-*'],
      ...['s3 ls', 'logs tail', '* wait', '* help', 'help', 'configure list', 'configure list-profiles'],
    ],
    unasked: [
      ...['sts get-caller-identity', 'eks describe-*', 'eks list-*', 'ec2 describe-*', 'elbv2 describe-*'],
      ...['kms describe-key', 'kms list-aliases', 'ce get-*'],
    ],
    asked: ['* create-*', '* put-*', '* update-*', '* modify-*', 's3 cp', 's3 sync', 'eks update-kubeconfig'],
    refusals: [
      ...['s3 rm', 's3 rb', 's3 mv', '* delete-*', '* batch-delete-*', '* terminate-*', '* purge-*'].map((words) => ({
        words,
        topic: 'data' as const,
        instead: byHand,
      })),
      {
        words: 'kms schedule-key-deletion',
        topic: 'data',
        instead: 'keep the key; everything under it is lost with it',
      },
      { words: 'kms disable-*', topic: 'data', instead: 'keep the key; nothing under it can be read without it' },
      ...['* deregister-*', '* remove-*', '* release-*'].map((words) => ({
        words,
        topic: 'destroy' as const,
        instead: byHand,
      })),
      { flags: ['--delete', '--force', '--force-delete-without-recovery'], topic: 'force', instead: byHand },
      {
        words: 'eks update-nodegroup-config',
        topic: 'order',
        instead: 'change nodes.min and nodes.max in the facts of the environment',
      },
      ...[
        'secretsmanager get-secret-value',
        'secretsmanager batch-get-secret-value',
        'ssm get-parameter*',
        'kms decrypt',
        'eks get-token',
        'sts assume-*',
        'sts get-session-token',
        'sts get-federation-token',
        'ecr get-login-password',
        'ecr get-authorization-token',
        'codeartifact get-authorization-token',
        'iam create-access-key',
        'configure get',
        'configure export-credentials',
      ].map((words) => ({ words, topic: 'secrets' as const, instead: 'a person reads credentials, outside the chat' })),
    ],
    target: { flags: ['--profile', '--name', '--cluster-name', '--cluster'], variables: ['AWS_PROFILE'] },
  },
  {
    names: ['eksctl'],
    valueFlags: ['--profile', '--region', '--cluster', '-p', '-r'],
    reads: ['get', 'info', 'version', 'utils describe-*', 'help'],
    unasked: ['get'],
    asked: ['create', 'upgrade', 'drain', 'set', 'utils'],
    refusals: [
      { words: 'delete', topic: 'destroy', instead: byHand },
      { words: 'scale', topic: 'order', instead: 'change nodes.min and nodes.max in the facts of the environment' },
      { flags: ['--force'], topic: 'force', instead: byHand },
    ],
    target: { flags: ['--cluster', '--name', '--profile'], variables: ['AWS_PROFILE'] },
  },
];
