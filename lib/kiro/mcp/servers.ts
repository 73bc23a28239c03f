import { cloudwatch, eks, pricing } from './aws-servers';
import { argoCd, grafana, kubernetes, prometheus } from './cluster-servers';
import type { ServerKind } from './server-kind';
import { awsDocs, github, terraform } from './shared-servers';

/** Servers that the settings may name; a package that is not here is the user's own. */
export const serverKinds: readonly ServerKind[] = [
  awsDocs,
  terraform,
  github,
  kubernetes,
  eks,
  cloudwatch,
  pricing,
  prometheus,
  grafana,
  argoCd,
];

/** Day on which the servers were looked at. A Python package pins no libraries, so uvx takes none that is younger. */
const lookedAt = '2026-11-22';

const launchers: Readonly<Record<ServerKind['launcher'], (kind: ServerKind) => readonly string[]>> = {
  npx: ({ package: name, version }) => ['-y', `${name}@${version}`],
  uvx: ({ package: name, version }) => ['--exclude-newer', lookedAt, `${name}@${version}`],
  docker: ({ package: image, version, secrets = [] }) => [
    'run',
    '-i',
    '--rm',
    ...secrets.flatMap((name) => ['-e', name]),
    `${image}:${version}`,
  ],
};

/** What starts a server, before its own arguments. */
export function launch(kind: ServerKind): readonly string[] {
  return launchers[kind.launcher](kind);
}
