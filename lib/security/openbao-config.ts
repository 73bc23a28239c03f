/** Where things are inside an OpenBao pod. */
export const openBaoPaths = {
  tls: '/openbao/tls',
  startup: '/openbao/startup',
  audit: '/openbao/audit',
} as const;

/** Port on which metrics are served, and nothing else. */
export const metricsPort = 9101;

export interface OpenBaoConfigProps {
  /** Region of the key. */
  readonly region: string;
  /** Key that seals and unseals. */
  readonly kmsKeyArn: string;
  /** DNS names of all members inside the namespace. */
  readonly members: readonly string[];
}

/**
 * The server's configuration: what every start reads again.
 *
 * The audit log goes to a volume and to the log of the pod. OpenBao answers nothing that it cannot record in at least
 * one of them, so a full volume alone does not stop it.
 *
 * @see https://openbao.org/docs/configuration/
 */
export function openBaoConfig({ region, kmsKeyArn, members }: OpenBaoConfigProps): string {
  return `ui = true

listener "tcp" {
  address         = "[::]:8200"
  cluster_address = "[::]:8201"
  tls_cert_file   = "${openBaoPaths.tls}/tls.crt"
  tls_key_file    = "${openBaoPaths.tls}/tls.key"
  telemetry {
    disallow_metrics = true
  }
}

listener "tcp" {
  address     = "[::]:${metricsPort}"
  tls_disable = true
  telemetry {
    metrics_only                   = true
    unauthenticated_metrics_access = true
  }
}

storage "raft" {
  path = "/openbao/data"
${members.map(retryJoin).join('\n')}
}

seal "awskms" {
  region     = "${region}"
  kms_key_id = "${kmsKeyArn}"
}

service_registration "kubernetes" {}

audit "file" "volume" {
  description = "Complete record on a volume of its own."
  options {
    file_path = "${openBaoPaths.audit}/audit.log"
  }
}

audit "file" "log" {
  description = "The same for the log store."
  options {
    file_path = "stdout"
  }
}

telemetry {
  prometheus_retention_time = "24h"
  disable_hostname          = true
}
`;
}

function retryJoin(member: string): string {
  return `  retry_join {
    leader_api_addr     = "https://${member}:8200"
    leader_ca_cert_file = "${openBaoPaths.tls}/ca.crt"
  }`;
}
