import { type PackageSpec, packageOf } from './package-spec';
import type { ListedTool } from './recorded-tools';
import { approvedIn, type ServerKind, type Verdict, verdictsOf } from './server-kind';
import { serverKinds } from './servers';
import { markOf, type ServerSettings } from './settings-file';

/** Something about a server that somebody should know. */
export interface Finding {
  /** An error makes the check fail. */
  readonly severity: 'error' | 'warning';
  readonly kind:
    | 'unset variable'
    | 'unpinned package'
    | 'unknown approval'
    | 'unsafe approval'
    | 'unknown name'
    | 'unjudged tool'
    | 'unusable name';
  /** One sentence that names what it is about. */
  readonly message: string;
}

/** A server with the tools that it has. */
export interface Listed {
  readonly name: string;
  readonly server: ServerSettings;
  readonly tools: readonly ListedTool[];
  /** False where more may be listed than this server shows. */
  readonly exact: boolean;
}

/** What the settings of a server say wrong, whatever the server is. */
export function settingFindings(server: ServerSettings): Finding[] {
  const spec = packageOf(server);
  const severity = severityFor(server);
  const findings: Finding[] = [];
  if (spec && !spec.pinned) {
    const given = spec.version ? `'${spec.version}' is not one version` : 'it names no version';
    findings.push({ severity, kind: 'unpinned package', message: `${spec.name}: ${given}` });
  }
  const globs = (server.autoApprove ?? []).filter((name) => /[*?]/.test(name));
  for (const name of globs)
    findings.push({ severity: 'error', kind: 'unsafe approval', message: `'${name}' approves what nobody has seen` });
  return findings;
}

/** What the settings of a server say that its tools do not bear out. */
export function toolFindings(listed: Listed): Finding[] {
  const kind = kindOf(packageOf(listed.server));
  return [...approvalFindings(listed, kind), ...nameFindings(listed, kind)];
}

/** The server that somebody looked at, at that very version. */
export function kindOf(spec: PackageSpec | undefined): ServerKind | undefined {
  return serverKinds.find((kind) => kind.package === spec?.name && kind.version === spec.version);
}

function approvalFindings({ server, tools }: Listed, kind: ServerKind | undefined): Finding[] {
  const verdicts = kind && verdictsOf(kind);
  return (server.autoApprove ?? [])
    .filter((name) => !/[*?]/.test(name))
    .flatMap((name): Finding[] => {
      const tool = tools.find((one) => one.name === name);
      if (!tool) {
        const message = `'${name}' is approved and the server has no such tool`;
        return [{ severity: severityFor(server), kind: 'unknown approval', message }];
      }
      const doubt = doubtAbout(tool, verdicts);
      return doubt
        ? [{ severity: 'error', kind: 'unsafe approval', message: `'${name}' is approved and ${doubt}` }]
        : [];
    });
}

/** A verdict counts more than what a server says of itself, unless it says that the tool changes something. */
function doubtAbout(tool: ListedTool, verdicts: ReadonlyMap<string, Verdict> | undefined): string | undefined {
  if (tool.readOnlyHint === false || tool.destructiveHint === true) return 'the server says that it changes something';
  if (!verdicts) return tool.readOnlyHint === true ? undefined : 'the server does not say that it only reads';
  const verdict = verdicts.get(tool.name);
  if (verdict && approvedIn.open.includes(verdict)) return undefined;
  return verdict ? `it does more than read what is harmless (${verdict})` : 'nobody has looked at it';
}

function nameFindings({ name, server, tools, exact }: Listed, kind: ServerKind | undefined): Finding[] {
  const names = tools.map((tool) => tool.name);
  const missing = (server.disabledTools ?? []).filter((tool) => !names.includes(tool));
  const verdicts = kind && verdictsOf(kind);
  const unjudged = verdicts && exact ? names.filter((tool) => !verdicts.has(tool)) : [];
  // Kiro drops such tools without a word.
  const unusable = names.filter((tool) => !/^[a-zA-Z][a-zA-Z0-9_]*$/.test(tool) || `mcp_${name}_${tool}`.length > 64);
  const warning = (kind: Finding['kind'], message: string): Finding => ({ severity: 'warning', kind, message });
  return [
    ...missing.map((tool) => warning('unknown name', `'${tool}' is disabled and the server has no such tool`)),
    ...unjudged.map((tool) => warning('unjudged tool', `'${tool}' is new: look at it before somebody approves it`)),
    ...unusable.map((tool) => warning('unusable name', `'${tool}' is a name that Kiro does not offer`)),
  ];
}

/** A user's own server is the user's to answer for. */
function severityFor(server: ServerSettings): Finding['severity'] {
  return markOf(server) === undefined ? 'warning' : 'error';
}
