import { type Alert, volumeAlert } from './monitoring';

/** What can go wrong with a Kafka cluster and those who read from it. */
export function kafkaAlerts(name: string, namespace: string): Alert[] {
  const broker = `namespace="${namespace}",pod=~"${name}-.+-[0-9]+"`;
  const exporter = `namespace="${namespace}",pod=~"${name}-kafka-exporter-.+"`;
  return [
    {
      name: 'KafkaOfflinePartitions',
      when: `max(kafka_controller_kafkacontroller_offlinepartitionscount{${broker}}) > 0`,
      lasting: '1m',
      severity: 'critical',
      summary: '{{ $value }} partitions have no leader: nobody can write to them or read from them.',
    },
    {
      name: 'KafkaUnderMinIsr',
      when: `kafka_server_replicamanager_underminisrpartitioncount{${broker}} > 0`,
      lasting: '2m',
      severity: 'critical',
      summary: '{{ $value }} partitions on {{ $labels.pod }} have too few copies in step: writes are refused.',
    },
    {
      name: 'KafkaUnderReplicatedPartitions',
      when: `kafka_server_replicamanager_underreplicatedpartitions{${broker}} > 0`,
      lasting: '10m',
      severity: 'warning',
      summary: '{{ $value }} partitions on {{ $labels.pod }} have fewer copies than they should.',
    },
    {
      name: 'KafkaControllerCount',
      when: `sum(kafka_controller_kafkacontroller_activecontrollercount{${broker}}) != 1`,
      lasting: '2m',
      severity: 'critical',
      summary: 'The cluster has {{ $value }} active controllers instead of one.',
    },
    {
      name: 'KafkaConsumerLag',
      when: `sum by (consumergroup, topic) (kafka_consumergroup_lag{${exporter}}) > 10000`,
      lasting: '15m',
      severity: 'warning',
      summary: 'The group {{ $labels.consumergroup }} is {{ $value }} messages behind on {{ $labels.topic }}.',
    },
    {
      name: 'KafkaMetricsMissing',
      when: `absent(kafka_server_replicamanager_partitioncount{${broker}})`,
      lasting: '5m',
      severity: 'critical',
      summary: `No broker of ${name} reports anything.`,
    },
    volumeAlert('KafkaVolumeFilling', namespace, `data-[0-9]+-${name}-.+-[0-9]+`),
  ];
}
