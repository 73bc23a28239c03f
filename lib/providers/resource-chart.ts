import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ISynthesisSession, TerraformStack } from 'cdktf';
import { addCustomSynthesis } from 'cdktf/lib/synthesize/synthesizer';
import { Construct } from 'constructs';

/**
 * A Helm chart that prints the objects it is given and nothing else.
 *
 * Custom resources travel in it because `kubernetes_manifest` wants their definition at plan time, when the operator
 * that brings it is not installed yet. `toYaml` prints strings without reading templates in them.
 */
const chart = {
  'Chart.yaml': `apiVersion: v2
name: resources
description: Prints the Kubernetes objects under .Values.resources
type: application
version: 1.0.0
`,
  'values.yaml': 'resources: []\n',
  'templates/resources.yaml': `{{- range .Values.resources }}
---
{{ toYaml . }}
{{- end }}
`,
} as const;

/** Version that releases of the chart pin. */
export const resourceChartVersion = '1.0.0';

/** Places the chart beside the configuration of a stack, so that its path is the same on every machine. */
export class ResourceChart extends Construct {
  /** The chart of a stack, made on first use. */
  static of(stack: TerraformStack): ResourceChart {
    return (stack.node.tryFindChild('resource-chart') as ResourceChart | undefined) ?? new ResourceChart(stack);
  }

  /** Path for `chart`, relative to the folder in which Terraform runs. */
  readonly path = './charts/resources';

  private constructor(stack: TerraformStack) {
    super(stack, 'resource-chart');
    addCustomSynthesis(this, {
      onSynthesize: ({ outdir, manifest }: ISynthesisSession) =>
        writeChart(join(outdir, manifest.forStack(stack).workingDirectory, this.path)),
    });
  }
}

/** Writes the chart's files into a folder, for instance to lint it. */
export function writeChart(folder: string): void {
  mkdirSync(join(folder, 'templates'), { recursive: true });
  for (const [file, content] of Object.entries(chart)) writeFileSync(join(folder, file), content);
}
