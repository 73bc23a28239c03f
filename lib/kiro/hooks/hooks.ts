import type { GeneratedFile } from '../owned-files';

/** What Kiro starts by itself, as its version 1 of hook files has it. */
interface Hook {
  readonly name: string;
  readonly description: string;
  readonly trigger: 'SessionStart' | 'PreToolUse' | 'PostFileSave' | 'PostFileCreate' | 'PostFileDelete';
  /**
   * Regular expression over the name of a tool or the path of a file.
   *
   * @default - every one
   */
  readonly matcher?: string;
  readonly action: { readonly type: 'command'; readonly command: string };
  /** Seconds. */
  readonly timeout: number;
}

const synthAndCheck = 'npm run synth && npm run kiro -- --check';
const modelFiles = '(^|/)((environments|stacks)/[^/]+|main)\\.ts$';

/** Every hook; the guard comes first. */
export const hooks: readonly Hook[] = [
  {
    name: 'guard',
    description:
      'Refuses commands that destroy, force, operate on state, delete data or break the rules of an environment.',
    trigger: 'PreToolUse',
    matcher: 'shell|bash|command|terminal|process|write|append|replace|delete|create|^@|^mcp',
    action: command('node .kiro/hooks/guard.mjs'),
    timeout: 10,
  },
  {
    name: 'context',
    description: 'Tells environment, mode, limits, and whether the generated files are as the model says.',
    trigger: 'SessionStart',
    action: command('node .kiro/hooks/context.mjs'),
    timeout: 60,
  },
  {
    name: 'synth-after-edit',
    description: 'Writes Terraform and workspace after an edit of facts or stacks, and reports drift.',
    trigger: 'PostFileSave',
    matcher: modelFiles,
    action: command(synthAndCheck),
    timeout: 120,
  },
  {
    name: 'synth-after-create',
    description: 'The same for a new environment or stack.',
    trigger: 'PostFileCreate',
    matcher: modelFiles,
    action: command(synthAndCheck),
    timeout: 120,
  },
  {
    name: 'test-after-edit',
    description: 'Type-checks, and runs the tests that reach what was edited in lib.',
    trigger: 'PostFileSave',
    matcher: '(^|/)lib/.+\\.ts$',
    action: command('npm run typecheck && npm test -- --onlyChanged'),
    timeout: 600,
  },
];

/** `.kiro/hooks/groundplan.json`. */
export function hookFiles(): GeneratedFile[] {
  return [{ path: '.kiro/hooks/groundplan.json', content: `${JSON.stringify({ version: 'v1', hooks }, null, 2)}\n` }];
}

function command(text: string): Hook['action'] {
  return { type: 'command', command: text };
}
