export { CertManager, type CertManagerProps } from './cert-manager';
export { Emissary, type EmissaryProps } from './emissary';
export { ExternalDns, type ExternalDnsProps } from './external-dns';
export type { Gateway } from './gateway';
export { Issuers, type IssuersProps } from './issuers';
