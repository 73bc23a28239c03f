import type { CustomResource } from '../core/custom-resource';
import type { CompleteFacts } from '../core/environment-schema';

const day = 24 * 60 * 60;

/** Alarms about the mesh itself, and about services in it that fail or answer slowly. */
export function meshAlerts(
  namespace: string,
  { errorRate, responseTime }: Pick<CompleteFacts['alerts'], 'errorRate' | 'responseTime'>,
): CustomResource {
  const byService = 'sum by (destination_service)';
  const byServiceAndBucket = 'sum by (destination_service, le)';
  const requests = (filter: string) => `${byService} (rate(istio_requests_total{reporter="destination"${filter}}[5m]))`;
  const expiry = 'citadel_server_root_cert_expiry_timestamp - time()';
  const rules = [
    alert('IstiodDown', 'critical', '5m', 'absent(up{job="istiod"} == 1)', 'no new certificates and no new pods'),
    alert('MeshRootExpires', 'warning', '1h', `${expiry} < ${7 * day}`, 'the root certificate ends within 7 days'),
    alert('MeshRootExpiresNow', 'critical', '5m', `${expiry} < ${day}`, 'the root certificate ends within a day'),
    alert(
      'MeshCertificatesRefused',
      'critical',
      '5m',
      'sum(rate(citadel_server_csr_sign_err_count[5m])) > 0',
      'istiod fails to sign certificates of workloads',
    ),
    alert(
      'MeshConfigurationRefused',
      'warning',
      '10m',
      'sum(rate(pilot_total_xds_rejects[5m])) > 0',
      'proxies refuse what istiod sends them',
    ),
    alert(
      'MeshServiceFails',
      'critical',
      '10m',
      `${requests(',response_code=~"5.."')} / ${requests('')} > ${errorRate.ratio}`,
      `more than ${errorRate} of the requests fail`,
    ),
    alert(
      'MeshServiceSlow',
      'warning',
      '10m',
      `histogram_quantile(0.95, ${byServiceAndBucket} (rate(istio_request_duration_milliseconds_bucket{reporter="destination"}[5m]))) > ${responseTime.inSeconds * 1000}`,
      `the slowest 5 % of the requests take longer than ${responseTime}`,
    ),
  ];
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'mesh', namespace },
    spec: { groups: [{ name: 'mesh', rules }] },
  };
}

function alert(name: string, severity: 'critical' | 'warning', lasting: string, expr: string, summary: string) {
  return { alert: name, expr, for: lasting, labels: { severity }, annotations: { summary } };
}
