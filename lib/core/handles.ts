import type { IConstruct } from 'constructs';
import type { CustomResource } from './custom-resource';
import type { PodSecurity } from './pod-security';

/** How to reach and name the cluster. */
export interface ClusterHandle {
  /** Name in EKS, known at synthesis. */
  readonly name: string;
  /** URL of the API server; known after apply. */
  readonly endpoint: string;
  /** PEM bundle in base64; known after apply. */
  readonly certificateAuthority: string;
  /** Kubernetes minor version such as `1.34`. */
  readonly version: string;
  /** Security group that EKS puts on nodes and control plane; known after apply. */
  readonly securityGroupId: string;
  /**
   * Issuer of service-account tokens without the scheme; known after apply.
   *
   * @default - only with IRSA
   */
  readonly oidcIssuer?: string;
  /**
   * ARN of the IAM identity provider; known after apply.
   *
   * @default - only with IRSA
   */
  readonly oidcProviderArn?: string;
}

/** Where the nodes live. */
export interface NetworkHandle {
  /** Known after apply unless the VPC was brought along. */
  readonly vpcId: string;
  /** Range of the VPC such as `10.0.0.0/16`. */
  readonly cidr: string;
  /** One per zone, without a public address. */
  readonly privateSubnetIds: readonly string[];
  /** One per zone, for load balancers. */
  readonly publicSubnetIds: readonly string[];
}

/** What workflow 1 hands over. */
export interface Foundation {
  readonly cluster: ClusterHandle;
  readonly network: NetworkHandle;
  /** ARN of the key that encrypts volumes, buckets and secrets; known after apply. */
  readonly encryptionKeyArn: string;
  /** ARN and name of the role that nodes run under. */
  readonly nodeRole: { readonly arn: string; readonly name: string };
  /** A value that exists only once access, nodes and network are in place; charts wait for it. */
  readonly ready: string;
  /** Name of the default storage class, encrypted gp3. */
  readonly storageClass: string;
}

/** A name under which a service is reached from outside. */
export interface Route {
  readonly host: string;
  /** `https://<host>` */
  readonly url: string;
  /** The custom resources that make the gateway serve it. */
  readonly resources: readonly CustomResource[];
}

export interface RouteProps {
  /** First label of the host name: `grafana` becomes `grafana.<domain>`. */
  readonly name: string;
  /** Namespace of the service. */
  readonly namespace: string;
  /** Kubernetes service that answers. */
  readonly service: string;
  /** Port of the service. */
  readonly port: number;
}

/** What workflow 2 hands over. */
export interface Ingress {
  /** ClusterIssuer for names that clients outside must trust. */
  readonly issuer: string;
  /** ClusterIssuer whose authority lives in the cluster, for certificates between services. */
  readonly internalIssuer: string;
  /** Namespace of the gateway, allowed through network policies of the namespaces it serves. */
  readonly gatewayNamespace: string;
  route(props: RouteProps): Route;
  /** Charts that use webhooks of cert-manager or make load balancers wait for these. */
  readonly awaited: readonly IConstruct[];
}

/** What workflow 3 hands over; every URL is reachable inside the cluster. */
export interface Observability {
  readonly namespace: string;
  /** Prometheus query API. */
  readonly metricsUrl: string;
  /** Alertmanager API. */
  readonly alertmanagerUrl: string;
  /** Loki push and query API. */
  readonly logsUrl: string;
  /** Tempo query API. */
  readonly tracesUrl: string;
  /** OTLP over gRPC, `host:port`. */
  readonly otlpGrpc: string;
  /** OTLP over HTTP, with scheme. */
  readonly otlpHttp: string;
  readonly grafanaUrl: string;
  /** Grafana as browsers reach it. */
  readonly grafanaPublicUrl: string;
}

/** What workflow 4 hands over. */
export interface Gitops {
  readonly argoCdNamespace: string;
  readonly argoCdUrl: string;
  readonly pipelineNamespace: string;
}

/** What workflow 5 hands over. */
export interface Security {
  /** ClusterSecretStore that reads OpenBao. */
  readonly secretStore: string;
  /** OpenBao API inside the cluster. */
  readonly vaultUrl: string;
  /**
   * Custom resources that make External Secrets generate a password and keep it in a Kubernetes secret.
   *
   * @param secret name of the Kubernetes secret
   */
  generatedPassword(props: {
    readonly namespace: string;
    readonly secret: string;
    readonly key: string;
  }): readonly CustomResource[];
}

/** The service of the gateway into the mesh. */
export interface MeshGateway {
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
}

/** What workflow 6 hands over. */
export interface Mesh {
  readonly mode: 'sidecar' | 'ambient';
  readonly namespace: string;
  /** Labels that put a namespace into the mesh. */
  readonly namespaceLabels: Readonly<Record<string, string>>;
  /**
   * Where requests from outside enter the mesh, for `ingress.route()`.
   *
   * @default - the mesh has no gateway
   */
  readonly gateway?: MeshGateway;
}

/** A PostgreSQL cluster in which applications have databases. */
export interface PostgresHandle {
  /** Name of the cluster, as its resources refer to it. */
  readonly name: string;
  readonly namespace: NamespaceHandle;
  /** Service that leads to the primary, whichever instance that is. */
  readonly host: string;
  /** Service that spreads reads over all instances. */
  readonly readHost: string;
  readonly port: number;
  /** Secret beside the cluster with the authority of its certificates under `ca.crt`, and nothing else. */
  readonly caSecret: string;
  /** Custom resources that make a password in its namespace, in a secret of that name under the key `password`. */
  newPassword(secret: string): readonly CustomResource[];
}

/** A Redis with replicas and sentinels. */
export interface RedisHandle {
  readonly name: string;
  readonly namespace: NamespaceHandle;
  /** Service that leads to the master; it follows a failover within half a minute. */
  readonly host: string;
  readonly port: number;
  /** Service of the sentinels, for clients that want to know of a failover at once. */
  readonly sentinelHost: string;
  readonly sentinelPort: number;
  /** Name under which the sentinels know the master. */
  readonly masterName: string;
  /** Secret beside it with the password of servers and sentinels under `password`. */
  readonly passwordSecret: string;
  /** Secret beside it with the authority of its certificates under `ca.crt`, and nothing else. */
  readonly caSecret: string;
}

/** A Kafka cluster in which applications have topics and users. */
export interface KafkaHandle {
  /** Name of the cluster, as its resources refer to it. */
  readonly name: string;
  readonly namespace: NamespaceHandle;
  /** `host:port` of the TLS listener. */
  readonly bootstrap: string;
  /** Copies that a topic can have: one per broker, three at most. */
  readonly replication: number;
  /** Secret beside it with the authority of its certificates under `ca.crt`, and nothing else. */
  readonly caSecret: string;
}

/** What workflow 7 hands over; each service may be left out. */
export interface Data {
  /** Namespace of the servers. */
  readonly namespace: string;
  /** @default - PostgreSQL was left out */
  readonly postgres?: PostgresHandle;
  /** @default - Redis was left out */
  readonly redis?: RedisHandle;
  /** @default - Kafka was left out */
  readonly kafka?: KafkaHandle;
}

/** What a component may know of its namespace. */
export interface NamespaceHandle {
  readonly name: string;
  readonly podSecurity: PodSecurity;
  /** True where the mesh carries the traffic of its pods, in either mode. */
  readonly inMesh: boolean;
}
