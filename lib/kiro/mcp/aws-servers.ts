import type { ServerContext, ServerKind } from './server-kind';

function awsVariables({ region, variable }: ServerContext): Readonly<Record<string, string>> {
  return { FASTMCP_LOG_LEVEL: 'ERROR', AWS_REGION: region, AWS_PROFILE: variable('AWS_PROFILE') };
}

/** Lists every tool whatever its flags, and refuses the calls; what it refuses is not shown to the model either. */
export const eks: ServerKind = {
  key: 'eks',
  purpose: 'reads insights, networking and metrics of the cluster from AWS',
  launcher: 'uvx',
  package: 'awslabs.eks-mcp-server',
  version: '0.2.1',
  scope: 'environment',
  readOnly: 'none',
  firstStart: 32,
  args: () => ['--no-allow-write', '--no-allow-sensitive-data-access'],
  env: awsVariables,
  toolsets: [
    {
      everywhere: [
        'get_eks_insights',
        'get_eks_metrics_guidance',
        'get_eks_vpc_config',
        'list_api_versions',
        'search_eks_troubleshoot_guide',
      ],
      rehearsed: ['get_cloudwatch_metrics', 'get_policies_for_role'],
      open: ['list_k8s_resources'],
      hidden: ['get_cloudwatch_logs', 'get_k8s_events', 'get_pod_logs'],
      refused: ['add_inline_policy', 'apply_yaml', 'generate_app_manifest', 'manage_eks_stacks', 'manage_k8s_resource'],
    },
  ],
};

/** It has no read-only flag: the rights of the AWS profile are the limit. Queries are billed by what they scan. */
export const cloudwatch: ServerKind = {
  key: 'aws-watch',
  purpose: 'reads alarms, metrics and log groups of CloudWatch',
  launcher: 'uvx',
  package: 'awslabs.cloudwatch-mcp-server',
  version: '0.3.1',
  scope: 'environment',
  readOnly: 'none',
  firstStart: 47,
  args: () => [],
  env: awsVariables,
  toolsets: [
    {
      everywhere: [
        'describe_log_groups',
        'get_active_alarms',
        'get_alarm_history',
        'get_metric_metadata',
        'get_recommended_metric_alarms',
      ],
      rehearsed: [
        'analyze_metric',
        'get_metric_data',
        'get_promql_label_values',
        'get_promql_labels',
        'get_promql_series',
      ],
      asked: [
        'analyze_log_group',
        'execute_cwl_insights_batch',
        'execute_log_insights_query',
        'execute_promql_query',
        'execute_promql_range_query',
        'get_logs_insight_query_results',
      ],
      hidden: ['recommend_indexes_account', 'recommend_indexes_loggroup'],
      refused: ['cancel_logs_insight_query'],
    },
  ],
};

export const pricing: ServerKind = {
  key: 'pricing',
  purpose: 'reads the price lists of AWS',
  launcher: 'uvx',
  package: 'awslabs.aws-pricing-mcp-server',
  version: '1.1.1',
  scope: 'environment',
  upTo: 'rehearsed',
  readOnly: 'none',
  firstStart: 32,
  args: () => [],
  env: awsVariables,
  toolsets: [
    {
      everywhere: [
        'get_price_list_urls',
        'get_pricing',
        'get_pricing_attribute_values',
        'get_pricing_service_attributes',
        'get_pricing_service_codes',
      ],
      // They read whatever folder they are given; the last knows nothing that is used here.
      hidden: ['analyze_cdk_project', 'analyze_terraform_project', 'get_bedrock_patterns'],
      refused: ['generate_cost_report'],
    },
  ],
};
