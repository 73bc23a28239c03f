import type { GovernedTool } from './tools';

const inGit = 'change the repository that Argo CD delivers from';

/** Programs that bring applications and code to others. */
export const deliveryTools: readonly GovernedTool[] = [
  {
    names: ['argocd'],
    valueFlags: ['--argocd-context', '--server', '--auth-token', '--config', '--kube-context', '--header', '-H'],
    reads: [
      ...['app get', 'app list', 'app diff', 'app history', 'app logs', 'app manifests', 'app resources', 'app wait'],
      ...['appset get', 'appset list', 'proj get', 'proj list', 'cluster list', 'repo list', 'version', 'help'],
    ],
    unasked: ['app get', 'app list', 'app diff', 'app history'],
    asked: ['app sync', 'app rollback', 'app set', 'app create', 'app patch', 'proj', 'login'],
    refusals: [
      ...['app delete', 'app delete-*', 'appset delete', 'proj delete', 'cluster rm', 'repo rm'].map((words) => ({
        words,
        topic: 'destroy' as const,
        instead: inGit,
      })),
      { flags: ['--prune', '--replace'], topic: 'data', instead: 'sync without it; pruning is for a person' },
      { flags: ['--force'], topic: 'force', instead: 'sync without it' },
      { words: 'account generate-token', topic: 'secrets', instead: 'a person makes tokens, outside the chat' },
    ],
    target: { flags: ['--argocd-context', '--server', '--kube-context'], kubeContext: true },
  },
  {
    names: ['git'],
    valueFlags: ['-C', '-c', '--git-dir', '--work-tree'],
    reads: [],
    unasked: ['status', 'diff', 'log', 'show'],
    asked: ['push'],
    refusals: [
      { flags: ['--force', '--force-with-lease', '--mirror'], topic: 'force', instead: 'push without force' },
      { words: 'push', flags: ['-f'], topic: 'force', instead: 'push without force' },
      { words: 'push * +*', topic: 'force', instead: 'push without force' },
      { flags: ['-c', '--exec-path', '--config-env'], topic: 'context', instead: 'use git as it is set up' },
      { words: 'clean', topic: 'data', instead: 'remove single files; state files are among those that git ignores' },
      { words: 'filter-*', topic: 'force', instead: 'keep the history' },
    ],
    changes: [],
    writes: ['rm', 'mv', 'checkout', 'restore'],
    target: {},
  },
  {
    names: ['gh'],
    valueFlags: ['-R', '--repo'],
    reads: [],
    unasked: ['run list', 'run view', 'pr list', 'pr view', 'issue list', 'issue view'],
    asked: ['workflow run', 'run rerun', 'pr create', 'pr merge', 'secret', 'api'],
    refusals: [
      { words: 'repo delete', topic: 'destroy', instead: 'a person deletes repositories' },
      { words: 'api', flags: ['-X', '--method'], topic: 'force', instead: 'use the command of gh that is made for it' },
      { words: 'auth token', topic: 'secrets', instead: 'a person reads credentials, outside the chat' },
    ],
    changes: ['workflow run', 'run rerun'],
    target: { words: true },
  },
];
