// A stack of the checkout team on the platform: its own namespace and state, a database, a topic and a user.
import type { Construct } from 'constructs';
import {
  type Data,
  type Environment,
  type Foundation,
  Namespace,
  type PlatformApp,
  Workflow,
  WorkflowStack,
  type WorkflowStackProps,
} from 'groundplan';
import { KafkaTopic, KafkaUser, PostgresDatabase } from 'groundplan/data';
import { platform } from 'groundplan/stacks';

const checkout = Workflow.custom({
  id: 'checkout',
  title: 'Checkout',
  purpose: 'Orders are taken and paid',
  requires: new Map([
    [Workflow.FOUNDATION, 'runs on its cluster'],
    [Workflow.DATA, 'keeps orders in PostgreSQL and tells of them over Kafka'],
  ]),
});

interface CheckoutProps extends WorkflowStackProps {
  readonly foundation: Foundation;
  readonly data: Data;
}

class CheckoutStack extends WorkflowStack {
  constructor(scope: Construct, props: CheckoutProps) {
    super(scope, checkout, props);
    const namespace = new Namespace(this, 'checkout', { podSecurity: 'restricted' });
    const { postgres, kafka } = props.data;
    if (postgres) new PostgresDatabase(this, 'orders', { postgres, namespace });
    if (kafka) {
      const placed = new KafkaTopic(this, 'orders-placed', { kafka, partitions: 3 });
      new KafkaUser(this, 'checkout-user', { kafka, namespace, produces: [placed] });
    }
  }
}

export function build(app: PlatformApp, environment: Environment): void {
  const { foundation, data } = platform(app, environment);
  if (data) new CheckoutStack(app, { environment, foundation, data });
}
