import { type Alert, volumeAlert } from './monitoring';

/** What can go wrong with a PostgreSQL cluster, before and after its users notice. */
export function postgresAlerts(
  cluster: string,
  namespace: string,
  instances: number,
  /** Age in hours at which a backup is overdue. */
  overdue: number,
): Alert[] {
  const of = (metric: string, more = '') => `${metric}{namespace="${namespace}",pod=~"${cluster}-[0-9]+"${more}}`;
  const connections = `sum by (pod) (${of('cnpg_backends_total')})`;
  const limit = `max by (pod) (${of('cnpg_pg_settings_setting', ',name="max_connections"')})`;
  const backupAge = `time() - max(${of('barman_cloud_cloudnative_pg_io_last_available_backup_timestamp')})`;
  return [
    {
      name: 'PostgresInstanceMissing',
      when: `count(${of('cnpg_collector_up')} == 1) < ${instances} or absent(${of('cnpg_collector_up')})`,
      lasting: '5m',
      severity: 'critical',
      summary: `Fewer than ${instances} instances of ${cluster} are up.`,
    },
    {
      name: 'PostgresConnectionsNearLimit',
      when: `${connections} / ${limit} > 0.9`,
      lasting: '5m',
      severity: 'critical',
      summary: 'More than 90 % of the connections of {{ $labels.pod }} are in use.',
    },
    {
      name: 'PostgresReplicationLag',
      when: `max by (application_name) (${of('cnpg_pg_stat_replication_replay_diff_bytes')}) > 10 * 1024 * 1024`,
      lasting: '5m',
      severity: 'warning',
      summary: 'The replica {{ $labels.application_name }} is more than 10 MiB behind.',
    },
    {
      name: 'PostgresTransactionTooLong',
      when: `${of('cnpg_backends_max_tx_duration_seconds')} > 300`,
      lasting: '1m',
      severity: 'warning',
      summary: 'A transaction of {{ $labels.usename }} on {{ $labels.datname }} has been open for five minutes.',
    },
    {
      name: 'PostgresArchivingFails',
      when: `${of('cnpg_pg_stat_archiver_last_failed_time')} - ${of('cnpg_pg_stat_archiver_last_archived_time')} > 1`,
      lasting: '5m',
      severity: 'critical',
      summary: 'The log of {{ $labels.pod }} is not archived: recovery to this moment is impossible.',
    },
    {
      name: 'PostgresBackupTooOld',
      when: `${backupAge} > ${overdue} * 3600`,
      lasting: '10m',
      severity: 'critical',
      summary: `The last backup of ${cluster} is more than ${overdue} hours old.`,
    },
    volumeAlert('PostgresVolumeFilling', namespace, `${cluster}-[0-9]+(-wal)?`),
  ];
}
