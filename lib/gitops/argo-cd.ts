import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { Ingress } from '../core/handles';
import type { Pods } from '../core/pods';
import { charts } from '../providers/charts';
import type { Values } from '../providers/values';
import { argoCdAlerts } from './argo-cd-alerts';

/** An identity provider that speaks OpenID Connect. */
export interface OidcProvider {
  /** Address that publishes `/.well-known/openid-configuration`. */
  readonly issuer: string;
  /** Id under which Argo CD is registered there. */
  readonly clientId: string;
  /**
   * Where the client secret is: `$<secret>:<key>`, a Kubernetes secret beside Argo CD that carries the label
   * `app.kubernetes.io/part-of: argocd`.
   */
  readonly clientSecretRef: `$${string}:${string}`;
}

/** Groups of the identity provider that have a role in Argo CD. */
export interface ArgoCdGroups {
  /** May do everything. */
  readonly admins: string;
  /** May look at everything and, where the environment is not protected, sync applications. */
  readonly developers: string;
}

export interface ArgoCdProps extends ComponentProps {
  /** Gateway that serves it as `argocd.<domain>`. */
  readonly ingress: Ingress;
  /**
   * Identity provider of its users; Argo CD speaks to it without Dex between.
   *
   * @default - none, so the built-in admin is the only user
   */
  readonly oidc?: OidcProvider;
  /**
   * Groups of the identity provider with a role.
   *
   * @default - `platform-team` and `developers`
   */
  readonly groups?: ArgoCdGroups;
  /**
   * Keeps the built-in admin, whose password lies in the secret `argocd-initial-admin-secret`.
   *
   * @default - only without `oidc`, since somebody has to be able to log in
   */
  readonly localAdmin?: boolean;
}

interface Parts {
  readonly controller: Pods;
  readonly server: Pods;
  readonly repoServer: Pods;
  readonly applicationSet: Pods;
}

/**
 * Argo CD, which makes the cluster look like Git says. Beyond small environments it is highly available: Redis with
 * three sentinels on three nodes, and two of each server.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/operator-manual/high_availability/
 */
