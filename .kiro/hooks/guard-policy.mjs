// What the guard knows, made from the model by `npm run synth`.
export default {
  "environments": [
    {
      "name": "prod",
      "cluster": "ecotrack-prod-cluster",
      "reach": "guarded",
      "mode": "supervised",
      "configuration": "approval",
      "scaling": "approval",
      "maxReplicas": 10
    },
    {
      "name": "staging",
      "cluster": "ecotrack-staging-cluster",
      "reach": "rehearsed",
      "mode": "supervised",
      "configuration": "validated",
      "scaling": "approval",
      "maxReplicas": 8
    },
    {
      "name": "dev",
      "cluster": "ecotrack-dev-cluster",
      "reach": "open",
      "mode": "autopilot",
      "configuration": "allowed",
      "scaling": "allowed",
      "maxReplicas": 5
    }
  ],
  "tools": [
    {
      "names": [
        "terraform",
        "tofu",
        "terragrunt",
        "tf",
        "opentofu"
      ],
      "valueFlags": [],
      "reads": [
        "plan",
        "validate",
        "fmt",
        "version",
        "providers",
        "graph",
        "init",
        "get",
        "test",
        "metadata",
        "modules",
        "show",
        "output",
        "state list",
        "state show",
        "state pull",
        "workspace list",
        "workspace show",
        "help"
      ],
      "unasked": [
        "plan",
        "validate",
        "fmt -check",
        "version",
        "providers"
      ],
      "asked": [
        "apply",
        "import",
        "refresh",
        "init",
        "state",
        "show",
        "output",
        "console",
        "workspace"
      ],
      "refusals": [
        {
          "words": "destroy",
          "topic": "destroy",
          "instead": "a person runs it, after a look at what would go"
        },
        {
          "flags": [
            "-destroy"
          ],
          "topic": "destroy",
          "instead": "a person runs it, after a look at what would go"
        },
        {
          "flags": [
            "-replace"
          ],
          "topic": "destroy",
          "instead": "plan the change and let a person apply it"
        },
        {
          "words": "taint",
          "topic": "destroy",
          "instead": "plan the change and let a person apply it"
        },
        {
          "words": "untaint",
          "topic": "state",
          "instead": "describe what is wrong in the state and let a person repair it"
        },
        {
          "words": "state rm",
          "topic": "state",
          "instead": "describe what is wrong in the state and let a person repair it"
        },
        {
          "words": "state mv",
          "topic": "state",
          "instead": "describe what is wrong in the state and let a person repair it"
        },
        {
          "words": "state push",
          "topic": "state",
          "instead": "describe what is wrong in the state and let a person repair it"
        },
        {
          "words": "state replace-provider",
          "topic": "state",
          "instead": "describe what is wrong in the state and let a person repair it"
        },
        {
          "words": "workspace delete",
          "topic": "state",
          "instead": "describe what is wrong in the state and let a person repair it"
        },
        {
          "words": "force-unlock",
          "topic": "force",
          "instead": "find out who holds the lock; a person releases it"
        },
        {
          "flags": [
            "-lock=false",
            "-force-copy"
          ],
          "topic": "force",
          "instead": "wait for the lock"
        }
      ],
      "target": {
        "folder": true
      }
    },
    {
      "names": [
        "cdktf",
        "cdktf-cli"
      ],
      "valueFlags": [
        "--app",
        "--output",
        "--log-level",
        "-a",
        "-o"
      ],
      "reads": [
        "list",
        "diff",
        "plan",
        "synth",
        "synthesize",
        "get",
        "debug",
        "output",
        "outputs",
        "help"
      ],
      "unasked": [
        "list",
        "diff",
        "synth"
      ],
      "asked": [
        "deploy",
        "apply",
        "output",
        "get"
      ],
      "opened": [
        "deploy"
      ],
      "refusals": [
        {
          "words": "destroy",
          "topic": "destroy",
          "instead": "a person runs it, after a look at what would go"
        },
        {
          "words": "watch",
          "topic": "order",
          "instead": "deploy one stack at a time, after its diff"
        },
        {
          "flags": [
            "--ignore-missing-stack-dependencies"
          ],
          "topic": "order",
          "instead": "deploy the stacks it depends on first"
        },
        {
          "flags": [
            "--no-lock"
          ],
          "topic": "force",
          "instead": "wait for the lock"
        }
      ],
      "target": {
        "words": true
      }
    },
    {
      "names": [
        "aws"
      ],
      "valueFlags": [
        "--profile",
        "--region",
        "--output",
        "--endpoint-url",
        "--query",
        "--ca-bundle",
        "--color",
        "--cli-read-timeout",
        "--cli-connect-timeout",
        "--cli-binary-format"
      ],
      "reads": [
        "* describe-*",
        "* list-*",
        "* get-*",
        "* head-*",
        "* lookup-*",
        "* search-*",
        "* batch-get-*",
        "* filter-*",
        "s3 ls",
        "logs tail",
        "* wait",
        "* help",
        "help",
        "configure list",
        "configure list-profiles"
      ],
      "unasked": [
        "sts get-caller-identity",
        "eks describe-*",
        "eks list-*",
        "ec2 describe-*",
        "elbv2 describe-*",
        "kms describe-key",
        "kms list-aliases",
        "ce get-*"
      ],
      "asked": [
        "* create-*",
        "* put-*",
        "* update-*",
        "* modify-*",
        "s3 cp",
        "s3 sync",
        "eks update-kubeconfig"
      ],
      "refusals": [
        {
          "words": "s3 rm",
          "topic": "data",
          "instead": "a person runs it, after a look at what would go"
        },
        {
          "words": "s3 rb",
          "topic": "data",
          "instead": "a person runs it, after a look at what would go"
        },
        {
          "words": "s3 mv",
          "topic": "data",
          "instead": "a person runs it, after a look at what would go"
        },
        {
          "words": "* delete-*",
          "topic": "data",
          "instead": "a person runs it, after a look at what would go"
        },
        {
          "words": "* batch-delete-*",
          "topic": "data",
          "instead": "a person runs it, after a look at what would go"
        },
        {
          "words": "* terminate-*",
          "topic": "data",
          "instead": "a person runs it, after a look at what would go"
        },
        {
          "words": "* purge-*",
          "topic": "data",
          "instead": "a person runs it, after a look at what would go"
        },
        {
          "words": "kms schedule-key-deletion",
          "topic": "data",
          "instead": "keep the key; everything under it is lost with it"
        },
        {
          "words": "kms disable-*",
          "topic": "data",
          "instead": "keep the key; nothing under it can be read without it"
        },
        {
          "words": "* deregister-*",
          "topic": "destroy",
          "instead": "a person runs it, after a look at what would go"
        },
        {
          "words": "* remove-*",
          "topic": "destroy",
          "instead": "a person runs it, after a look at what would go"
        },
        {
          "words": "* release-*",
          "topic": "destroy",
          "instead": "a person runs it, after a look at what would go"
        },
        {
          "flags": [
            "--delete",
            "--force",
            "--force-delete-without-recovery"
          ],
          "topic": "force",
          "instead": "a person runs it, after a look at what would go"
        },
        {
          "words": "eks update-nodegroup-config",
          "topic": "order",
          "instead": "change nodes.min and nodes.max in the facts of the environment"
        },
        {
          "words": "secretsmanager get-secret-value",
          "topic": "secrets",
          "instead": "a person reads credentials, outside the chat"
        },
        {
          "words": "secretsmanager batch-get-secret-value",
          "topic": "secrets",
          "instead": "a person reads credentials, outside the chat"
        },
        {
          "words": "ssm get-parameter*",
          "topic": "secrets",
          "instead": "a person reads credentials, outside the chat"
        },
        {
          "words": "kms decrypt",
          "topic": "secrets",
          "instead": "a person reads credentials, outside the chat"
        },
        {
          "words": "eks get-token",
          "topic": "secrets",
          "instead": "a person reads credentials, outside the chat"
        },
        {
          "words": "sts assume-*",
          "topic": "secrets",
          "instead": "a person reads credentials, outside the chat"
        },
        {
          "words": "sts get-session-token",
          "topic": "secrets",
          "instead": "a person reads credentials, outside the chat"
        },
        {
          "words": "sts get-federation-token",
          "topic": "secrets",
          "instead": "a person reads credentials, outside the chat"
        },
        {
          "words": "ecr get-login-password",
          "topic": "secrets",
          "instead": "a person reads credentials, outside the chat"
        },
        {
          "words": "ecr get-authorization-token",
          "topic": "secrets",
          "instead": "a person reads credentials, outside the chat"
        },
        {
          "words": "codeartifact get-authorization-token",
          "topic": "secrets",
          "instead": "a person reads credentials, outside the chat"
        },
        {
          "words": "iam create-access-key",
          "topic": "secrets",
          "instead": "a person reads credentials, outside the chat"
        },
        {
          "words": "configure get",
          "topic": "secrets",
          "instead": "a person reads credentials, outside the chat"
        },
        {
          "words": "configure export-credentials",
          "topic": "secrets",
          "instead": "a person reads credentials, outside the chat"
        }
      ],
      "target": {
        "flags": [
          "--profile",
          "--name",
          "--cluster-name",
          "--cluster"
        ],
        "variables": [
          "AWS_PROFILE"
        ]
      }
    },
    {
      "names": [
        "eksctl"
      ],
      "valueFlags": [
        "--profile",
        "--region",
        "--cluster",
        "-p",
        "-r"
      ],
      "reads": [
        "get",
        "info",
        "version",
        "utils describe-*",
        "help"
      ],
      "unasked": [
        "get"
      ],
      "asked": [
        "create",
        "upgrade",
        "drain",
        "set",
        "utils"
      ],
      "refusals": [
        {
          "words": "delete",
          "topic": "destroy",
          "instead": "a person runs it, after a look at what would go"
        },
        {
          "words": "scale",
          "topic": "order",
          "instead": "change nodes.min and nodes.max in the facts of the environment"
        },
        {
          "flags": [
            "--force"
          ],
          "topic": "force",
          "instead": "a person runs it, after a look at what would go"
        }
      ],
      "target": {
        "flags": [
          "--cluster",
          "--name",
          "--profile"
        ],
        "variables": [
          "AWS_PROFILE"
        ]
      }
    },
    {
      "names": [
        "kubectl",
        "k",
        "oc",
        "kubecolor"
      ],
      "valueFlags": [
        "-n",
        "--namespace",
        "--context",
        "--kubeconfig",
        "--cluster",
        "--user",
        "-s",
        "--server",
        "--token",
        "--as",
        "--as-group",
        "--as-uid",
        "--cache-dir",
        "--certificate-authority",
        "--client-certificate",
        "--client-key",
        "--password",
        "--username",
        "--profile",
        "--profile-output",
        "--request-timeout",
        "--tls-server-name",
        "-v",
        "--v",
        "--vmodule",
        "--log-flush-frequency",
        "--kube-context",
        "--kube-apiserver",
        "--kube-token",
        "--kube-as-user",
        "-o",
        "--output",
        "-l",
        "--selector",
        "-f",
        "--filename",
        "-k",
        "--kustomize",
        "-c",
        "--container",
        "--field-selector",
        "--timeout",
        "--sort-by",
        "--subresource",
        "--since",
        "--tail",
        "--for"
      ],
      "reads": [
        "get",
        "describe",
        "logs",
        "top",
        "events",
        "explain",
        "api-resources",
        "api-versions",
        "version",
        "diff",
        "cluster-info",
        "wait",
        "auth can-i",
        "auth whoami",
        "rollout status",
        "rollout history",
        "kustomize",
        "config current-context",
        "config get-contexts",
        "config get-clusters",
        "config view",
        "port-forward",
        "options",
        "help",
        "completion",
        "plugin list"
      ],
      "unasked": [
        "get",
        "describe",
        "logs",
        "top",
        "events",
        "explain",
        "api-resources",
        "version",
        "wait",
        "rollout status",
        "rollout history",
        "auth can-i",
        "config current-context",
        "config get-contexts"
      ],
      "asked": [
        "apply",
        "create",
        "patch",
        "edit",
        "scale",
        "autoscale",
        "rollout restart",
        "rollout undo",
        "set",
        "label",
        "annotate",
        "taint",
        "cordon",
        "uncordon",
        "drain",
        "expose",
        "run",
        "exec",
        "cp",
        "debug",
        "attach",
        "port-forward",
        "certificate",
        "get --raw"
      ],
      "opened": [
        "apply",
        "scale",
        "rollout restart",
        "rollout undo",
        "label",
        "annotate"
      ],
      "refusals": [
        {
          "words": "delete",
          "topic": "destroy",
          "instead": "take it out of the model; for a stuck pod use rollout restart"
        },
        {
          "words": "destroy",
          "topic": "destroy",
          "instead": "a person runs it, after a look at what would go"
        },
        {
          "flags": [
            "--force",
            "--grace-period",
            "--force-conflicts"
          ],
          "topic": "force",
          "instead": "find out what holds it"
        },
        {
          "flags": [
            "--prune",
            "--prune-allowlist"
          ],
          "topic": "data",
          "instead": "apply without pruning"
        },
        {
          "words": "proxy",
          "topic": "secrets",
          "instead": "forward the port of one service instead"
        },
        {
          "words": "create token",
          "topic": "secrets",
          "instead": "a person makes tokens, outside the chat"
        },
        {
          "words": "config view",
          "flags": [
            "--raw"
          ],
          "topic": "secrets",
          "instead": "view it without --raw"
        },
        {
          "words": "replace",
          "topic": "force",
          "instead": "use apply, which keeps what others set"
        },
        {
          "words": "config use-context",
          "topic": "context",
          "instead": "name the context in the command: --context"
        },
        {
          "words": "config set",
          "topic": "context",
          "instead": "name the context in the command: --context"
        },
        {
          "words": "config set-*",
          "topic": "context",
          "instead": "name the context in the command: --context"
        },
        {
          "words": "config unset",
          "topic": "context",
          "instead": "name the context in the command: --context"
        },
        {
          "words": "config delete-*",
          "topic": "context",
          "instead": "name the context in the command: --context"
        },
        {
          "words": "config rename-context",
          "topic": "context",
          "instead": "name the context in the command: --context"
        }
      ],
      "secrets": {
        "words": [
          "get",
          "edit"
        ],
        "resource": "^([^/]*,)?secrets?([.,/].*)?$|/secrets(/|$|\\?)",
        "shown": [
          "name",
          "wide"
        ],
        "instead": "a person reads secrets, outside the chat; names alone can be listed"
      },
      "scaling": [
        "scale",
        "autoscale"
      ],
      "target": {
        "flags": [
          "--context",
          "--cluster"
        ],
        "kubeContext": true
      }
    },
    {
      "names": [
        "helm"
      ],
      "valueFlags": [
        "-n",
        "--namespace",
        "--context",
        "--kubeconfig",
        "--cluster",
        "--user",
        "-s",
        "--server",
        "--token",
        "--as",
        "--as-group",
        "--as-uid",
        "--cache-dir",
        "--certificate-authority",
        "--client-certificate",
        "--client-key",
        "--password",
        "--username",
        "--profile",
        "--profile-output",
        "--request-timeout",
        "--tls-server-name",
        "-v",
        "--v",
        "--vmodule",
        "--log-flush-frequency",
        "--kube-context",
        "--kube-apiserver",
        "--kube-token",
        "--kube-as-user",
        "--registry-config",
        "--repository-cache",
        "--repository-config",
        "--burst-limit",
        "--qps"
      ],
      "reads": [
        "list",
        "ls",
        "status",
        "history",
        "get",
        "template",
        "lint",
        "show",
        "inspect",
        "search",
        "repo list",
        "repo update",
        "repo add",
        "pull",
        "fetch",
        "dependency",
        "env",
        "version",
        "verify",
        "diff",
        "help"
      ],
      "unasked": [
        "list",
        "status",
        "history",
        "show",
        "search",
        "version"
      ],
      "asked": [
        "install",
        "upgrade",
        "rollback",
        "get",
        "repo add",
        "plugin"
      ],
      "refusals": [
        {
          "words": "uninstall",
          "topic": "destroy",
          "instead": "releases belong to Terraform: change the model and deploy the stack"
        },
        {
          "words": "delete",
          "topic": "destroy",
          "instead": "releases belong to Terraform: change the model and deploy the stack"
        },
        {
          "words": "del",
          "topic": "destroy",
          "instead": "releases belong to Terraform: change the model and deploy the stack"
        },
        {
          "words": "un",
          "topic": "destroy",
          "instead": "releases belong to Terraform: change the model and deploy the stack"
        },
        {
          "flags": [
            "--force",
            "--force-replace",
            "--force-conflicts",
            "--take-ownership"
          ],
          "topic": "force",
          "instead": "releases belong to Terraform: change the model and deploy the stack"
        }
      ],
      "target": {
        "flags": [
          "--kube-context",
          "--kubeconfig"
        ],
        "variables": [
          "HELM_KUBECONTEXT"
        ],
        "kubeContext": true
      }
    },
    {
      "names": [
        "kubectx",
        "kubens",
        "k9s"
      ],
      "valueFlags": [],
      "reads": [],
      "unasked": [],
      "asked": [],
      "refusals": [
        {
          "words": "*",
          "topic": "context",
          "instead": "name the context in the command: --context"
        }
      ],
      "target": {
        "kubeContext": true
      }
    },
    {
      "names": [
        "argocd"
      ],
      "valueFlags": [
        "--argocd-context",
        "--server",
        "--auth-token",
        "--config",
        "--kube-context",
        "--header",
        "-H"
      ],
      "reads": [
        "app get",
        "app list",
        "app diff",
        "app history",
        "app logs",
        "app manifests",
        "app resources",
        "app wait",
        "appset get",
        "appset list",
        "proj get",
        "proj list",
        "cluster list",
        "repo list",
        "version",
        "help"
      ],
      "unasked": [
        "app get",
        "app list",
        "app diff",
        "app history"
      ],
      "asked": [
        "app sync",
        "app rollback",
        "app set",
        "app create",
        "app patch",
        "proj",
        "login"
      ],
      "refusals": [
        {
          "words": "app delete",
          "topic": "destroy",
          "instead": "change the repository that Argo CD delivers from"
        },
        {
          "words": "app delete-*",
          "topic": "destroy",
          "instead": "change the repository that Argo CD delivers from"
        },
        {
          "words": "appset delete",
          "topic": "destroy",
          "instead": "change the repository that Argo CD delivers from"
        },
        {
          "words": "proj delete",
          "topic": "destroy",
          "instead": "change the repository that Argo CD delivers from"
        },
        {
          "words": "cluster rm",
          "topic": "destroy",
          "instead": "change the repository that Argo CD delivers from"
        },
        {
          "words": "repo rm",
          "topic": "destroy",
          "instead": "change the repository that Argo CD delivers from"
        },
        {
          "flags": [
            "--prune",
            "--replace"
          ],
          "topic": "data",
          "instead": "sync without it; pruning is for a person"
        },
        {
          "flags": [
            "--force"
          ],
          "topic": "force",
          "instead": "sync without it"
        },
        {
          "words": "account generate-token",
          "topic": "secrets",
          "instead": "a person makes tokens, outside the chat"
        }
      ],
      "target": {
        "flags": [
          "--argocd-context",
          "--server",
          "--kube-context"
        ],
        "kubeContext": true
      }
    },
    {
      "names": [
        "git"
      ],
      "valueFlags": [
        "-C",
        "-c",
        "--git-dir",
        "--work-tree"
      ],
      "reads": [],
      "unasked": [
        "status",
        "diff",
        "log",
        "show"
      ],
      "asked": [
        "push"
      ],
      "refusals": [
        {
          "flags": [
            "--force",
            "--force-with-lease",
            "--mirror"
          ],
          "topic": "force",
          "instead": "push without force"
        },
        {
          "words": "push",
          "flags": [
            "-f"
          ],
          "topic": "force",
          "instead": "push without force"
        },
        {
          "words": "push * +*",
          "topic": "force",
          "instead": "push without force"
        },
        {
          "flags": [
            "-c",
            "--exec-path",
            "--config-env"
          ],
          "topic": "context",
          "instead": "use git as it is set up"
        },
        {
          "words": "clean",
          "topic": "data",
          "instead": "remove single files; state files are among those that git ignores"
        },
        {
          "words": "filter-*",
          "topic": "force",
          "instead": "keep the history"
        }
      ],
      "changes": [],
      "writes": [
        "rm",
        "mv",
        "checkout",
        "restore"
      ],
      "target": {}
    },
    {
      "names": [
        "gh"
      ],
      "valueFlags": [
        "-R",
        "--repo"
      ],
      "reads": [],
      "unasked": [
        "run list",
        "run view",
        "pr list",
        "pr view",
        "issue list",
        "issue view"
      ],
      "asked": [
        "workflow run",
        "run rerun",
        "pr create",
        "pr merge",
        "secret",
        "api"
      ],
      "refusals": [
        {
          "words": "repo delete",
          "topic": "destroy",
          "instead": "a person deletes repositories"
        },
        {
          "words": "api",
          "flags": [
            "-X",
            "--method"
          ],
          "topic": "force",
          "instead": "use the command of gh that is made for it"
        },
        {
          "words": "auth token",
          "topic": "secrets",
          "instead": "a person reads credentials, outside the chat"
        }
      ],
      "changes": [
        "workflow run",
        "run rerun"
      ],
      "target": {
        "words": true
      }
    }
  ],
  "approval": "GROUNDPLAN_APPROVED",
  "environmentVariable": "GROUNDPLAN_ENVIRONMENT",
  "shells": [
    "sh",
    "bash",
    "zsh",
    "dash",
    "ash",
    "ksh",
    "fish",
    "pwsh",
    "powershell"
  ],
  "readers": [
    "echo",
    "printf",
    "grep",
    "egrep",
    "fgrep",
    "rg",
    "cat",
    "ls",
    "man",
    "which",
    "whereis",
    "type",
    "head",
    "tail",
    "less",
    "more",
    "wc",
    "sort",
    "uniq",
    "cut",
    "tr",
    "jq",
    "yq",
    "diff",
    "test",
    "[",
    "[[",
    "pwd",
    "mkdir",
    "touch",
    "true",
    "false",
    "sleep",
    "basename",
    "dirname",
    "read",
    "base64",
    "column",
    "stat",
    "file",
    "du",
    "df",
    "date"
  ],
  "appending": [
    "xargs",
    "parallel"
  ],
  "taskRunners": [
    "make",
    "gmake",
    "just",
    "task",
    "npm",
    "pnpm",
    "yarn",
    "bun",
    "rake",
    "mage",
    "invoke",
    "gradle"
  ],
  "writers": [
    "rm",
    "mv",
    "cp",
    "unlink",
    "shred",
    "truncate",
    "dd",
    "tee",
    "ln",
    "chmod",
    "chown",
    "sed",
    "perl",
    "install"
  ],
  "deferring": [
    "crontab",
    "at",
    "batch"
  ],
  "variables": "TF_CLI_\\w+|KUBECTL_EXTERNAL_DIFF|(GIT_)?(PAGER|EDITOR)|GIT_SSH\\w*|BASH_ENV|ENV|LD_\\w+|DYLD_\\w+|PROMPT_COMMAND",
  "wholeFolders": "^(\\.{1,2}/?|\\*|\\./\\*|/\\*?|~/?\\*?|.*\\$.*|(.*/)?\\.(kiro|git)/?)$",
  "protectedPaths": [
    {
      "pattern": "\\.tfstate(\\b|$)",
      "instead": "the state is written by Terraform alone; describe what is wrong and let a person repair it"
    },
    {
      "pattern": "(^|/)\\.kiro/(hooks|agents|settings)(/|$)",
      "instead": "hooks, agents and settings are generated: change the model and run npm run synth"
    }
  ],
  "text": [
    {
      "pattern": "\\bdrop\\s+(database|table|schema|owned|role|user)\\b|\\btruncate\\s+(table\\s+)?\\w",
      "instead": "a person does it, after a look at what would go"
    },
    {
      "pattern": "\\bdelete\\s+from\\b",
      "instead": "a person does it, after a look at what would go"
    },
    {
      "pattern": "\\b(flushall|flushdb)\\b",
      "instead": "a person does it, after a look at what would go"
    },
    {
      "pattern": "\\bkafka-\\w+(\\.sh)?\\b.*--delete\\b|\\bkafka-delete-",
      "instead": "a person does it, after a look at what would go"
    },
    {
      "pattern": "\\b(bao|vault)\\s+(.*\\s)?(delete|destroy|seal|disable|revoke|operator)\\b",
      "instead": "a person does it, after a look at what would go"
    },
    {
      "pattern": "\\bfinalizers\\b",
      "instead": "find out what the finalizer waits for"
    },
    {
      "pattern": "/run/secrets/",
      "instead": "a person reads credentials, outside the chat"
    },
    {
      "pattern": "\\b(bao|vault)\\s+(kv\\s+get|read|token)\\b",
      "instead": "a person reads credentials, outside the chat"
    }
  ],
  "removing": "(^|[^a-z])(destroy|delete|teardown|tear-down|uninstall|remove|terminate|purge|wipe|nuke|drop)([^a-z]|$)",
  "changing": "(^|[^a-z])(apply|create|update|scale|exec|run|install|patch|put|restart|rollout|sync|set|write|start|stop|reboot|manage|add|label|replace|upgrade|rollback)([^a-z]|$)",
  "reading": "(^|[^a-z])(get|list|search|describe|query|read|show|find|lookup|check|analyze)([^a-z]|$)",
  "secretFiles": {
    "pattern": "(^|/)(\\.aws/credentials|\\.kube/config|\\.env(\\.[\\w.]+)?|id_(rsa|ed25519)|[^/]+\\.(pem|p12))$",
    "instead": "a person reads credentials, outside the chat"
  }
};
