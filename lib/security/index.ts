export {
  type AdmissionRule,
  allowedRegistries,
  noLatestTag,
  requiredLabels,
  requiredResources,
  requiredSecurityContext,
} from './admission-rules';
export { ExternalSecrets, type ExternalSecretsProps } from './external-secrets';
export { Falco, type FalcoProps } from './falco';
export { type FalcoRule, platformRules } from './falco-rules';
export { type EventSink, Falcosidekick, type FalcosidekickProps } from './falcosidekick';
export { Gatekeeper, type GatekeeperProps } from './gatekeeper';
export { GatekeeperPolicies, type GatekeeperPoliciesProps } from './gatekeeper-policies';
export { generatedPassword } from './generated-password';
export { OpenBao, type OpenBaoProps, type SecretVault } from './openbao';
export { OpenBaoSnapshots, type OpenBaoSnapshotsProps } from './openbao-snapshots';
export { SecretStore, type SecretStoreProps } from './secret-store';
