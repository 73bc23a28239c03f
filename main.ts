import { dev, prod, services, staging } from './environments';
import { PlatformApp } from './lib';
import { KiroWorkspace } from './lib/kiro';
import { platform } from './stacks/platform';

const app = new PlatformApp({ project: 'ecotrack', environments: [dev, staging, prod], only: process.argv.slice(2) });

for (const environment of app.environments) platform(app, environment);

app.synth();
new KiroWorkspace(app, { services }).write('.');
