import type { Construct } from 'constructs';
import { Component } from '../core/component';
import type { Foundation, NamespaceHandle } from '../core/handles';
import { Workflow } from '../core/workflow';

export interface StorageClassesProps {
  /** Namespace that holds the record of the release. */
  readonly namespace: NamespaceHandle;
  /** Cluster, network and key that it works with. */
  readonly foundation: Foundation;
}

/**
 * The default class for volumes: gp3, encrypted with the key of the platform, made in the zone of the first pod, and
 * able to grow.
 *
 * @see https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/parameters.md
 */
export class StorageClasses extends Component {
  constructor(scope: Construct, id: string, { namespace, foundation }: StorageClassesProps) {
    super(scope, id, {
      purpose: 'makes encrypted gp3 volumes the default',
      namespace,
      workflow: Workflow.FOUNDATION,
    });
    this.customResources('classes', {
      resources: [
        {
          apiVersion: 'storage.k8s.io/v1',
          kind: 'StorageClass',
          metadata: {
            name: foundation.storageClass,
            annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
          },
          provisioner: 'ebs.csi.aws.com',
          parameters: { type: 'gp3', encrypted: 'true', kmsKeyId: foundation.encryptionKeyArn },
          volumeBindingMode: 'WaitForFirstConsumer',
          allowVolumeExpansion: true,
          reclaimPolicy: 'Delete',
        },
      ],
    });
    this.verifiedBy(`kubectl get storageclass ${foundation.storageClass}`);
    this.rolledBackBy(`helm -n ${namespace.name} rollback ${id}-classes`);
    this.handsOver('default storage class', foundation.storageClass);
  }
}
