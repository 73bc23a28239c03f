export { IstioBase } from './istio-base';
export { IstioCni, type IstioCniProps } from './istio-cni';
export { IstioGateway, type IstioGatewayProps } from './istio-gateway';
export { Istiod, type IstiodProps } from './istiod';
export { Kiali, type KialiProps } from './kiali';
export { MeshMonitoring, type MeshMonitoringProps } from './mesh-monitoring';
export { type AccessLogs, MeshPolicies, type MeshPoliciesProps, type PlainPorts } from './mesh-policies';
export { Ztunnel, type ZtunnelProps } from './ztunnel';
