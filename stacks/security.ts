import { Construct, type IConstruct } from 'constructs';
import { type Choice, chosen, type Replaceable } from '../lib/core/choice';
import type { CustomResource } from '../lib/core/custom-resource';
import type { Foundation, Ingress, Observability, Security } from '../lib/core/handles';
import { Workflow } from '../lib/core/workflow';
import { WorkflowStack, type WorkflowStackProps } from '../lib/core/workflow-stack';
import { Namespace } from '../lib/providers/namespace';
import { ExternalSecrets, type ExternalSecretsProps } from '../lib/security/external-secrets';
import { Falco, type FalcoProps } from '../lib/security/falco';
import { Falcosidekick, type FalcosidekickProps } from '../lib/security/falcosidekick';
import { Gatekeeper, type GatekeeperProps } from '../lib/security/gatekeeper';
import { GatekeeperPolicies, type GatekeeperPoliciesProps } from '../lib/security/gatekeeper-policies';
import { generatedPassword } from '../lib/security/generated-password';
import { OpenBao, type OpenBaoProps, type SecretVault } from '../lib/security/openbao';
import { OpenBaoSnapshots, type OpenBaoSnapshotsProps } from '../lib/security/openbao-snapshots';
import { SecretStore, type SecretStoreProps } from '../lib/security/secret-store';

export interface SecurityProps extends WorkflowStackProps {
  readonly foundation: Foundation;
  readonly ingress: Ingress;
  /**
   * Where events of Falco go.
   *
   * @default - they stay in the log of its pods
   */
  readonly observability?: Observability;
  /**
   * Namespaces whose pods call OpenBao themselves, besides External Secrets.
   *
   * @default - none
   */
  readonly vaultClients?: readonly string[];
  /**
   * Other props for OpenBao, or a vault of your own that speaks its API.
   *
   * @default - OpenBao in the size of the environment
   */
  readonly openBao?: Replaceable<SecretVault & IConstruct, OpenBaoProps>;
  /**
   * Other props for the snapshots of OpenBao, or `false` for none.
   *
   * @default - as often and as long as the environment backs up
   */
  readonly snapshots?: Choice<OpenBaoSnapshots, OpenBaoSnapshotsProps>;
  /**
   * Other props for External Secrets.
   *
   * @default - External Secrets without permissions in AWS
   */
  readonly externalSecrets?: Replaceable<ExternalSecrets, ExternalSecretsProps>;
  /**
   * Other props for the stores that external secrets name.
   *
   * @default - one store that reads OpenBao
   */
  readonly secretStore?: Replaceable<SecretStore, SecretStoreProps>;
  /**
   * Other props for Falco, or `false` to leave it out.
   *
   * @default - Falco on every node
   */
  readonly falco?: Choice<Falco, FalcoProps>;
  /**
   * Other props for Falcosidekick, or `false` to leave it out.
   *
   * @default - Falcosidekick where there is observability to send events to
   */
  readonly falcosidekick?: Choice<Falcosidekick, FalcosidekickProps>;
  /**
   * Other props for Gatekeeper, or `false` to leave it and its policies out.
   *
   * @default - Gatekeeper in the size of the environment
   */
  readonly gatekeeper?: Choice<Gatekeeper, GatekeeperProps>;
  /**
   * Other props for the rules, or `false` to bring your own.
   *
   * @default - labels, resources, security contexts, versions and registries
   */
  readonly policies?: Choice<GatekeeperPolicies, GatekeeperPoliciesProps>;
}

/** Workflow 5: a vault and what reads it, a watcher on every node, and rules for workloads, which come last. */
export class SecurityStack extends WorkflowStack implements Security {
  readonly secretStore: string;
  readonly vaultUrl: string;

  /** A scope of its own, since tools and their namespaces have the same names. */
  private readonly namespaces = new Construct(this, 'namespaces');

  constructor(scope: Construct, props: SecurityProps) {
    super(scope, Workflow.SECURITY, props);
    const vault = this.vault(props);
    const watchers = this.watchers(props);
    this.rules(props, [vault.store, ...watchers]);
    this.secretStore = vault.store.name;
    this.vaultUrl = vault.url;
  }

  generatedPassword(props: Parameters<Security['generatedPassword']>[0]): readonly CustomResource[] {
    return generatedPassword(props);
  }

  private vault(props: SecurityProps): { readonly url: string; readonly store: SecretStore } {
    const { foundation, ingress, vaultClients = [] } = props;
    const reading = new Namespace(this.namespaces, 'external-secrets', {
      podSecurity: 'restricted',
      admits: { webhooks: [10250] },
    });
    const namespace = new Namespace(this.namespaces, 'openbao', {
      podSecurity: 'restricted',
      admits: { namespaces: [reading.name, ...vaultClients] },
      preventDestroy: this.environment.facts.deletionProtection,
    });
    const externalSecrets = chosen(
      this,
      props.externalSecrets,
      (changes) => new ExternalSecrets(this, 'external-secrets', { namespace: reading, foundation, ...changes }),
    );
    const reader = { namespace: reading.name, serviceAccount: externalSecrets.serviceAccount };
    const vault = chosen<SecretVault & IConstruct, OpenBaoProps>(
      this,
      props.openBao,
      (changes) => new OpenBao(this, 'openbao', { namespace, foundation, ingress, reader, ...changes }),
    );
    chosen(
      this,
      props.snapshots,
      (changes) => new OpenBaoSnapshots(this, 'openbao-snapshots', { namespace, foundation, vault, ...changes }),
    );
    const store = chosen(
      this,
      props.secretStore,
      (changes) => new SecretStore(this, 'secret-store', { namespace: reading, externalSecrets, vault, ...changes }),
    );
    return { url: vault.url, store };
  }

  private watchers({ observability, falco, falcosidekick }: SecurityProps): IConstruct[] {
    if (falco === false) return [];
    // Falco reads the kernel and folders of the node.
    const namespace = new Namespace(this.namespaces, 'falco', { podSecurity: 'privileged' });
    const forwards = observability !== undefined || falcosidekick !== undefined;
    const events = forwards
      ? chosen(
          this,
          falcosidekick,
          (changes) => new Falcosidekick(this, 'falcosidekick', { namespace, observability, ...changes }),
        )
      : undefined;
    return [chosen(this, falco, (changes) => new Falco(this, 'falco', { namespace, events, ...changes }))].filter(
      (part) => part !== undefined,
    );
  }

  private rules(props: SecurityProps, before: readonly IConstruct[]): void {
    if (props.gatekeeper === false) return;
    const namespace = new Namespace(this.namespaces, 'gatekeeper-system', {
      podSecurity: 'restricted',
      admits: { webhooks: [8443] },
      labels: { 'admission.gatekeeper.sh/ignore': 'no-self-managing' },
    });
    const gatekeeper = chosen(
      this,
      props.gatekeeper,
      (changes) => new Gatekeeper(this, 'gatekeeper', { namespace, ...changes }),
    );
    if (!gatekeeper) return;
    gatekeeper.node.addDependency(...before);
    chosen(
      this,
      props.policies,
      (changes) => new GatekeeperPolicies(this, 'policies', { namespace, gatekeeper, ...changes }),
    );
  }
}
