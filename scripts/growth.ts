/**
 * Ours with as many environments as BENCH_ENVIRONMENTS says: dev, staging and prod in turn, each copy with a name, an
 * address range and a domain of its own.
 */
import { dev, prod, staging } from '../environments';
import { PlatformApp } from '../lib';
import { platform } from '../stacks/platform';

const models = [dev, staging, prod];

function copy(index: number): (typeof models)[number] {
  const model = models[index % models.length] ?? dev;
  const name = `${model.name.slice(0, 7)}${index}`;
  return {
    ...model,
    name,
    network: { ...model.network, cidr: `10.${index}.0.0/16` },
    domain: { ...model.domain, name: `${name}.ecotrack.example` },
  };
}

const environments = Array.from({ length: Number(process.env.BENCH_ENVIRONMENTS) }, (_, index) => copy(index));
const app = new PlatformApp({ project: 'ecotrack', environments });

for (const environment of app.environments) platform(app, environment);

app.synth();
