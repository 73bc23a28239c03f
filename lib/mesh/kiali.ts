import type { Construct, IConstruct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { CustomResource } from '../core/custom-resource';
import type { Ingress, Observability, Route } from '../core/handles';
import type { Pods } from '../core/pods';
import { charts } from '../providers/charts';

export interface KialiProps extends ComponentProps {
  /** Where it reads metrics and traces, and the Grafana it links to. */
  readonly observability: Observability;
  /** Serves it under a name of the environment. */
  readonly ingress: Ingress;
  /** The mesh that it shows. */
  readonly controlPlane: IConstruct;
}

/**
 * The picture of the mesh: who calls whom, how fast, and which configuration is wrong. It only looks; nobody changes
 * the mesh through it. People log in with a Kubernetes token.
 *
 * The operator makes the key that signs sessions and keeps it in the secret `kiali-signing-key`.
 *
 * @see https://kiali.io/docs/configuration/kialis.kiali.io/
 */
export class Kiali extends Component {
  readonly url: string;

  constructor(scope: Construct, id: string, props: KialiProps) {
    super(scope, id, { purpose: 'shows the traffic and the configuration of the mesh', ...props });
    const namespace = props.namespace.name;
    const operator = this.podsOf(
      'operator',
      this.sized({
        small: { cpu: '10m', memory: '192Mi', memoryLimit: '512Mi' },
        medium: { cpu: '20m', memory: '192Mi', memoryLimit: '512Mi' },
        large: { cpu: '20m', memory: '256Mi', memoryLimit: '768Mi' },
      }),
    );
    const server = this.podsOf(
      'server',
      this.sized({
        small: { replicas: 1, cpu: '20m', memory: '128Mi', memoryLimit: '512Mi' },
        medium: { replicas: 1, cpu: '50m', memory: '256Mi', memoryLimit: '1Gi' },
        large: { replicas: 2, cpu: '100m', memory: '384Mi', memoryLimit: '1Gi' },
      }),
    );
    const route = props.ingress.route({ name: 'kiali', namespace, service: 'kiali', port: 20001 });
    this.url = route.url;
    this.release({
      chart: charts.kialiOperator,
      after: [props.controlPlane],
      values: {
        fullnameOverride: 'kiali-operator',
        image: { pullPolicy: 'IfNotPresent' },
        resources: operator.resources,
        onlyViewOnlyMode: true,
        allowAdHocKialiNamespace: false,
        debug: { enabled: false },
        cr: { create: false },
      },
    });
    this.customResources('server', { resources: [kiali(namespace, server, route, props.observability)] });
    this.customResources('route', { resources: route.resources });
    this.describe(namespace, route);
  }

  private describe(namespace: string, route: Route): void {
    this.verifiedBy(
      `kubectl -n ${namespace} rollout status deployment/kiali-operator`,
      `kubectl -n ${namespace} wait kiali/kiali --for=condition=Successful --timeout=5m`,
      `kubectl -n ${namespace} rollout status deployment/kiali`,
    );
    this.rolledBackBy(`helm -n ${namespace} rollback ${this.node.id}`);
    this.handsOver('Kiali', route.url);
    this.handsOver('Kiali login', `kubectl -n ${namespace} create token kiali-service-account`);
  }
}

function kiali(namespace: string, server: Pods, { host }: Route, observability: Observability): CustomResource {
  return {
    apiVersion: 'kiali.io/v1alpha1',
    kind: 'Kiali',
    metadata: { name: 'kiali', namespace },
    spec: {
      auth: { strategy: 'token' },
      deployment: {
        cluster_wide_access: true,
        view_only_mode: true,
        replicas: server.replicas,
        resources: server.resources,
        logger: { log_format: 'json' },
        ingress: { enabled: false },
        // Its own policy would admit everybody; those of the namespace admit the gateway and the monitoring.
        network_policy: { enabled: false },
        ...(server.replicas > 1 && {
          pod_disruption_budget: { api_version: 'policy/v1', spec: { minAvailable: 1 } },
        }),
      },
      server: { web_root: '/', web_fqdn: host, web_schema: 'https', web_port: '443' },
      external_services: dataSources(observability),
    },
  };
}

function dataSources({ metricsUrl, tracesUrl, grafanaUrl, grafanaPublicUrl }: Observability) {
  return {
    prometheus: { url: metricsUrl },
    // Looking up dashboards needs a Grafana account; Kiali links to Grafana without one.
    grafana: { enabled: true, internal_url: grafanaUrl, external_url: grafanaPublicUrl, dashboards: [] },
    tracing: {
      enabled: true,
      provider: 'tempo',
      internal_url: tracesUrl,
      external_url: grafanaPublicUrl,
      use_grpc: false,
      tempo_config: { datasource_uid: 'tempo', org_id: '1', url_format: 'grafana' },
    },
  };
}