export class ArgoCd extends Component {
  /** Where people reach it. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: ArgoCdProps) {
    super(scope, id, { purpose: 'makes the cluster look like Git says', ...props });
    const namespace = props.namespace.name;
    const route = props.ingress.route({ name: 'argocd', namespace, service: 'argocd-server', port: 80 });
    this.url = route.url;
    this.release({
      chart: charts.argoCd,
      timeout: 900,
      values: {
        fullnameOverride: 'argocd',
        global: { domain: route.host, logging: { format: 'json' }, networkPolicy: { create: false } },
        crds: { install: true, keep: true },
        configs: this.settings(props),
        // OpenID Connect needs no Dex, and alerts come from metrics.
        dex: { enabled: false },
        notifications: { enabled: false },
        // A job before each installation that makes the password of Redis.
        redisSecretInit: { resources: this.podsOf('redis-secret-init', { cpu: '10m', memory: '64Mi' }).resources },
        ...this.servers(),
        ...this.cache(),
      },
    });
    this.customResources('route', { resources: route.resources });
    this.verifiedBy(
      `kubectl -n ${namespace} rollout status statefulset/argocd-application-controller`,
      `kubectl -n ${namespace} rollout status deployment/argocd-server`,
      `kubectl -n ${namespace} get applications.argoproj.io`,
    );
    this.rolledBackBy(`helm -n ${namespace} rollback ${id}`);
    this.handsOver('Argo CD', this.url);
    this.drainedBy(
      'Applications: those with a finalizer stay, and the namespace with them, unless Argo CD is there to finish them. Without a finalizer, what they delivered stays in the cluster.',
      `kubectl -n ${namespace} get applications.argoproj.io,applicationsets.argoproj.io`,
      `kubectl -n ${namespace} delete applicationsets.argoproj.io,applications.argoproj.io --all --timeout 10m`,
    );
  }

  private settings({ oidc, groups, localAdmin = oidc === undefined }: ArgoCdProps): Values {
    return {
      cm: {
        'admin.enabled': localAdmin,
        'oidc.config': oidc && oidcConfig(oidc),
        'exec.enabled': false,
        'statusbadge.enabled': false,
      },
      // TLS ends at the gateway.
      params: { 'server.insecure': true },
      rbac: {
        'policy.default': '',
        'policy.csv': this.policy(groups ?? { admins: 'platform-team', developers: 'developers' }),
      },
    };
  }

  private policy({ admins, developers }: ArgoCdGroups): string {
    const read = ['applications, get, */*', 'logs, get, */*', 'applicationsets, get, */*', 'projects, get, *'];
    const write = this.environment.facts.deletionProtection ? [] : ['applications, sync, applications/*'];
    return [
      ...[...read, ...write].map((right) => `p, role:developer, ${right}, allow`),
      `g, ${admins}, role:admin`,
      `g, ${developers}, role:developer`,
      '',
    ].join('\n');
  }

  private servers(): Values {
    const { controller, server, repoServer, applicationSet } = this.parts();
    const monitored = { metrics: { enabled: true, serviceMonitor: { enabled: true } } };
    const several = (pods: Pods) => ({
      replicas: pods.replicas,
      resources: pods.resources,
      pdb: { enabled: pods.replicas > 1, minAvailable: 1 },
      ...monitored,
    });
    return {
      controller: {
        replicas: controller.replicas,
        resources: controller.resources,
        metrics: { ...monitored.metrics, rules: { enabled: true, spec: argoCdAlerts } },
      },
      server: several(server),
      repoServer: { ...several(repoServer), copyutil: { resources: repoServer.resources } },
      applicationSet: several(applicationSet),
    };
  }

  private parts(): Parts {
    return {
      controller: this.podsOf(
        'controller',
        this.sized({
          small: { cpu: '80m', memory: '320Mi', memoryLimit: '768Mi' },
          medium: { cpu: '200m', memory: '768Mi', memoryLimit: '1536Mi' },
          large: { cpu: '400m', memory: '1280Mi', memoryLimit: '3Gi' },
        }),
      ),
      server: this.podsOf(
        'server',
        this.sized({
          small: { cpu: '30m', memory: '112Mi', memoryLimit: '384Mi' },
          medium: { replicas: 2, cpu: '50m', memory: '128Mi', memoryLimit: '384Mi' },
          large: { replicas: 3, cpu: '75m', memory: '192Mi', memoryLimit: '512Mi' },
        }),
      ),
      repoServer: this.podsOf(
        'repo-server',
        this.sized({
          small: { cpu: '50m', memory: '192Mi', memoryLimit: '512Mi' },
          medium: { replicas: 2, cpu: '100m', memory: '320Mi', memoryLimit: '768Mi' },
          large: { replicas: 3, cpu: '150m', memory: '384Mi', memoryLimit: '1Gi' },
        }),
      ),
      applicationSet: this.podsOf(
        'applicationset-controller',
        this.sized({
          small: { cpu: '15m', memory: '80Mi', memoryLimit: '256Mi' },
          medium: { replicas: 2, cpu: '25m', memory: '96Mi', memoryLimit: '384Mi' },
          large: { replicas: 2, cpu: '50m', memory: '128Mi', memoryLimit: '512Mi' },
        }),
      ),
    };
  }

  /** Redis holds what can be computed again, so it has no volume in either form. */
  private cache(): Values {
    if (this.environment.facts.size === 'small') {
      const redis = this.podsOf('redis', { cpu: '15m', memory: '48Mi', memoryLimit: '256Mi' });
      return { redis: { resources: redis.resources }, 'redis-ha': { enabled: false } };
    }
    const redis = this.podsOf('redis-ha-server', {
      replicas: 3,
      ...this.sized({
        small: { cpu: '50m', memory: '96Mi', memoryLimit: '384Mi' },
        medium: { cpu: '50m', memory: '96Mi', memoryLimit: '384Mi' },
        large: { cpu: '100m', memory: '192Mi', memoryLimit: '768Mi' },
      }),
      sidecars: { sentinel: { cpu: '10m', memory: '24Mi' }, 'split-brain-fix': { cpu: '10m', memory: '24Mi' } },
    });
    const proxy = this.podsOf('redis-ha-haproxy', { replicas: 3, cpu: '20m', memory: '64Mi' });
    return { 'redis-ha': redisWithSentinels(redis, proxy) };
  }
}

function redisWithSentinels(redis: Pods, proxy: Pods): Values {
  const preparation = redis.sidecar('sentinel');
  const budget = { maxUnavailable: 1 };
  return {
    enabled: true,
    redis: { resources: redis.resources },
    sentinel: { resources: redis.sidecar('sentinel') },
    splitBrainDetection: { resources: redis.sidecar('split-brain-fix') },
    init: { resources: preparation },
    podDisruptionBudget: budget,
    haproxy: { resources: proxy.resources, init: { resources: preparation }, podDisruptionBudget: budget },
  };
}

function oidcConfig({ issuer, clientId, clientSecretRef }: OidcProvider): string {
  return [
    'name: Single sign-on',
    `issuer: ${issuer}`,
    `clientID: ${clientId}`,
    `clientSecret: ${clientSecretRef}`,
    'requestedScopes: [openid, profile, email, groups]',
    '',
  ].join('\n');
}
