import type { PlatformModel } from '../model';
import type { GeneratedFile } from '../owned-files';
import { agents } from './agents';
import { guideFile } from './guide';
import { kiroTesting } from './kiro-testing';
import { mcpConfiguration } from './mcp-configuration';
import { microservicesPlatform } from './microservices-platform';
import { onboarding } from './onboarding';

/** The guides in the root of the project, for people and for agents of any make. */
export function guides(model: PlatformModel): GeneratedFile[] {
  return [onboarding, kiroTesting, microservicesPlatform, mcpConfiguration, agents].map((guide) =>
    guideFile(guide, model),
  );
}
