import { dev, prod, staging } from './environments';
import { PlatformApp } from './lib';
import { platform } from './stacks/platform';

const app = new PlatformApp({ project: 'ecotrack', environments: [dev, staging, prod], only: process.argv.slice(2) });

for (const environment of app.environments) platform(app, environment);

app.synth();
