/** What looks like something else than the governed program that it runs, or touches what protects the platform. */
export interface Evasions {
  /** Programs that read a script or a line and run it. */
  readonly shells: readonly string[];
  /** Programs whose words are text: nothing in them is run. */
  readonly readers: readonly string[];
  /** Programs that add words of their input to a command. */
  readonly appending: readonly string[];
  /** Programs that run a named task of the project. */
  readonly taskRunners: readonly string[];
  /** Programs that write or remove the files they are given. */
  readonly writers: readonly string[];
  /** Programs that run commands at another time. */
  readonly deferring: readonly string[];
  /** Variables that add words to a governed program or start another one: a regular expression. */
  readonly variables: string;
  /** What `rm` is not given: a regular expression. */
  readonly wholeFolders: string;
  /** Files that no command writes: regular expressions over paths. */
  readonly protectedPaths: readonly { readonly pattern: string; readonly instead: string }[];
  /** Code inside other code, such as SQL that goes to a database: regular expressions. */
  readonly text: readonly { readonly pattern: string; readonly instead: string }[];
  /** Name of a task, a program or an MCP tool that takes things away. */
  readonly removing: string;
  /** Name of an MCP tool that changes something, unless it is also named as reading. */
  readonly changing: string;
  readonly reading: string;
  /** Files with credentials, which no command shows. */
  readonly secretFiles: { readonly pattern: string; readonly instead: string };
}

const byHand = 'a person does it, after a look at what would go';

export const evasions: Evasions = {
  shells: ['sh', 'bash', 'zsh', 'dash', 'ash', 'ksh', 'fish', 'pwsh', 'powershell'],
  readers: [
    ...[
      'echo',
      'printf',
      'grep',
      'egrep',
      'fgrep',
      'rg',
      'cat',
      'ls',
      'man',
      'which',
      'whereis',
      'type',
      'head',
      'tail',
    ],
    ...[
      'less',
      'more',
      'wc',
      'sort',
      'uniq',
      'cut',
      'tr',
      'jq',
      'yq',
      'diff',
      'test',
      '[',
      '[[',
      'pwd',
      'mkdir',
      'touch',
    ],
    ...[
      'true',
      'false',
      'sleep',
      'basename',
      'dirname',
      'read',
      'base64',
      'column',
      'stat',
      'file',
      'du',
      'df',
      'date',
    ],
  ],
  appending: ['xargs', 'parallel'],
  taskRunners: ['make', 'gmake', 'just', 'task', 'npm', 'pnpm', 'yarn', 'bun', 'rake', 'mage', 'invoke', 'gradle'],
  writers: [
    'rm',
    'mv',
    'cp',
    'unlink',
    'shred',
    'truncate',
    'dd',
    'tee',
    'ln',
    'chmod',
    'chown',
    'sed',
    'perl',
    'install',
  ],
  deferring: ['crontab', 'at', 'batch'],
  variables:
    'TF_CLI_\\w+|KUBECTL_EXTERNAL_DIFF|(GIT_)?(PAGER|EDITOR)|GIT_SSH\\w*|BASH_ENV|ENV|LD_\\w+|DYLD_\\w+|PROMPT_COMMAND',
  wholeFolders: '^(\\.{1,2}/?|\\*|\\./\\*|/\\*?|~/?\\*?|.*\\$.*|(.*/)?\\.(kiro|git)/?)$',
  protectedPaths: [
    {
      pattern: '\\.tfstate(\\b|$)',
      instead: 'the state is written by Terraform alone; describe what is wrong and let a person repair it',
    },
    {
      pattern: '(^|/)\\.kiro/(hooks|agents|settings)(/|$)',
      instead: 'hooks, agents and settings are generated: change the model and run npm run synth',
    },
  ],
  text: [
    {
      pattern: '\\bdrop\\s+(database|table|schema|owned|role|user)\\b|\\btruncate\\s+(table\\s+)?\\w',
      instead: byHand,
    },
    { pattern: '\\bdelete\\s+from\\b', instead: byHand },
    { pattern: '\\b(flushall|flushdb)\\b', instead: byHand },
    { pattern: '\\bkafka-\\w+(\\.sh)?\\b.*--delete\\b|\\bkafka-delete-', instead: byHand },
    { pattern: '\\b(bao|vault)\\s+(.*\\s)?(delete|destroy|seal|disable|revoke|operator)\\b', instead: byHand },
    { pattern: '\\bfinalizers\\b', instead: 'find out what the finalizer waits for' },
    { pattern: '/run/secrets/', instead: 'a person reads credentials, outside the chat' },
    { pattern: '\\b(bao|vault)\\s+(kv\\s+get|read|token)\\b', instead: 'a person reads credentials, outside the chat' },
  ],
  removing: '(^|[^a-z])(destroy|delete|teardown|tear-down|uninstall|remove|terminate|purge|wipe|nuke|drop)([^a-z]|$)',
  changing:
    '(^|[^a-z])(apply|create|update|scale|exec|run|install|patch|put|restart|rollout|sync|set|write|start|stop|reboot|manage|add|label|replace|upgrade|rollback)([^a-z]|$)',
  reading: '(^|[^a-z])(get|list|search|describe|query|read|show|find|lookup|check|analyze)([^a-z]|$)',
  secretFiles: {
    pattern: '(^|/)(\\.aws/credentials|\\.kube/config|\\.env(\\.[\\w.]+)?|id_(rsa|ed25519)|[^/]+\\.(pem|p12))$',
    instead: 'a person reads credentials, outside the chat',
  },
};
