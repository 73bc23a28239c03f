import { Construct } from 'constructs';
import { type Choice, chosen, type Replaceable } from '../lib/core/choice';
import type { Component } from '../lib/core/component';
import type { Foundation, Gitops, Ingress, Observability } from '../lib/core/handles';
import { Workflow } from '../lib/core/workflow';
import { WorkflowStack, type WorkflowStackProps } from '../lib/core/workflow-stack';
import { ArgoCd, type ArgoCdProps } from '../lib/gitops/argo-cd';
import { ArgoProjects, type ArgoProjectsProps } from '../lib/gitops/argo-projects';
import { ArgoRollouts, type ArgoRolloutsProps } from '../lib/gitops/argo-rollouts';
import { BuildPipeline, type BuildPipelineProps, type ScanServer } from '../lib/gitops/build-pipeline';
import type { GitRepository } from '../lib/gitops/git-repository';
import { ImageRegistry, type ImageRegistryProps } from '../lib/gitops/image-registry';
import { Tekton, type TektonProps } from '../lib/gitops/tekton';
import { TrivyOperator, type TrivyOperatorProps } from '../lib/gitops/trivy-operator';
import { Namespace } from '../lib/providers/namespace';

export interface GitopsProps extends WorkflowStackProps {
  /** Cluster, key and storage. */
  readonly foundation: Foundation;
  /** Gateway that serves Argo CD. */
  readonly ingress: Ingress;
  /**
   * Metrics that judge rollouts.
   *
   * @default - rollouts advance by time and by hand
   */
  readonly observability?: Observability;
  /**
   * Repository that says what runs: Applications for Argo CD, and overlays into which builds write their digests.
   *
   * @default - none: nothing is delivered until there is one
   */
  readonly repository?: GitRepository;
  /**
   * Services that are built and have a repository for their images.
   *
   * @default - none
   */
  readonly services?: readonly string[];
  /**
   * Changes to Argo CD.
   *
   * @default - as the environment says
   */
  readonly argoCd?: Replaceable<ArgoCd, ArgoCdProps>;
  /**
   * Changes to the projects of Argo CD; `false` leaves them out.
   *
   * @default - one for the platform team, one for applications
   */
  readonly projects?: Choice<Component, ArgoProjectsProps>;
  /**
   * Changes to Argo Rollouts; `false` leaves it out.
   *
   * @default - as the environment says
   */
  readonly argoRollouts?: Choice<Component, ArgoRolloutsProps>;
  /**
   * Changes to the image repositories.
   *
   * @default - one per service
   */
  readonly registry?: Replaceable<ImageRegistry, ImageRegistryProps>;
  /**
   * Changes to Trivy; `false` leaves it out, and builds fetch the vulnerability database themselves.
   *
   * @default - as the environment says
   */
  readonly trivyOperator?: Choice<ScanServer, TrivyOperatorProps>;
  /**
   * Changes to Tekton; `false` leaves it out, and the pipeline with it.
   *
   * @default - as the environment says
   */
  readonly tekton?: Choice<Component, TektonProps>;
  /**
   * Changes to the pipeline; `false` leaves it out.
   *
   * @default - started by hand
   */
  readonly pipeline?: Choice<Component, BuildPipelineProps>;
}

/** Workflow 4: Argo CD delivers what Git says, Tekton builds what it delivers. */
export class GitopsStack extends WorkflowStack implements Gitops {
  readonly argoCdNamespace = 'argocd';
  readonly argoCdUrl: string;
  readonly pipelineNamespace = 'delivery';
  private readonly namespaces: Construct;

  constructor(scope: Construct, props: GitopsProps) {
    super(scope, Workflow.GITOPS, props);
    const { foundation, services } = props;
    this.namespaces = new Construct(this, 'namespaces');
    this.argoCdUrl = this.placeArgoCd(props).url;
    this.placeRollouts(props);
    const registry = chosen(
      this,
      props.registry,
      (changes) => new ImageRegistry(this, 'image-registry', { foundation, services, ...changes }),
    );
    const scanner = this.placeTrivy(props, registry);
    const tekton = this.placeTekton(props);
    if (tekton) this.placePipeline(props, { tekton, registry, scanner });
  }

  private placeArgoCd({ ingress, repository, ...props }: GitopsProps): ArgoCd {
    const namespace = new Namespace(this.namespaces, this.argoCdNamespace, {
      podSecurity: 'restricted',
      admits: { namespaces: [ingress.gatewayNamespace] },
    });
    const argoCd = chosen(
      this,
      props.argoCd,
      (changes) => new ArgoCd(this, 'argo-cd', { namespace, ingress, ...changes }),
    );
    chosen(
      this,
      props.projects,
      (changes) => new ArgoProjects(this, 'argo-projects', { namespace, argoCd, repository, ...changes }),
    );
    return argoCd;
  }

  private placeRollouts({ argoRollouts, observability }: GitopsProps): void {
    if (argoRollouts === false) return;
    const namespace = new Namespace(this.namespaces, 'argo-rollouts', { podSecurity: 'restricted' });
    chosen(
      this,
      argoRollouts,
      (changes) => new ArgoRollouts(this, 'argo-rollouts', { namespace, metrics: observability, ...changes }),
    );
  }

  private placeTrivy({ trivyOperator, foundation }: GitopsProps, registry: ImageRegistry): ScanServer | undefined {
    if (trivyOperator === false) return undefined;
    // Builds ask its server.
    const namespace = new Namespace(this.namespaces, 'trivy-system', {
      podSecurity: 'restricted',
      admits: { namespaces: [this.pipelineNamespace] },
    });
    return chosen(
      this,
      trivyOperator,
      (changes) => new TrivyOperator(this, 'trivy-operator', { namespace, foundation, registry, ...changes }),
    );
  }

  private placeTekton({ tekton }: GitopsProps): Component | undefined {
    if (tekton === false) return undefined;
    const namespace = new Namespace(this.namespaces, 'tekton-operator', {
      podSecurity: 'restricted',
      admits: { webhooks: [8443] },
    });
    return chosen(this, tekton, (changes) => new Tekton(this, 'tekton-operator', { namespace, ...changes }));
  }

  private placePipeline(
    { pipeline, foundation, ingress, repository }: GitopsProps,
    parts: Pick<BuildPipelineProps, 'tekton' | 'registry' | 'scanner'>,
  ): void {
    if (pipeline === false) return;
    const namespace = new Namespace(this.namespaces, this.pipelineNamespace, {
      // Rootless builds need a user namespace, which `restricted` rules out.
      podSecurity: 'baseline',
      admits: { namespaces: [ingress.gatewayNamespace] },
      // The operator's proxy webhook would otherwise have to answer before any stage can start.
      labels: { 'operator.tekton.dev/disable-proxy': 'true' },
    });
    chosen(
      this,
      pipeline,
      (changes) =>
        new BuildPipeline(this, 'build-pipeline', {
          namespace,
          foundation,
          ingress,
          repository,
          ...parts,
          ...changes,
        }),
    );
  }
}
