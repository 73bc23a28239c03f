import { TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';

/**
 * A resource without substance that others wait for: it exists once everything it depends on does, and on destroy it
 * goes before any of that does.
 *
 * Made from the plain resource class, since the `DataResource` of cdktf starts the Terraform binary during synthesis.
 */
export class ReadyGate extends TerraformResource {
  /** @param input a value of an earlier stack; reading it ties the gate to that stack's state */
  constructor(
    scope: Construct,
    id: string,
    private readonly input?: string,
  ) {
    super(scope, id, { terraformResourceType: 'terraform_data' });
  }

  /** A value that is known only after the gate was created. */
  get reached(): string {
    return this.getStringAttribute('id');
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return this.input === undefined ? {} : { input: this.input };
  }
}
