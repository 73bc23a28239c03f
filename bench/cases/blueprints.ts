/**
 * The peer: three clusters with EKS Blueprints for CDK, each with the add-ons that are nearest to our seven workflows.
 *
 * Nothing here may reach for the network. Versions of the managed add-ons are pinned, because 'auto' asks AWS for them.
 * The hosted zone is imported by its id. Add-ons that download manifests (secrets store, Karpenter, Gateway API) are
 * left out; the cluster autoscaler stands in for Karpenter.
 */
import {
  ArgoCDAddOn,
  AsgClusterProvider,
  AwsForFluentBitAddOn,
  AwsLoadBalancerControllerAddOn,
  AwsNodeTerminationHandlerAddOn,
  CertManagerAddOn,
  type ClusterAddOn,
  ClusterAutoScalerAddOn,
  CoreDnsAddOn,
  EbsCsiDriverAddOn,
  EfsCsiDriverAddOn,
  EksBlueprint,
  EksPodIdentityAgentAddOn,
  ExternalDnsAddOn,
  ExternalsSecretsAddOn,
  FalcoAddOn,
  GlobalResources,
  HelmAddOn,
  ImportHostedZoneProvider,
  IngressNginxAddOn,
  IstioBaseAddOn,
  IstioControlPlaneAddOn,
  KedaAddOn,
  KubeProxyAddOn,
  KubeStateMetricsAddOn,
  MetricsServerAddOn,
  OpaGatekeeperAddOn,
  PrometheusNodeExporterAddOn,
  VpcCniAddOn,
  VpcProvider,
} from '@aws-quickstart/eks-blueprints';
import { App } from 'aws-cdk-lib';
import { KubernetesVersion } from 'aws-cdk-lib/aws-eks';

/** Blueprints has no add-on for this chart; its base class is the documented way to bring one. */
class KubePrometheusStack extends HelmAddOn {
  constructor() {
    super({
      name: 'kube-prometheus-stack',
      chart: 'kube-prometheus-stack',
      release: 'kube-prometheus-stack',
      repository: 'https://prometheus-community.github.io/helm-charts',
      namespace: 'monitoring',
      version: '77.0.0',
      skipVersionValidation: true,
    });
  }

  deploy(...[cluster]: Parameters<ClusterAddOn['deploy']>) {
    const values = { prometheus: { prometheusSpec: { retention: '7d', replicas: 1 } }, grafana: { enabled: true } };
    return Promise.resolve(this.addHelmChart(cluster, values, true));
  }
}

const addOns = (): ClusterAddOn[] => [
  new VpcCniAddOn({ version: 'v1.20.1-eksbuild.1' }),
  new CoreDnsAddOn('v1.12.3-eksbuild.1'),
  new KubeProxyAddOn('v1.34.0-eksbuild.2'),
  new EksPodIdentityAgentAddOn('v1.3.8-eksbuild.2'),
  new EbsCsiDriverAddOn({ version: 'v1.48.0-eksbuild.1' }),
  new EfsCsiDriverAddOn(),
  new AwsLoadBalancerControllerAddOn(),
  new CertManagerAddOn(),
  new ExternalDnsAddOn({ hostedZoneResources: [GlobalResources.HostedZone] }),
  new ExternalsSecretsAddOn(),
  new MetricsServerAddOn(),
  new ClusterAutoScalerAddOn(),
  new AwsNodeTerminationHandlerAddOn(),
  new IngressNginxAddOn(),
  new ArgoCDAddOn(),
  new KubePrometheusStack(),
  new KubeStateMetricsAddOn(),
  new PrometheusNodeExporterAddOn(),
  new AwsForFluentBitAddOn(),
  new IstioBaseAddOn(),
  new IstioControlPlaneAddOn(),
  new KedaAddOn(),
  new FalcoAddOn(),
  new OpaGatekeeperAddOn(),
];

async function main(): Promise<void> {
  const app = new App();
  for (const name of ['dev', 'staging', 'prod']) {
    await EksBlueprint.builder()
      .account('111122223333')
      .region('us-east-1')
      .version(KubernetesVersion.V1_34)
      .resourceProvider(GlobalResources.Vpc, new VpcProvider())
      .resourceProvider(GlobalResources.HostedZone, new ImportHostedZoneProvider('Z0123456789', `${name}.example.com`))
      .clusterProvider(new AsgClusterProvider({ id: 'system', minSize: 3, maxSize: 5 }))
      .addOns(...addOns())
      .buildAsync(app, `${name}-platform`);
  }
  app.synth();
}

void main();
