// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Spring replaces these, not JavaScript.
import { type Application, type ServiceFacts, sizedFor } from '../../core/application';
import type { EnvironmentView } from '../model';
import { admissionRules } from '../steering/resources';

/** Secrets that the stack of a service leaves, by the folder they are mounted under. */
function secretsOf({ tables, caches, publishes = [], consumes = [] }: ServiceFacts): string[] {
  const events = publishes.length + consumes.length > 0;
  return [...(tables ? ['postgres'] : []), ...(caches ? ['redis'] : []), ...(events ? ['kafka'] : [])];
}

/** Labels that admission asks for; a rule of the environment says which. */
function labels(name: string, view: EnvironmentView): string {
  const known: Readonly<Record<string, string>> = {
    app: name,
    version: '1.0.0',
    environment: view.environment.name,
  };
  const asked = admissionRules(view).flatMap(({ parameters }) =>
    Array.isArray(parameters.labels) ? parameters.labels.map(String) : [],
  );
  const all = asked.length > 0 ? asked : ['app'];
  return `{ ${all.map((label) => `${label}: ${known[label] ?? '<value>'}`).join(', ')} }`;
}

/** A Deployment that admission lets pass, with the figures of one environment. */
export function deployment(
  application: Application,
  name: string,
  service: ServiceFacts,
  view: EnvironmentView,
): string {
  const { port, probes, heapPercent, namespace, metricsPath } = application;
  const { requests, limits, replicas } = sizedFor(service, view.environment);
  const secrets = secretsOf(service);
  const probe = (path: string, rest: string) => `{ httpGet: { path: ${path}, port: ${port} }, ${rest} }`;
  return [
    'apiVersion: apps/v1',
    'kind: Deployment',
    'metadata:',
    `  name: ${name}`,
    `  namespace: ${namespace}`,
    `  labels: ${labels(name, view)}`,
    'spec:',
    `  replicas: ${replicas}`,
    `  selector: { matchLabels: { app: ${name} } }`,
    '  template:',
    '    metadata:',
    `      labels: ${labels(name, view)}`,
    '      annotations:',
    ...annotations(port, metricsPath, view),
    '    spec:',
    '      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: RuntimeDefault } }',
    '      containers:',
    `        - name: ${name}`,
    `          image: ${imageOf(name, view)}`,
    `          ports: [{ containerPort: ${port} }]`,
    '          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] } }',
    `          env: [{ name: JAVA_TOOL_OPTIONS, value: '-XX:MaxRAMPercentage=${heapPercent}' }]`,
    '          resources:',
    `            requests: { cpu: ${requests.cpu}, memory: ${requests.memory} }`,
    `            limits: { memory: ${limits.memory} }`,
    `          startupProbe: ${probe(probes.startup, 'periodSeconds: 10, failureThreshold: 30')}`,
    `          livenessProbe: ${probe(probes.liveness, 'periodSeconds: 30, timeoutSeconds: 5')}`,
    `          readinessProbe: ${probe(probes.readiness, 'periodSeconds: 10, timeoutSeconds: 5')}`,
    '          volumeMounts:',
    '            - { name: tmp, mountPath: /tmp }',
    ...secrets.map((kind) => `            - { name: ${kind}, mountPath: /etc/secrets/${kind}, readOnly: true }`),
    '      volumes:',
    '        - { name: tmp, emptyDir: {} }',
    ...secrets.map((kind) => `        - { name: ${kind}, secret: { secretName: ${name}-${kind} } }`),
  ].join('\n');
}

function annotations(port: number, metricsPath: string, view: EnvironmentView): string[] {
  const handovers = view.workflows.flatMap(({ components }) => components).flatMap((component) => component.handovers);
  const marked = handovers.filter(({ name }) => name.startsWith('annotation '));
  return [
    ...marked.map(({ name, value }) => `        ${name.slice('annotation '.length)}: ${value}`),
    '        # In the mesh the proxy serves these metrics beside its own.',
    `        prometheus.io/port: '${port}'`,
    `        prometheus.io/path: ${metricsPath}`,
  ];
}

function imageOf(name: string, { workflows }: EnvironmentView): string {
  const handovers = workflows.flatMap(({ components }) => components).flatMap((component) => component.handovers);
  const images = handovers.find((handover) => handover.name === 'images')?.value ?? '<registry>/<service>';
  return `'${images.replace('<service>', name)}@sha256:<digest>'`;
}

/** Settings of Spring Boot that read the secrets from files, so that no value passes through the environment. */
export function springSettings(application: Application, service: ServiceFacts, logLevel: string): string {
  const kinds = secretsOf(service);
  const lines: Readonly<Record<string, readonly string[]>> = {
    postgres: [
      '  datasource:',
      `    url: 'jdbc:postgresql://\${postgres.host}:\${postgres.port}/\${postgres.database}?sslmode=verify-full&sslrootcert=/etc/secrets/postgres/ca.crt'`,
      '    username: ${postgres.username}',
      '    password: ${postgres.password}',
      `    hikari: { maximum-pool-size: ${application.connections} }`,
    ],
    redis: [
      '  data:',
      '    redis:',
      '      host: ${redis.host}',
      '      port: ${redis.port}',
      '      password: ${redis.password}',
      '      ssl: { enabled: true, bundle: redis }',
      '  ssl:',
      "    bundle: { pem: { redis: { truststore: { certificate: 'file:/etc/secrets/redis/ca.crt' } } } }",
    ],
    kafka: [
      '  kafka:',
      '    bootstrap-servers: ${kafka.bootstrap}',
      '    consumer: { group-id: "${kafka.group}", enable-auto-commit: false }',
      '    properties:',
      '      security.protocol: ${kafka.security-protocol}',
      '      sasl.mechanism: ${kafka.sasl-mechanism}',
      '      sasl.jaas.config: ${kafka.sasl-jaas-config}',
      '      ssl.truststore.type: PEM',
      '      ssl.truststore.location: /etc/secrets/kafka/ca.crt',
    ],
  };
  return [
    'spring:',
    "  config: { import: 'configtree:/etc/secrets/' }",
    ...kinds.flatMap((kind) => lines[kind] ?? []),
    `server: { port: ${application.port}, shutdown: graceful }`,
    'management:',
    "  endpoints: { web: { exposure: { include: 'health,info,prometheus' } } }",
    '  endpoint: { health: { probes: { enabled: true } } }',
    'logging:',
    `  level: { root: ${logLevel} }`,
    '  structured: { format: { console: ecs } }',
  ].join('\n');
}
