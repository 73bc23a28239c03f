/** A rule for workloads: its definition for Gatekeeper, and what it is applied with. */
export interface AdmissionRule {
  /** Kind of the constraint; its definition is named after it in lower case. */
  readonly kind: string;
  /** Name of the constraint; people meet it in the message of a refusal. */
  readonly constraint: string;
  readonly description: string;
  /** False for a rule about the workload as such, which pods made by a controller cannot break a second time. */
  readonly pods: boolean;
  /** Rego without the functions under `data.lib.pods`. */
  readonly rego: string;
  /** OpenAPI schema of the parameters. */
  readonly schema: Readonly<Record<string, object>>;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Finds the pod in every kind of workload, and the containers in the pod. */
export const podFunctions = `package lib.pods

# The checked fields of a pod never change; only an ephemeral container can be added to it. What is being deleted is
# let go, or its finalizers could not be taken off.
settled if {
  input.review.kind.kind == "Pod"
  input.review.operation == "UPDATE"
  object.get(input.review, "subResource", "") != "ephemeralcontainers"
}

settled if input.review.object.metadata.deletionTimestamp

spec := input.review.object.spec if input.review.kind.kind == "Pod"

spec := input.review.object.spec.jobTemplate.spec.template.spec if input.review.kind.kind == "CronJob"

spec := input.review.object.spec.template.spec if not input.review.kind.kind in {"Pod", "CronJob"}

planned contains container if some container in spec.containers

planned contains container if some container in spec.initContainers

containers contains container if some container in planned

containers contains container if some container in spec.ephemeralContainers
`;

const stringList = { type: 'array', items: { type: 'string' } } as const;

export function requiredLabels(labels: readonly string[]): AdmissionRule {
  return {
    kind: 'K8sRequiredLabels',
    constraint: 'must-have-labels',
    description: 'Workloads say what they are, so that logs, costs and alerts find their owner.',
    pods: false,
    schema: { labels: stringList },
    parameters: { labels },
    rego: `package k8srequiredlabels

import data.lib.pods

violation contains {"msg": msg} if {
  not pods.settled
  given := {label | some label, value in input.review.object.metadata.labels; value != ""}
  missing := {label | some label in input.parameters.labels} - given
  count(missing) > 0
  msg := sprintf("%s %s lacks the labels %s", [
    input.review.kind.kind,
    input.review.object.metadata.name,
    concat(", ", sort(missing)),
  ])
}
`,
  };
}

/** Memory is limited, CPU is not: a CPU limit would slow pods down on idle nodes. */
export function requiredResources(): AdmissionRule {
  return {
    kind: 'K8sRequiredResources',
    constraint: 'must-have-resources',
    description: 'Containers ask for what they need, so that nodes are not filled beyond what they have.',
    pods: true,
    schema: { requests: stringList, limits: stringList },
    parameters: { requests: ['cpu', 'memory'], limits: ['memory'] },
    rego: `package k8srequiredresources

import data.lib.pods

violation contains {"msg": msg} if {
  not pods.settled
  some container in pods.planned
  missing := [field |
    some section in ["requests", "limits"]
    some resource in input.parameters[section]
    not container.resources[section][resource]
    field := sprintf("%s.%s", [section, resource])
  ]
  count(missing) > 0
  msg := sprintf("container %s lacks resources: %s", [container.name, concat(", ", missing)])
}
`,
  };
}

export function requiredSecurityContext(): AdmissionRule {
  return {
    kind: 'K8sRequiredSecurityContext',
    constraint: 'must-have-security-context',
    description: 'Containers run without root, without capabilities, and cannot write into their image.',
    pods: true,
    schema: {},
    parameters: {},
    rego: `package k8srequiredsecuritycontext

import data.lib.pods

violation contains {"msg": msg} if {
  not pods.settled
  some container in pods.containers
  fields := sort({field | some field; lacks[field][container]})
  count(fields) > 0
  msg := sprintf("container %s needs a securityContext with %s", [container.name, concat(", ", fields)])
}

lacks["runAsNonRoot: true"] contains container if {
  some container in pods.containers
  not without_root(container)
}

lacks["allowPrivilegeEscalation: false"] contains container if {
  some container in pods.containers
  not container.securityContext.allowPrivilegeEscalation == false
}

lacks["readOnlyRootFilesystem: true"] contains container if {
  some container in pods.containers
  not container.securityContext.readOnlyRootFilesystem == true
}

lacks["capabilities.drop: [ALL]"] contains container if {
  some container in pods.containers
  not drops_all(container)
}

lacks["privileged: false"] contains container if {
  some container in pods.containers
  container.securityContext.privileged == true
}

drops_all(container) if "ALL" in container.securityContext.capabilities.drop

# The container's own setting wins over that of the pod.
without_root(container) if effective(container, "runAsNonRoot") == true

without_root(container) if effective(container, "runAsUser") > 0

effective(container, field) := container.securityContext[field]

effective(container, field) := pods.spec.securityContext[field] if {
  not has_own(container, field)
}

has_own(container, field) if field in object.keys(container.securityContext)
`,
  };
}

/** @param registries beginnings of image names, such as `111122223333.dkr.ecr.us-east-1.amazonaws.com/` */
export function allowedRegistries(registries: readonly string[]): AdmissionRule {
  return {
    kind: 'K8sAllowedRegistries',
    constraint: 'must-come-from-allowed-registries',
    description: 'Images come from registries whose content is scanned and signed.',
    pods: true,
    schema: { registries: stringList },
    parameters: { registries },
    rego: `package k8sallowedregistries

import data.lib.pods

violation contains {"msg": msg} if {
  not pods.settled
  some container in pods.containers
  not allowed(container.image)
  msg := sprintf("container %s uses the image %s; allowed are images under %s", [
    container.name,
    container.image,
    concat(", ", input.parameters.registries),
  ])
}

# The slash keeps registry.example from allowing registry.example.org.
allowed(image) if {
  some registry in input.parameters.registries
  startswith(image, sprintf("%s/", [trim_suffix(registry, "/")]))
}
`,
  };
}

export function noLatestTag(): AdmissionRule {
  return {
    kind: 'K8sNoLatestTag',
    constraint: 'must-not-use-latest',
    description: 'Images are named by a version or digest, so that what runs is what was tested.',
    pods: true,
    schema: {},
    parameters: {},
    rego: `package k8snolatesttag

import data.lib.pods

violation contains {"msg": msg} if {
  not pods.settled
  some container in pods.containers
  not versioned(container.image)
  msg := sprintf("container %s uses the image %s without a version", [container.name, container.image])
}

versioned(image) if contains(image, "@sha256:")

versioned(image) if {
  segments := split(image, "/")
  parts := split(segments[count(segments) - 1], ":")
  parts[1] != "latest"
}
`,
  };
}
