import { TerraformResource, type TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';

/** Context key under which a component leaves its id for the resources inside it. */
export const componentContext = 'groundplan:component';

interface Taggable {
  readonly tagsInput: Record<string, string> | undefined;
  tags: Record<string, string>;
}

function isTaggable(construct: IConstruct): construct is IConstruct & Taggable {
  return TerraformResource.isTerraformResource(construct) && 'tagsInput' in construct && 'tagsAllInput' in construct;
}

/** Adds the tag Component to every AWS resource; the other tags come from the provider's defaults. */
export function tagComponents(stack: TerraformStack): void {
  for (const resource of stack.node.findAll().filter(isTaggable)) {
    const component: string | undefined = resource.node.tryGetContext(componentContext);
    if (component) resource.tags = { ...resource.tagsInput, Component: component };
  }
}
