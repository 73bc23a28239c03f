import type { GovernedTool, Refusal } from './tools';

const terraformOwns = 'releases belong to Terraform: change the model and deploy the stack';
const byContext = 'name the context in the command: --context';

const kubeFlags = [
  ...['-n', '--namespace', '--context', '--kubeconfig', '--cluster', '--user', '-s', '--server', '--token', '--as'],
  ...['--as-group', '--as-uid', '--cache-dir', '--certificate-authority', '--client-certificate', '--client-key'],
  ...['--password', '--username', '--profile', '--profile-output', '--request-timeout', '--tls-server-name', '-v'],
  ...[
    '--v',
    '--vmodule',
    '--log-flush-frequency',
    '--kube-context',
    '--kube-apiserver',
    '--kube-token',
    '--kube-as-user',
  ],
];

const switches: readonly Refusal[] = ['use-context', 'set', 'set-*', 'unset', 'delete-*', 'rename-context'].map(
  (verb) => ({ words: `config ${verb}`, topic: 'context', instead: byContext }),
);

/** Programs that talk to the API server. */
export const clusterTools: readonly GovernedTool[] = [
  {
    names: ['kubectl', 'k', 'oc', 'kubecolor'],
    valueFlags: [
      ...kubeFlags,
      ...['-o', '--output', '-l', '--selector', '-f', '--filename', '-k', '--kustomize', '-c', '--container'],
      ...['--field-selector', '--timeout', '--sort-by', '--subresource', '--since', '--tail', '--for'],
    ],
    reads: [
      ...['get', 'describe', 'logs', 'top', 'events', 'explain', 'api-resources', 'api-versions', 'version', 'diff'],
      ...['cluster-info', 'wait', 'auth can-i', 'auth whoami', 'rollout status', 'rollout history', 'kustomize'],
      ...['config current-context', 'config get-contexts', 'config get-clusters', 'config view', 'port-forward'],
      ...['options', 'help', 'completion', 'plugin list'],
    ],
    unasked: [
      ...['get', 'describe', 'logs', 'top', 'events', 'explain', 'api-resources', 'version', 'wait'],
      ...['rollout status', 'rollout history', 'auth can-i', 'config current-context', 'config get-contexts'],
    ],
    asked: [
      ...['apply', 'create', 'patch', 'edit', 'scale', 'autoscale', 'rollout restart', 'rollout undo', 'set', 'label'],
      ...['annotate', 'taint', 'cordon', 'uncordon', 'drain', 'expose', 'run', 'exec', 'cp', 'debug', 'attach'],
      ...['port-forward', 'certificate', 'get --raw'],
    ],
    opened: ['apply', 'scale', 'rollout restart', 'rollout undo', 'label', 'annotate'],
    refusals: [
      { words: 'delete', topic: 'destroy', instead: 'take it out of the model; for a stuck pod use rollout restart' },
      { words: 'destroy', topic: 'destroy', instead: 'a person runs it, after a look at what would go' },
      { flags: ['--force', '--grace-period', '--force-conflicts'], topic: 'force', instead: 'find out what holds it' },
      { flags: ['--prune', '--prune-allowlist'], topic: 'data', instead: 'apply without pruning' },
      { words: 'proxy', topic: 'secrets', instead: 'forward the port of one service instead' },
      { words: 'create token', topic: 'secrets', instead: 'a person makes tokens, outside the chat' },
      { words: 'config view', flags: ['--raw'], topic: 'secrets', instead: 'view it without --raw' },
      { words: 'replace', topic: 'force', instead: 'use apply, which keeps what others set' },
      ...switches,
    ],
    secrets: {
      words: ['get', 'edit'],
      resource: '^([^/]*,)?secrets?([.,/].*)?$|/secrets(/|$|\\?)',
      shown: ['name', 'wide'],
      instead: 'a person reads secrets, outside the chat; names alone can be listed',
    },
    scaling: ['scale', 'autoscale'],
    target: { flags: ['--context', '--cluster'], kubeContext: true },
  },
  {
    names: ['helm'],
    valueFlags: [
      ...kubeFlags,
      '--registry-config',
      '--repository-cache',
      '--repository-config',
      '--burst-limit',
      '--qps',
    ],
    reads: [
      ...['list', 'ls', 'status', 'history', 'get', 'template', 'lint', 'show', 'inspect', 'search', 'repo list'],
      ...['repo update', 'repo add', 'pull', 'fetch', 'dependency', 'env', 'version', 'verify', 'diff', 'help'],
    ],
    unasked: ['list', 'status', 'history', 'show', 'search', 'version'],
    asked: ['install', 'upgrade', 'rollback', 'get', 'repo add', 'plugin'],
    refusals: [
      ...['uninstall', 'delete', 'del', 'un'].map((words) => ({
        words,
        topic: 'destroy' as const,
        instead: terraformOwns,
      })),
      {
        flags: ['--force', '--force-replace', '--force-conflicts', '--take-ownership'],
        topic: 'force',
        instead: terraformOwns,
      },
    ],
    target: {
      flags: ['--kube-context', '--kubeconfig'],
      variables: ['HELM_KUBECONTEXT'],
      kubeContext: true,
    },
  },
  {
    names: ['kubectx', 'kubens', 'k9s'],
    valueFlags: [],
    reads: [],
    unasked: [],
    asked: [],
    refusals: [{ words: '*', topic: 'context', instead: byContext }],
    target: { kubeContext: true },
  },
];
