import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { CustomResource } from '../core/custom-resource';
import { type GitRepository, revisionOf } from './git-repository';

export interface ArgoProjectsProps extends ComponentProps {
  /** The Argo CD that reads them. */
  readonly argoCd: Component;
  /**
   * Repository whose Applications are delivered.
   *
   * @default - none: the projects stand ready, nothing is delivered
   */
  readonly repository?: GitRepository;
  /**
   * Addresses of repositories and charts that applications may come from.
   *
   * @default - the repository
   */
  readonly sources?: readonly string[];
  /**
   * Namespaces that applications may be delivered into; `*` stands for any characters.
   *
   * @default - the name of the project, alone or with anything after a dash
   */
  readonly namespaces?: readonly string[];
}

const cluster = 'https://kubernetes.default.svc';

/** Tries again five times, after 5, 10, 20, 40 and 80 seconds. */
const retry = { limit: 5, backoff: { duration: '5s', factor: 2, maxDuration: '3m' } };

/**
 * Who may deliver what: the project `platform` reaches the whole cluster, the project `applications` a few namespaces.
 * One Application delivers all others that lie in a folder of the repository.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/operator-manual/cluster-bootstrapping/
 */
export class ArgoProjects extends Component {
  constructor(scope: Construct, id: string, props: ArgoProjectsProps) {
    super(scope, id, { purpose: 'says which repository may deliver what, and delivers it', ...props });
    const { namespace, argoCd, repository } = props;
    this.customResources('projects', {
      after: [argoCd],
      resources: [this.platform(props), this.applications(props)],
    });
    this.verifiedBy(`kubectl -n ${namespace.name} get appprojects.argoproj.io platform applications`);
    if (!repository) return;
    this.customResources('root', { resources: [this.root(namespace.name, repository)] });
    this.verifiedBy(`kubectl -n ${namespace.name} get applications.argoproj.io app-of-apps`);
    this.handsOver('delivered repository', repository.url);
  }

  private platform(props: ArgoProjectsProps): CustomResource {
    return project('platform', props, {
      description: 'What the platform team delivers, anywhere in the cluster',
      destinations: [{ server: cluster, namespace: '*' }],
      clusterResourceWhitelist: [{ group: '*', kind: '*' }],
    });
  }

  /** Applications bring workloads, not the limits that they run under. */
  private applications(props: ArgoProjectsProps): CustomResource {
    const { project: name } = this.environment;
    const namespaces = props.namespaces ?? [name, `${name}-*`];
    return project('applications', props, {
      description: 'What teams deliver, into their own namespaces',
      destinations: namespaces.map((namespace) => ({ server: cluster, namespace })),
      clusterResourceWhitelist: [{ group: '', kind: 'Namespace' }],
      namespaceResourceBlacklist: [
        { group: '', kind: 'ResourceQuota' },
        { group: '', kind: 'LimitRange' },
      ],
    });
  }

  private root(namespace: string, repository: GitRepository): CustomResource {
    const { name, facts } = this.environment;
    const { url, path = `applications/${name}` } = repository;
    return {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: {
        name: 'app-of-apps',
        namespace,
        // Where the environment is not protected, applications go with it; elsewhere they stay when it is removed.
        ...(!facts.deletionProtection && { finalizers: ['resources-finalizer.argocd.argoproj.io'] }),
      },
      spec: {
        project: 'platform',
        source: { repoURL: url, path, targetRevision: revisionOf(repository) },
        destination: { server: cluster, namespace },
        syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ['CreateNamespace=true'], retry },
      },
    };
  }
}

function project(name: string, { namespace, repository, sources }: ArgoProjectsProps, spec: object): CustomResource {
  const own = repository ? [repository.url] : [];
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: { name, namespace: namespace.name },
    spec: { sourceRepos: sources ?? own, orphanedResources: { warn: false }, ...spec },
  };
}
