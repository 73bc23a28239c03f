import type { Values } from '../providers/values';

/** A service that alerts are sent to. What it is called with lies in a Kubernetes secret of the same namespace. */
export interface AlertReceiver {
  /** `webhook` posts Alertmanager's JSON. */
  readonly kind: 'slack' | 'pagerduty' | 'webhook';
  /** Name of the Kubernetes secret with the URL, for PagerDuty with the routing key. It must exist before the apply. */
  readonly secret: string;
  /**
   * Key in the secret.
   *
   * @default 'url'
   */
  readonly key?: string;
  /**
   * Slack channel, where the URL does not decide it.
   *
   * @default - the channel of the URL
   */
  readonly channel?: string;
}

/** Receivers by the names that `alerts.routing` of the environment uses. */
export type AlertReceivers = Readonly<Record<string, AlertReceiver>>;

export type Severity = 'critical' | 'warning' | 'info';

/** Who hears of an alert, by its severity. */
export type AlertRouting = Readonly<Record<Severity, readonly string[]>>;

/** How long a firing alert stays quiet before it is sent again. */
const repeatAfter: Readonly<Record<Severity, string>> = { critical: '1h', warning: '4h', info: '24h' };

/** Receiver of alerts that are meant for machines. */
const nobody = 'nobody';

/** Configuration of Alertmanager: every receiver of the severity gets the alert, those without an integration show it only. */
export function alertmanagerConfig(routing: AlertRouting, receivers: AlertReceivers): Values {
  const names = [...new Set([...routing.critical, ...routing.warning, ...routing.info])];
  return {
    route: {
      receiver: nobody,
      group_by: ['alertname', 'namespace', 'service_name'],
      group_wait: '30s',
      group_interval: '5m',
      repeat_interval: repeatAfter.info,
      routes: [
        { receiver: nobody, matchers: ['alertname =~ "Watchdog|InfoInhibitor"'] },
        ...routesOf('critical', routing),
        ...routesOf('warning', routing),
        ...routesOf('info', routing),
      ],
    },
    receivers: [{ name: nobody }, ...names.map((name) => receiverOf(name, receivers[name]))],
  };
}

/** `continue` lets the next receiver of the same severity see the alert too. */
function routesOf(severity: Severity, routing: AlertRouting): Values[] {
  return routing[severity].map((receiver) => ({
    receiver,
    matchers: [`severity = "${severity}"`],
    repeat_interval: repeatAfter[severity],
    continue: true,
  }));
}

function receiverOf(name: string, receiver: AlertReceiver | undefined): Values {
  if (!receiver) return { name };
  const file = `/etc/alertmanager/secrets/${receiver.secret}/${receiver.key ?? 'url'}`;
  const channel = receiver.channel === undefined ? {} : { channel: receiver.channel };
  switch (receiver.kind) {
    case 'slack':
      return { name, slack_configs: [{ api_url_file: file, send_resolved: true, ...channel }] };
    case 'pagerduty':
      return { name, pagerduty_configs: [{ routing_key_file: file, send_resolved: true }] };
    case 'webhook':
      return { name, webhook_configs: [{ url_file: file, send_resolved: true }] };
  }
}
