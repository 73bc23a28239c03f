import type { PlatformModel } from '../model';
import type { GeneratedFile } from '../owned-files';

const key = 'kiroAgent.agentAutonomy';

/** `.vscode/settings.json` with one setting of ours; all others are the user's and stay. */
export function editorSettings({ environments }: PlatformModel): GeneratedFile {
  const isOpen = environments.every(({ environment }) => environment.facts.automation.mode === 'autopilot');
  return {
    path: '.vscode/settings.json',
    content: `${JSON.stringify({ [key]: isOpen ? 'Autopilot' : 'Supervised' }, null, 2)}\n`,
    carryOver,
  };
}

/** Sets the key in the text on disk, which may hold comments and trailing commas. */
function carryOver(generated: string, onDisk: string): string {
  const value = JSON.stringify((JSON.parse(generated) as Record<string, string>)[key]);
  const known = new RegExp(`^((?:(?!//).)*"${key.replace('.', '\\.')}"\\s*:\\s*)"[^"]*"`, 'm');
  if (known.test(onDisk)) return onDisk.replace(known, (_, before: string) => `${before}${value}`);
  if (!onDisk.includes('{')) return generated;
  const isEmpty = /^\s*\{\s*\}\s*$/.test(onDisk);
  return onDisk.replace(/\{\s*/, (start) =>
    isEmpty ? `{\n  "${key}": ${value}\n` : `{\n  "${key}": ${value},${spaceOf(start)}`,
  );
}

function spaceOf(start: string): string {
  return start.slice(1) || '\n  ';
}
