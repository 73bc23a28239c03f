import { Construct } from 'constructs';
import { checkedId } from '../core/construct-id';
import { checkedName } from '../core/names';
import { WorkflowStack } from '../core/workflow-stack';
import { CloudwatchEventRule, CloudwatchEventTarget, SqsQueue, SqsQueuePolicy } from '../providers/aws/operations';
import type { Statement } from '../providers/aws/policy';

/** What EC2 and AWS Health say about instances that are about to go, by rule. */
const events = {
  'spot-interruption': { source: 'aws.ec2', detailType: 'EC2 Spot Instance Interruption Warning' },
  rebalance: { source: 'aws.ec2', detailType: 'EC2 Instance Rebalance Recommendation' },
  'state-change': { source: 'aws.ec2', detailType: 'EC2 Instance State-change Notification' },
  'capacity-reservation': {
    source: 'aws.ec2',
    detailType: 'EC2 Capacity Reservation Instance Interruption Warning',
  },
  health: { source: 'aws.health', detailType: 'AWS Health Event' },
} as const;

/** Messages are worth nothing once the instance is gone. */
const keptSeconds = 300;

/**
 * The queue on which the autoscaler of nodes hears of interruptions, two minutes before a spot instance is taken away.
 *
 * @see https://karpenter.sh/docs/concepts/disruption/#interruption
 */
export class InterruptionQueue extends Construct {
  /** Known at synthesis. */
  readonly name: string;
  readonly arn: string;

  constructor(scope: Construct, id: string) {
    super(scope, checkedId(scope, id));
    const { environment } = WorkflowStack.of(this);
    this.name = checkedName(this, 'queue', environment.named('interruptions'));
    this.arn = environment.arn('sqs', this.name);
    const queue = new SqsQueue(this, 'queue', {
      name: this.name,
      messageRetentionSeconds: keptSeconds,
      sqsManagedSseEnabled: true,
    });
    new SqsQueuePolicy(this, 'policy', { queueUrl: queue.id, policy: this.policy() });
    for (const [name, { source, detailType }] of Object.entries(events)) {
      const rule = new CloudwatchEventRule(this, name, {
        name: environment.named(name),
        eventPattern: JSON.stringify({ source: [source], 'detail-type': [detailType] }),
      });
      new CloudwatchEventTarget(this, `${name}-target`, { rule: rule.name, arn: queue.arn });
    }
  }

  /** What the consumer needs. */
  read(): readonly Statement[] {
    return [{ actions: ['sqs:DeleteMessage', 'sqs:GetQueueUrl', 'sqs:ReceiveMessage'], resources: [this.arn] }];
  }

  /** EventBridge may send from the rules of this account, over TLS only. */
  private policy(): string {
    const { environment } = WorkflowStack.of(this);
    const rules = Object.keys(events).map((name) => environment.arn('events', `rule/${environment.named(name)}`));
    return JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'Events',
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: this.arn,
          Condition: { ArnEquals: { 'aws:SourceArn': rules } },
        },
        {
          Sid: 'TlsOnly',
          Effect: 'Deny',
          Principal: '*',
          Action: 'sqs:*',
          Resource: this.arn,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    });
  }
}
