// Bucket and key for the state of each environment: `npm run bootstrap -- dev-bootstrap`, once. See docs/state.md.
import { dev, prod, staging } from './environments';
import { PlatformApp } from './lib';
import { BootstrapStack } from './stacks/bootstrap';

const app = new PlatformApp({ project: 'ecotrack', environments: [dev, staging, prod], only: process.argv.slice(2) });

for (const environment of app.environments) new BootstrapStack(app, { environment });

app.synth();
