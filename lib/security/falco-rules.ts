/** One rule in Falco's language. */
export interface FalcoRule {
  readonly rule: string;
  readonly desc: string;
  readonly condition: string;
  readonly output: string;
  readonly priority: 'CRITICAL' | 'ERROR' | 'WARNING' | 'NOTICE';
  readonly tags: readonly string[];
}

const who =
  'user=%user.name command=%proc.cmdline parent=%proc.pname pod=%k8s.pod.name namespace=%k8s.ns.name image=%container.image.repository';

/**
 * Rules beside those that come with Falco, whose macros they use.
 *
 * @param inside ranges that connections may go to on any port: the VPC and the cluster's services
 */
export function platformRules(inside: readonly string[]): FalcoRule[] {
  const local = ['127.0.0.0/8', '169.254.0.0/16', ...inside].map((range) => `"${range}"`).join(', ');
  return [
    {
      rule: 'Change of user in a container',
      desc: 'Images have no reason to bring su, sudo or doas, and even less to run them.',
      condition: 'spawned_process and container and proc.name in (su, sudo, doas)',
      output: `Change of user in a container (${who})`,
      priority: 'WARNING',
      tags: ['container', 'mitre_privilege_escalation', 'T1548'],
    },
    {
      rule: 'Sensitive file read in a container',
      desc: 'Password hashes, SSH keys and credentials of the node are not for containers.',
      condition:
        'open_read and container and (fd.name in (/etc/shadow, /etc/gshadow, /etc/sudoers) or fd.name startswith /root/.ssh/ or fd.name startswith /root/.aws/ or fd.name startswith /var/lib/kubelet/pki/)',
      output: `Sensitive file read in a container (file=%fd.name ${who})`,
      priority: 'ERROR',
      tags: ['container', 'filesystem', 'mitre_credential_access', 'T1555'],
    },
    {
      rule: 'Service account token read by a shell',
      desc: 'Programs read their token through a client library; a person reads it with a shell.',
      condition:
        'open_read and container and fd.name startswith /var/run/secrets/ and proc.name in (sh, bash, dash, ash, zsh, cat, curl, wget)',
      output: `Service account token read by a shell (file=%fd.name ${who})`,
      priority: 'ERROR',
      tags: ['container', 'k8s', 'mitre_credential_access', 'T1528'],
    },
    {
      rule: 'Unexpected connection to the internet',
      desc: 'Containers call the internet over TLS alone.',
      condition: `evt.type = connect and container and fd.l4proto = tcp and fd.typechar = 4 and not fd.snet in (${local}) and not fd.sport in (53, 443)`,
      output: `Unexpected connection to the internet (connection=%fd.name ${who})`,
      priority: 'WARNING',
      tags: ['container', 'network', 'mitre_command_and_control', 'T1571'],
    },
  ];
}
