import { generatedMark } from '../markdown';
import { mcpServers } from '../mcp/settings';
import type { PlatformModel } from '../model';
import type { GeneratedFile } from '../owned-files';
import { editorSettings } from './editor-settings';
import { type AgentMode, denials, permissionRules, questions } from './permissions';
import { agentPrompt } from './prompt';
import { mapping, rulesYaml } from './yaml';

const descriptions: Readonly<Record<AgentMode, string>> = {
  supervised: 'Reads and plans on its own; asks before every change to a running environment.',
  autopilot: 'Changes environments that are left to automation, within their limits; asks for all others.',
};

/** Where the rules stand that a person copies; below `.kiro` they would look as if Kiro read them there. */
export const fragmentPath = 'kiro-permissions.yaml';

/** Agents of both modes, the rules for a person's own settings, and the mode of the editor. */
export function agentFiles(model: PlatformModel): GeneratedFile[] {
  return [
    agent(model, 'supervised'),
    agent(model, 'autopilot'),
    { path: fragmentPath, content: fragment(model) },
    editorSettings(model),
  ];
}

function agent(model: PlatformModel, mode: AgentMode): GeneratedFile {
  const hasServers = mcpServers(model).length > 0;
  const head = mapping({
    name: mode,
    description: descriptions[mode],
    tools: ['read', 'write', 'shell', 'web', 'spec', ...(hasServers ? ['@mcp'] : [])],
    includeMcpJson: hasServers,
    // Whether agents inherit steering is told differently by different pages of Kiro.
    resources: ['file://.kiro/steering/**/*.md'],
  });
  const rules = rulesYaml(permissionRules(model, mode), '  ');
  const front = `---\n${head}\npermissions:\n${rules}\n---\n`;
  return { path: `.kiro/agents/${mode}.md`, content: `${front}${generatedMark}\n\n${agentPrompt(model, mode)}` };
}

function fragment(model: PlatformModel): string {
  const comments = [
    'Generated from the model by `npm run synth`. Change the model, not this file.',
    'A repository cannot set these rules for you: copy them into ~/.kiro/settings/permissions.yaml, where they hold for',
    'every project and every agent. Deny wins over ask, ask over allow.',
  ];
  return `${comments.map((line) => `# ${line}`).join('\n')}\n${rulesYaml([...questions(model), ...denials(model)])}\n`;
}
