import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { CustomResource } from '../core/custom-resource';
import type { Pods } from '../core/pods';
import { Workflow } from '../core/workflow';
import { charts } from '../providers/charts';
import {
  type AdmissionRule,
  allowedRegistries,
  noLatestTag,
  podFunctions,
  requiredLabels,
  requiredResources,
  requiredSecurityContext,
} from './admission-rules';
import type { Gatekeeper } from './gatekeeper';

export interface GatekeeperPoliciesProps extends ComponentProps {
  /** What asks the rules. */
  readonly gatekeeper: Gatekeeper;
  /**
   * What happens to a workload that breaks a rule; every violation is reported by the audit in any case.
   *
   * @default - `security.admission` of the environment
   */
  readonly enforcement?: 'dryrun' | 'warn' | 'deny';
  /**
   * Labels that Deployments, StatefulSets, DaemonSets and Rollouts must have.
   *
   * @default ['app', 'version', 'environment']
   */
  readonly labels?: readonly string[];
  /**
   * Beginnings of the names of images that may run; no registry at all leaves the rule out.
   *
   * @default - `security.registries` of the environment
   */
  readonly registries?: readonly string[];
  /**
   * Where images come from that the platform itself adds to pods of applications: proxies of the mesh and agents of
   * OpenTelemetry.
   *
   * @default ['registry.istio.io/release/', 'ghcr.io/open-telemetry/opentelemetry-operator/']
   */
  readonly injectedFrom?: readonly string[];
}

/**
 * Rules for the pods of applications. Namespaces of the platform are left alone: their pods need what they need, and
 * Pod Security holds them to the highest level that works.
 *
 * @see https://open-policy-agent.github.io/gatekeeper/website/docs/howto/
 */
export class GatekeeperPolicies extends Component {
  readonly rules: readonly AdmissionRule[];

  constructor(scope: Construct, id: string, props: GatekeeperPoliciesProps) {
    super(scope, id, { purpose: 'holds workloads of applications to the rules of the environment', ...props });
    const { admission, registries = [] } = this.environment.facts.security;
    const allowed = props.registries ?? registries;
    const enforcement = props.enforcement ?? admission;
    const injected = props.injectedFrom ?? [
      'registry.istio.io/release/',
      'ghcr.io/open-telemetry/opentelemetry-operator/',
    ];
    this.rules = [
      requiredLabels(props.labels ?? ['app', 'version', 'environment']),
      requiredResources(),
      requiredSecurityContext(),
      noLatestTag(),
      ...(allowed.length > 0 ? [allowedRegistries([...allowed, ...injected])] : []),
    ];
    const waiting = this.podsOf('wait', { cpu: '10m', memory: '32Mi', memoryLimit: '128Mi' });
    const templates = this.customResources('templates', {
      after: [props.gatekeeper],
      resources: [...this.rules.map(template), ...waitForConstraintKinds(this.rules, props.namespace.name, waiting)],
    });
    this.customResources('constraints', {
      after: [templates],
      resources: this.rules.map((rule) => constraint(rule, enforcement)),
    });
    this.verifiedBy('kubectl get constrainttemplates', 'kubectl get constraints');
    this.rolledBackBy(`helm -n ${props.namespace.name} rollback ${id}-constraints`);
  }
}

function template({ kind, description, schema, rego }: AdmissionRule): CustomResource {
  return {
    apiVersion: 'templates.gatekeeper.sh/v1',
    kind: 'ConstraintTemplate',
    metadata: { name: kind.toLowerCase(), annotations: { description } },
    spec: {
      crd: { spec: { names: { kind }, validation: { openAPIV3Schema: { type: 'object', properties: schema } } } },
      targets: [
        {
          target: 'admission.k8s.gatekeeper.sh',
          code: [{ engine: 'Rego', source: { version: 'v1', libs: [podFunctions], rego } }],
        },
      ],
    },
  };
}

function constraint(rule: AdmissionRule, enforcementAction: string): CustomResource {
  return {
    apiVersion: 'constraints.gatekeeper.sh/v1beta1',
    kind: rule.kind,
    metadata: { name: rule.constraint, annotations: { description: rule.description } },
    spec: {
      enforcementAction,
      match: {
        kinds: rule.pods ? [...podKinds, ...workloadKinds] : workloadKinds,
        excludedNamespaces: ['kube-*'],
        namespaceSelector: { matchExpressions: [notOfThePlatform] },
      },
      parameters: rule.parameters,
    },
  };
}

const workloadKinds = [
  { apiGroups: ['apps'], kinds: ['Deployment', 'StatefulSet', 'DaemonSet'] },
  { apiGroups: ['argoproj.io'], kinds: ['Rollout'] },
];

const podKinds = [
  { apiGroups: [''], kinds: ['Pod'] },
  { apiGroups: ['batch'], kinds: ['Job', 'CronJob'] },
];

/** True for namespaces without the label too, and for those of workflows that teams add. */
export const notOfThePlatform = {
  key: 'groundplan.dev/workflow',
  operator: 'NotIn',
  values: Workflow.all.map(({ id }) => id),
} as const;

/**
 * A hook that ends once Gatekeeper has made a kind out of every definition. Helm looks kinds up when it builds a
 * release, so the constraints must not be built before.
 */
function waitForConstraintKinds(rules: readonly AdmissionRule[], namespace: string, pods: Pods): CustomResource[] {
  const name = 'wait-for-constraint-kinds';
  const account = { name, namespace };
  const definitions = rules.map(({ kind }) => `constrainttemplate/${kind.toLowerCase()}`);
  const kinds = rules.map(({ kind }) => `crd/${kind.toLowerCase()}.constraints.gatekeeper.sh`);
  const hook = {
    'helm.sh/hook': 'post-install,post-upgrade',
    'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded',
  };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: account },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name },
      rules: [
        { apiGroups: ['templates.gatekeeper.sh'], resources: ['constrainttemplates'], verbs: ['get', 'list', 'watch'] },
        {
          apiGroups: ['apiextensions.k8s.io'],
          resources: ['customresourcedefinitions'],
          verbs: ['get', 'list', 'watch'],
        },
      ],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', ...account }],
    },
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { ...account, annotations: hook },
      spec: {
        backoffLimit: 3,
        activeDeadlineSeconds: 480,
        template: {
          spec: {
            serviceAccountName: name,
            restartPolicy: 'OnFailure',
            securityContext: {
              runAsNonRoot: true,
              runAsUser: 65532,
              runAsGroup: 65532,
              seccompProfile: { type: 'RuntimeDefault' },
            },
            initContainers: [kubectlWait('definitions', pods, 'jsonpath={.status.created}=true', definitions)],
            containers: [kubectlWait('kinds', pods, 'condition=Established', kinds)],
          },
        },
      },
    },
  ];
}

/** The image is the one with which the chart upgrades its own definitions: kubectl and nothing else. */
function kubectlWait(name: string, pods: Pods, condition: string, targets: readonly string[]) {
  return {
    name,
    image: `openpolicyagent/gatekeeper-crds:${charts.gatekeeper.appVersion}`,
    args: ['wait', `--for=${condition}`, '--timeout=120s', ...targets],
    resources: pods.resources,
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  };
}
