/** What the account of an environment looks like in values that exist only after apply. */
export interface Account {
  readonly region: string;
  readonly account: string;
}

/**
 * Turns the `values` of a release, as synthesis wrote them, into those that Helm gets: escaped markers become plain
 * ones, and an expression becomes a value of the form that AWS gives it.
 */
export function fillIn(template: string, account: Account): string {
  let filled = '';
  let rest = template;
  for (let marker = nextMarker(rest); marker; marker = nextMarker(rest)) {
    filled += rest.slice(0, marker.start);
    if (marker.escaped) {
      filled += rest.slice(marker.start + 1, marker.start + 3);
      rest = rest.slice(marker.start + 3);
    } else {
      const end = endOfExpression(rest, marker.start + 2);
      filled += plausible(rest.slice(marker.start + 2, end - 1), account);
      rest = rest.slice(end);
    }
  }
  return filled + rest;
}

function nextMarker(text: string): { readonly start: number; readonly escaped: boolean } | undefined {
  const match = /([$%])\1\{|\$\{/.exec(text);
  return match ? { start: match.index, escaped: match[1] !== undefined } : undefined;
}

function endOfExpression(text: string, start: number): number {
  let depth = 1;
  let end = start;
  while (depth > 0 && end < text.length) {
    if (text[end] === '{') depth += 1;
    if (text[end] === '}') depth -= 1;
    end += 1;
  }
  return end;
}

const identifier = '0123456789abcdef0';

/** Forms by the end of the expression, which names the attribute; the first that fits. */
const forms: readonly (readonly [RegExp, (account: Account) => string])[] = [
  [
    /kms_key.*arn$/,
    ({ region, account }) => `arn:aws:kms:${region}:${account}:key/01234567-89ab-cdef-0123-456789abcdef`,
  ],
  [/s3_bucket.*arn$/, () => 'arn:aws:s3:::some-bucket'],
  [/arn$/, ({ account }) => `arn:aws:iam::${account}:role/some-role`],
  [/endpoint$/, ({ region }) => `https://0123456789ABCDEF0123456789ABCDEF.gr7.${region}.eks.amazonaws.com`],
  [/security_group_id$/, () => `sg-${identifier}`],
  [/subnet.*id$/, () => `subnet-${identifier}`],
  [/vpc.*id$/, () => `vpc-${identifier}`],
  [/repository_url$/, ({ region, account }) => `${account}.dkr.ecr.${region}.amazonaws.com/some-repository`],
  [/url$/, () => 'https://example.com/known-after-apply'],
];

function plausible(expression: string, account: Account): string {
  return forms.find(([form]) => form.test(expression))?.[1](account) ?? 'known-after-apply';
}
