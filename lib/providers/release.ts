import { Release as HelmRelease } from '@cdktf/provider-helm/lib/release';
import { Construct, type IConstruct } from 'constructs';
import { checkedId } from '../core/construct-id';
import type { CustomResource } from '../core/custom-resource';
import type { Awaitable } from '../core/dependencies';
import type { NamespaceHandle } from '../core/handles';
import { checkedName } from '../core/names';
import { WorkflowStack } from '../core/workflow-stack';
import type { Chart } from './chart';
import { ResourceChart, resourceChartVersion } from './resource-chart';
import { mergeValues, type Values, writeValues } from './values';

interface PlacedRelease {
  /** Release name, at most 53 characters. */
  readonly name: string;
  /** Namespace to install into. */
  readonly namespace: NamespaceHandle;
  /**
   * Seconds that an installation may take.
   *
   * @default 600
   */
  readonly timeout?: number;
}

export interface ReleaseProps extends PlacedRelease {
  /** The pinned chart. */
  readonly chart: Chart;
  /** Values of the component. */
  readonly values: Values;
  /**
   * Values of the user, laid over those of the component.
   *
   * @default - none
   */
  readonly patch?: Values;
  /**
   * Leaves the chart's `crds/` folder out.
   *
   * @default false
   */
  readonly skipCrds?: boolean;
}

export interface ResourcesProps extends PlacedRelease {
  /** Objects that the chart prints. */
  readonly resources: readonly CustomResource[];
}

interface Source {
  readonly chart: string;
  readonly version: string;
  readonly repository?: string;
  readonly skipCrds?: boolean;
}

/** A Helm release that waits for the gate of its stack. */
export class Release extends Construct implements Awaitable {
  static isRelease(this: void, construct: unknown): construct is Release {
    return construct instanceof Release;
  }

  /** A release of the library's own chart, which prints the given objects. */
  static ofResources(scope: Construct, id: string, props: ResourcesProps): Release {
    const chart = ResourceChart.of(WorkflowStack.of(scope));
    return new Release(
      scope,
      id,
      { ...props, values: { resources: props.resources } },
      { chart: chart.path, version: resourceChartVersion },
    );
  }

  readonly name: string;
  readonly namespace: NamespaceHandle;
  /** The pinned chart; undefined for a release of custom resources. */
  readonly chart?: Chart;
  /** Values as written, before Terraform's markers are escaped. */
  readonly values: Values;
  readonly awaited: readonly IConstruct[];

  constructor(
    scope: Construct,
    id: string,
    props: ReleaseProps | (ResourcesProps & { values: Values }),
    source?: Source,
  ) {
    super(scope, checkedId(scope, id));
    const chart = 'chart' in props ? props.chart : undefined;
    this.name = checkedName(this, 'release', props.name);
    this.namespace = props.namespace;
    this.chart = chart;
    this.values = mergeValues(props.values, 'patch' in props ? props.patch : undefined);
    const timeout = props.timeout ?? 600;
    const release = new HelmRelease(this, 'release', {
      ...(source ?? sourceOf(chart as Chart, 'skipCrds' in props && props.skipCrds)),
      name: this.name,
      namespace: this.namespace.name,
      values: [writeValues(this, this.values)],
      // A create that fails without `atomic` is not recorded, and the next apply finds the name taken.
      atomic: true,
      wait: true,
      timeout,
      timeouts: { create: `${timeout + 300}s`, update: `${timeout + 300}s`, delete: `${timeout + 300}s` },
      maxHistory: 5,
    });
    this.awaited = [release];
    const { gate } = WorkflowStack.of(this);
    if (gate) this.node.addDependency(gate);
    if (Construct.isConstruct(this.namespace)) this.node.addDependency(this.namespace);
  }
}

function sourceOf({ name, repository, version }: Chart, skipCrds = false): Source {
  return { chart: name, repository, version, ...(skipCrds && { skipCrds }) };
}
