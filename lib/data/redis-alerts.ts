import { type Alert, volumeAlert } from './monitoring';

/** What can go wrong with Redis and its sentinels. */
export function redisAlerts(name: string, namespace: string, servers: number): Alert[] {
  const server = `namespace="${namespace}",pod=~"${name}-[0-9]+"`;
  const sentinel = `namespace="${namespace}",pod=~"${name}-sentinel-[0-9]+"`;
  return [
    {
      name: 'RedisDown',
      when: `redis_up{${server}} == 0`,
      lasting: '2m',
      severity: 'critical',
      summary: 'Redis on {{ $labels.pod }} does not answer.',
    },
    {
      name: 'RedisSentinelsWithoutMaster',
      when: `absent(redis_sentinel_master_status{${sentinel},master_status="ok"})`,
      lasting: '2m',
      severity: 'critical',
      summary: `No sentinel of ${name} sees a healthy master: writes fail, or will with the next failover.`,
    },
    ...(servers > 1 ? [replicaMissing(name, server, servers - 1)] : []),
    {
      name: 'RedisClientsNearLimit',
      when: `redis_connected_clients{${server}} / redis_config_maxclients{${server}} > 0.9`,
      lasting: '5m',
      severity: 'warning',
      summary: 'More than 90 % of the connections of {{ $labels.pod }} are in use.',
    },
    {
      name: 'RedisEvicts',
      when: `rate(redis_evicted_keys_total{${server}}[5m]) > 100`,
      lasting: '15m',
      severity: 'warning',
      summary: 'Redis on {{ $labels.pod }} throws out more than 100 keys a second: it is too small.',
    },
    {
      name: 'RedisSnapshotFails',
      when: `redis_rdb_last_bgsave_status{${server}} == 0`,
      lasting: '5m',
      severity: 'warning',
      summary: 'The last snapshot of {{ $labels.pod }} failed.',
    },
    volumeAlert('RedisVolumeFilling', namespace, `${name}-${name}-[0-9]+`),
  ];
}

function replicaMissing(name: string, server: string, replicas: number): Alert {
  return {
    name: 'RedisReplicaMissing',
    when: `max(redis_connected_slaves{${server}}) < ${replicas}`,
    lasting: '5m',
    severity: 'warning',
    summary: `The master of ${name} has fewer than ${replicas} replicas.`,
  };
}
