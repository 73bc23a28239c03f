import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BENCH } from '../workspace.mjs';

/** Three clusters with EKS Blueprints for CDK. */
export const blueprints = {
  name: 'blueprints',
  title: 'cdk-eks-blueprints, 3 clusters',
  needsPeers: true,
  prepare: (workspace) => workspace.node([join(BENCH, 'run-blueprints.mjs')], 'blueprints'),
  describe({ outputDir }) {
    const templates = readdirSync(outputDir).filter((file) => file.endsWith('.template.json'));
    const resources = templates.map((file) => {
      const template = JSON.parse(readFileSync(join(outputDir, file), 'utf8'));
      return Object.keys(template.Resources).length;
    });
    const sum = resources.reduce((total, count) => total + count, 0);
    return `cdk-eks-blueprints writes ${templates.length} templates with ${sum} resources.`;
  },
};
