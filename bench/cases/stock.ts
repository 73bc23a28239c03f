/**
 * The stock way: a CDK for Terraform app as `cdktf init --template typescript` sets it up. ts-node with its type check,
 * provider classes imported from the root of each package.
 *
 * Invented, but of our size: how many stacks there are, and how many blocks of a kind each one holds, is counted in our
 * own output (output.mjs) and comes in through a file. A stack that has no AWS resource gets one here, since the others
 * refer to it.
 */
import { readFileSync } from 'node:fs';
import {
  provider as aws,
  cloudwatchLogGroup,
  dataAwsIamPolicyDocument,
  iamPolicy,
  iamRole,
  iamRolePolicyAttachment,
  s3Bucket,
  s3BucketVersioning,
  securityGroup,
  ssmParameter,
} from '@cdktf/provider-aws';
import { provider as helm, release } from '@cdktf/provider-helm';
import { configMap, provider as kubernetes } from '@cdktf/provider-kubernetes';
import { App, S3Backend, TerraformStack } from 'cdktf';

/** What output.mjs counts in one of our stacks. */
interface StackShape {
  readonly name: string;
  readonly aws: number;
  readonly helm: number;
  readonly kubernetes: number;
  readonly data: number;
  /** Earlier stacks whose outputs are read. */
  readonly remoteStates: number;
  /** Mean length of the values of a release. */
  readonly valuesBytes: number;
}

class StockStack extends TerraformStack {
  readonly firstRole: iamRole.IamRole;

  constructor(app: App, shape: StackShape, earlier: StockStack[]) {
    super(app, shape.name);
    new S3Backend(this, { bucket: 'state', key: `${shape.name}.tfstate`, region: 'us-east-1' });
    new aws.AwsProvider(this, 'aws', { region: 'us-east-1', defaultTags: [{ tags: { Stack: shape.name } }] });
    new helm.HelmProvider(this, 'helm', { kubernetes: { host: 'https://cluster.example.com' } });
    new kubernetes.KubernetesProvider(this, 'kubernetes', { host: 'https://cluster.example.com' });

    this.firstRole = this.role(0);
    const shared = earlier.slice(Math.max(0, earlier.length - shape.remoteStates)).map((stack) => stack.firstRole.arn);
    const roles = this.awsResources(shape, shared);
    this.policyDocuments(shape, roles);
    this.releases(shape, roles);
    this.configMaps(shape, roles);
  }

  /** Eight kinds of AWS resource in turn, each with a reference to the role of its turn. */
  private awsResources(shape: StackShape, shared: string[]): iamRole.IamRole[] {
    const roles = [this.firstRole];
    for (let index = 1; index < shape.aws; index++) {
      const role = roles[roles.length - 1] ?? this.firstRole;
      const id = `resource-${index}`;
      const tags = { Name: `${shape.name}-${id}`, Role: role.name };
      switch (index % 8) {
        case 0:
          roles.push(this.role(index));
          break;
        case 1:
          new iamPolicy.IamPolicy(this, id, {
            name: id,
            policy: JSON.stringify({ Resource: [role.arn, ...shared] }),
            tags,
          });
          break;
        case 2:
          new iamRolePolicyAttachment.IamRolePolicyAttachment(this, id, {
            role: role.name,
            policyArn: 'arn:aws:iam::aws:p',
          });
          break;
        case 3:
          new s3Bucket.S3Bucket(this, id, { bucketPrefix: id, tags });
          break;
        case 4:
          new s3BucketVersioning.S3BucketVersioningA(this, id, {
            bucket: `bucket-of-${role.name}`,
            versioningConfiguration: { status: 'Enabled' },
          });
          break;
        case 5:
          new securityGroup.SecurityGroup(this, id, {
            name: id,
            ingress: [{ fromPort: 443, toPort: 443, protocol: 'tcp', cidrBlocks: ['10.0.0.0/16'] }],
            tags,
          });
          break;
        case 6:
          new ssmParameter.SsmParameter(this, id, {
            name: `/${shape.name}/${id}`,
            type: 'String',
            value: role.arn,
            tags,
          });
          break;
        default:
          new cloudwatchLogGroup.CloudwatchLogGroup(this, id, {
            name: `/${role.name}/${id}`,
            retentionInDays: 7,
            tags,
          });
      }
    }
    return roles;
  }

  private role(index: number): iamRole.IamRole {
    return new iamRole.IamRole(this, `role-${index}`, {
      name: `${this.node.id}-role-${index}`,
      assumeRolePolicy: JSON.stringify({
        Statement: [{ Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'] }],
      }),
      tags: { Name: `role-${index}`, Stack: this.node.id },
    });
  }

  private policyDocuments(shape: StackShape, roles: iamRole.IamRole[]): void {
    for (let index = 0; index < shape.data; index++) {
      new dataAwsIamPolicyDocument.DataAwsIamPolicyDocument(this, `document-${index}`, {
        statement: [{ actions: ['s3:GetObject', 's3:PutObject'], resources: [`${pick(roles, index).arn}/*`] }],
      });
    }
  }

  private releases(shape: StackShape, roles: iamRole.IamRole[]): void {
    for (let index = 0; index < shape.helm; index++) {
      const values = { role: pick(roles, index).arn, settings: settingsOf(shape.valuesBytes) };
      new release.Release(this, `release-${index}`, {
        name: `release-${index}`,
        repository: 'https://charts.example.com',
        chart: 'chart',
        version: '1.0.0',
        namespace: 'default',
        values: [JSON.stringify(values)],
      });
    }
  }

  private configMaps(shape: StackShape, roles: iamRole.IamRole[]): void {
    for (let index = 0; index < shape.kubernetes; index++) {
      new configMap.ConfigMap(this, `config-${index}`, {
        metadata: { name: `config-${index}`, namespace: 'default', labels: { stack: shape.name } },
        data: { role: pick(roles, index).arn },
      });
    }
  }
}

function pick<T>(items: T[], index: number): T {
  return items[index % items.length] as T;
}

/** Chart values of about the given length, some forty characters a setting. */
function settingsOf(bytes: number): object[] {
  return Array.from({ length: Math.round(bytes / 37) }, (_, index) => ({
    name: `setting-${index}`,
    value: `${index}m`,
  }));
}

const shapes: StackShape[] = JSON.parse(readFileSync(process.env.BENCH_SHAPE as string, 'utf8'));
const app = new App();
const stacks: StockStack[] = [];
for (const shape of shapes) {
  stacks.push(new StockStack(app, shape, stacks));
}
app.synth();
