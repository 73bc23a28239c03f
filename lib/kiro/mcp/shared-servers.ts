import type { ServerKind } from './server-kind';

/** Reads the AWS documentation and nothing else; the only server that needs no credentials and no cluster. */
export const awsDocs: ServerKind = {
  key: 'aws-docs',
  purpose: 'searches and reads the AWS documentation',
  launcher: 'uvx',
  package: 'awslabs.aws-documentation-mcp-server',
  version: '1.2.3',
  scope: 'shared',
  readOnly: 'none',
  firstStart: 32,
  args: () => [],
  env: ({ partition }) => ({
    FASTMCP_LOG_LEVEL: 'ERROR',
    AWS_DOCUMENTATION_PARTITION: partition === 'aws-cn' ? 'aws-cn' : 'aws',
  }),
  toolsets: [
    { everywhere: ['read_documentation', 'read_sections', 'recommend', 'search_documentation', 'search_table'] },
  ],
};

/** The registry only: given a token it would read variables and state of workspaces, so it gets none. */
export const terraform: ServerKind = {
  key: 'terraform',
  purpose: 'looks up providers, modules and policies in the Terraform registry',
  launcher: 'docker',
  package: 'hashicorp/terraform-mcp-server',
  version: '1.2.0',
  scope: 'shared',
  readOnly: 'none',
  firstStart: 60,
  args: () => ['stdio', '--toolsets=registry'],
  env: () => ({}),
  toolsets: [
    {
      everywhere: [
        'get_latest_module_version',
        'get_latest_provider_version',
        'get_module_details',
        'get_policy_details',
        'get_provider_capabilities',
        'get_provider_details',
        'search_modules',
        'search_policies',
        'search_providers',
      ],
    },
  ],
};

/** One repository holds all environments, so what changes it is nobody's to call on its own. */
export const github: ServerKind = {
  key: 'github',
  purpose: 'reads commits, pull requests and runs of GitHub Actions',
  launcher: 'docker',
  package: 'ghcr.io/github/github-mcp-server',
  version: 'v1.10.1',
  scope: 'shared',
  readOnly: 'flag',
  firstStart: 60,
  args: () => ['stdio', '--read-only', '--lockdown-mode', '--toolsets', 'repos,pull_requests,actions'],
  secrets: ['GITHUB_PERSONAL_ACCESS_TOKEN'],
  env: ({ variable }) => ({ GITHUB_PERSONAL_ACCESS_TOKEN: variable('GITHUB_PERSONAL_ACCESS_TOKEN') }),
  toolsets: [
    {
      everywhere: [
        'actions_list',
        'get_commit',
        'get_latest_release',
        'get_release_by_tag',
        'get_tag',
        'list_branches',
        'list_commits',
        'list_pull_requests',
        'list_releases',
        'list_tags',
      ],
      rehearsed: ['pull_request_read'],
      open: ['get_file_contents', 'get_job_logs'],
      // Answers with signed links to logs and artifacts.
      asked: ['actions_get'],
      hidden: [
        'list_repository_collaborators',
        'search_code',
        'search_commits',
        'search_pull_requests',
        'search_repositories',
      ],
      changing: [
        'actions_run_trigger',
        'add_comment_to_pending_review',
        'add_reply_to_pull_request_comment',
        'create_branch',
        'create_or_update_file',
        'create_pull_request',
        'pull_request_review_write',
        'update_pull_request',
        'update_pull_request_branch',
      ],
      refused: ['create_repository', 'delete_file', 'fork_repository', 'merge_pull_request', 'push_files'],
    },
  ],
};
