import type { Construct } from 'constructs';
import { Component } from '../core/component';
import type { Foundation } from '../core/handles';
import type { Statement } from '../providers/aws/policy';
import { EcrLifecyclePolicy, EcrRepository } from '../providers/aws/registry';

export interface ImageRegistryProps {
  /** Foundation whose key encrypts the images. */
  readonly foundation: Foundation;
  /**
   * Services that get a repository, such as `order-service`.
   *
   * @default - none
   */
  readonly services?: readonly string[];
  /**
   * Images that each repository keeps; the oldest beyond them are deleted.
   *
   * @default 100
   */
  readonly keepImages?: number;
}

/** Days after which layers that no tag names any more are deleted. */
const untaggedDays = 7;

const reading = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
const writing = [
  'ecr:InitiateLayerUpload',
  'ecr:UploadLayerPart',
  'ecr:CompleteLayerUpload',
  'ecr:PutImage',
  'ecr:DescribeImages',
];

/**
 * One repository per service in ECR: a tag is written once, images are encrypted with the platform's key and scanned
 * when they arrive.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/what-is-ecr.html
 */
export class ImageRegistry extends Component {
  /** Services that have a repository. */
  readonly services: readonly string[];
  /** Host of the registry. */
  readonly host: string;
  /** What comes before the name of a service in the address of its image. */
  readonly prefix: string;

  constructor(scope: Construct, id: string, props: ImageRegistryProps) {
    super(scope, id, { purpose: 'keeps the images of the services' });
    const { project, name, facts } = this.environment;
    const { region, account } = facts.aws;
    this.services = props.services ?? [];
    this.host = `${account}.dkr.ecr.${region}.amazonaws.com`;
    this.prefix = `${this.host}/${project}/${name}`;
    for (const service of this.services) this.repository(service, props);
    this.handsOver('images', `${this.prefix}/<service>`);
    if (this.services.length > 0)
      this.verifiedBy(`aws ecr describe-repositories --repository-names ${project}/${name}/${this.services[0]}`);
  }

  /** Fetching images. */
  pull(): readonly Statement[] {
    return [logIn, { actions: reading, resources: [this.repositories] }];
  }

  /** Fetching and storing images. */
  push(): readonly Statement[] {
    return [logIn, { actions: [...reading, ...writing], resources: [this.repositories] }];
  }

  private get repositories(): string {
    return this.environment.arn('ecr', `repository/${this.environment.project}/${this.environment.name}/*`);
  }

  private repository(service: string, { foundation, keepImages = 100 }: ImageRegistryProps): void {
    const { project, name, facts } = this.environment;
    const repository = new EcrRepository(this, service, {
      name: `${project}/${name}/${service}`,
      imageTagMutability: 'IMMUTABLE',
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: [{ encryptionType: 'KMS', kmsKey: foundation.encryptionKeyArn }],
      forceDelete: !facts.deletionProtection,
    });
    new EcrLifecyclePolicy(this, `${service}-lifecycle`, {
      repository: repository.name,
      policy: lifecycle(keepImages),
    });
  }
}

/** IAM cannot limit the login to a repository. */
const logIn: Statement = { actions: ['ecr:GetAuthorizationToken'], resources: ['*'] };

/** A signature counts as an image of its own, so a kept image takes two places. */
function lifecycle(keepImages: number): string {
  const expire = { type: 'expire' };
  return JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        description: 'Layers that no tag names',
        selection: {
          tagStatus: 'untagged',
          countType: 'sinceImagePushed',
          countUnit: 'days',
          countNumber: untaggedDays,
        },
        action: expire,
      },
      {
        rulePriority: 2,
        description: 'All but the newest',
        selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: keepImages },
        action: expire,
      },
    ],
  });
}
