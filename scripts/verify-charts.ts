// Renders every chart of every environment with real Helm and checks what comes out: `npm run verify:charts`.
import { parseArgs } from 'node:util';
import { dev, prod, staging } from '../environments';
import { synthEnvironment } from '../lib/testing';
import { platform } from '../stacks/platform';
import { ChartFolder, ChartRepositories } from './verify-charts/chart-source';
import { bucketsExist } from './verify-charts/checks/buckets';
import { requestsAreCounted } from './verify-charts/checks/capacity';
import { containersBehave, imagesArePinned, staleAllowances } from './verify-charts/checks/containers';
import { identitiesExist } from './verify-charts/checks/identities';
import { ownersAreUnique } from './verify-charts/checks/owners';
import { podsAreAdmitted } from './verify-charts/checks/pod-security';
import { objectsAreValid } from './verify-charts/checks/schemas';
import { servicesExist } from './verify-charts/checks/services';
import { allowances, countedOnly, looseImages, uncounted, undefinedKinds } from './verify-charts/exceptions';
import { Helm } from './verify-charts/helm';
import { fetchSchemas, KubernetesSchemas } from './verify-charts/kubernetes-schemas';
import { recordedSchemas } from './verify-charts/recorded-charts';
import { renderEnvironment } from './verify-charts/render';
import { findingLines, type Outcome, resultTable, unavailableLines } from './verify-charts/report';
import { UserError } from './verify-charts/user-error';

const help = `Renders every chart of every environment and checks what comes out.

npm run verify:charts -- [options]

  --env NAME        one environment instead of all; may be repeated
  --charts DIR      take unpacked charts from this folder, not from their repositories
  --schemas DIR     take the Kubernetes schemas from this folder, not from PyPI
  --allow-missing   succeed although some charts could not be had
  --help            print this
`;

/** Charts and schemas that were downloaded once. */
const cache = '.build/verify-charts';

const all = { dev, staging, prod };

function options() {
  try {
    return parseArgs({
      options: {
        env: { type: 'string', multiple: true },
        charts: { type: 'string' },
        schemas: { type: 'string' },
        'allow-missing': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UserError(`${(error as Error).message.split('. ')[0]}. See: npm run verify:charts -- --help`);
  }
}

function selected(names: readonly string[] = Object.keys(all)) {
  return names.map((name) => {
    const facts = all[name as keyof typeof all];
    if (facts) return facts;
    throw new UserError(`There is no environment '${name}', but ${Object.keys(all).join(', ')}.`);
  });
}

async function main(): Promise<number> {
  const { help: wantsHelp, env, charts, schemas, 'allow-missing': allowMissing } = options();
  if (wantsHelp) {
    console.log(help);
    return 0;
  }
  const environments = selected(env);
  const helm = Helm.require();
  const source = charts ? new ChartFolder(charts) : new ChartRepositories(helm, `${cache}/charts`);
  const schemaFolder = schemas ?? fetchSchemas(cache);
  const recorded = recordedSchemas(process.env.GROUNDPLAN_CHARTS);
  const byVersion = new Map<string, KubernetesSchemas>();
  const outcomes = await Promise.all(
    environments.map(async (facts): Promise<Outcome> => {
      const { version } = facts.cluster;
      const kubernetes = byVersion.get(version) ?? new KubernetesSchemas(schemaFolder, version);
      byVersion.set(version, kubernetes);
      const { environment, findings } = await renderEnvironment(synthEnvironment(platform, facts), helm, source);
      const checks = [
        objectsAreValid(kubernetes, { recorded, unknown: undefinedKinds }),
        identitiesExist,
        ownersAreUnique,
        podsAreAdmitted,
        servicesExist,
        bucketsExist,
        containersBehave(allowances),
        imagesArePinned(looseImages),
        requestsAreCounted(countedOnly, uncounted),
      ];
      return { environment, findings: [...findings, ...checks.flatMap((check) => check(environment))] };
    }),
  );
  return report(outcomes, allowMissing);
}

function report(outcomes: readonly Outcome[], allowMissing: boolean): number {
  const problems = findingLines(outcomes);
  const missing = unavailableLines(outcomes);
  for (const line of problems) console.log(line);
  for (const line of missing) console.log(`not available: ${line}`);
  const releases = outcomes.flatMap(({ environment }) => environment.releases);
  for (const { release, what, rights } of staleAllowances(allowances, releases)) {
    console.log(`note: ${release} ${what} no longer needs to be excused for ${rights.join(', ')}`);
  }
  console.log(`\n${resultTable(outcomes)}\n`);
  console.log(`${releases.length} releases, ${problems.length} problems, ${missing.length} charts not available`);
  return problems.length > 0 || (missing.length > 0 && !allowMissing) ? 1 : 0;
}

main()
  .then((code) => {
    process.exitCode = code;
  })
  .catch((error: unknown) => {
    if (!(error instanceof UserError) && (error as Error)?.name !== 'ModelError') throw error;
    console.error((error as Error).message);
    process.exitCode = 1;
  });
