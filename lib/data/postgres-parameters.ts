import type { Environment } from '../core/environment';

/** Buffers are a quarter of what an instance asks for, the page cache is taken to be the rest. */
const memory = {
  small: { shared_buffers: '256MB', effective_cache_size: '768MB', max_wal_size: '2GB' },
  medium: { shared_buffers: '256MB', effective_cache_size: '768MB', max_wal_size: '4GB' },
  large: { shared_buffers: '512MB', effective_cache_size: '1536MB', max_wal_size: '4GB' },
};

/** Settings of PostgreSQL for the size and the recovery point of an environment. */
export function postgresParameters({ facts }: Environment): Record<string, string> {
  return {
    ...memory[facts.size],
    max_connections: '200',
    work_mem: '4MB',
    maintenance_work_mem: '64MB',
    min_wal_size: '1GB',
    wal_buffers: '16MB',
    // What is older than this is in the bucket, even if every volume is lost.
    archive_timeout: `${Math.min(facts.recovery.point.inSeconds, 300)}s`,
    checkpoint_completion_target: '0.9',
    default_statistics_target: '100',
    // Flash storage reads anywhere at about the same cost.
    random_page_cost: '1.1',
    effective_io_concurrency: '200',
    max_worker_processes: '8',
    max_parallel_workers: '8',
    max_parallel_workers_per_gather: '2',
    max_parallel_maintenance_workers: '2',
    password_encryption: 'scram-sha-256',
    ssl_min_protocol_version: 'TLSv1.3',
    log_min_duration_statement: '1000',
    'pg_stat_statements.track': 'all',
    'pgaudit.log': 'ddl, role',
  };
}
