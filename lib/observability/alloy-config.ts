/** What the agent on every node does: read the log files of the node's pods, label them, push them to Loki. */
export function podLogs(pushUrl: string, cluster: string): string {
  return `${logging}
discovery.kubernetes "pods" {
  role = "pod"

  selectors {
    role  = "pod"
    field = "spec.nodeName=" + sys.env("HOSTNAME")
  }
}

discovery.relabel "pods" {
  targets = discovery.kubernetes.pods.targets

${labelled('namespace', '__meta_kubernetes_namespace')}
${labelled('pod', '__meta_kubernetes_pod_name')}
${labelled('container', '__meta_kubernetes_pod_container_name')}
${labelled('node', '__meta_kubernetes_pod_node_name')}
${labelled('app', '__meta_kubernetes_pod_label_app_kubernetes_io_name')}
  rule {
    source_labels = ["__meta_kubernetes_pod_label_app_kubernetes_io_name", "__meta_kubernetes_pod_container_name"]
    separator     = ";"
    regex         = ";*([^;]+).*"
    target_label  = "service_name"
  }

  rule {
    source_labels = ["__meta_kubernetes_pod_uid", "__meta_kubernetes_pod_container_name"]
    separator     = "/"
    replacement   = "/var/log/pods/*$1/*.log"
    target_label  = "__path__"
  }
}

local.file_match "pods" {
  path_targets = discovery.relabel.pods.output
}

loki.source.file "pods" {
  targets    = local.file_match.pods.targets
  forward_to = [loki.process.pods.receiver]
}

loki.process "pods" {
  stage.cri { }

  stage.regex {
    expression = "trace_?[iI][dD]\\\\W{1,4}(?P<trace_id>[0-9a-f]{32})"
  }

  stage.structured_metadata {
    values = { trace_id = "" }
  }

  stage.label_drop {
    values = ["filename", "stream"]
  }

  forward_to = [loki.write.loki.receiver]
}
${pushing(pushUrl, cluster)}`;
}

/** What the single agent for the whole cluster does: turn Kubernetes events into log lines. */
export function clusterEvents(pushUrl: string, cluster: string): string {
  return `${logging}
loki.source.kubernetes_events "cluster" {
  job_name   = "kubernetes-events"
  log_format = "json"
  forward_to = [loki.write.loki.receiver]
}
${pushing(pushUrl, cluster)}`;
}

const logging = `logging {
  level  = "warn"
  format = "logfmt"
}
`;

function labelled(label: string, source: string): string {
  return `  rule {
    source_labels = ["${source}"]
    target_label  = "${label}"
  }
`;
}

function pushing(url: string, cluster: string): string {
  return `
loki.write "loki" {
  endpoint {
    url = "${url}"
  }

  external_labels = { cluster = "${cluster}" }
}
`;
}
