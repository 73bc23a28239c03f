import { createHash, createHmac } from 'node:crypto';

export interface Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** Where calls go and as whom. */
export interface Target {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
}

export interface Call {
  /** Name in the signature, such as `ec2`. */
  readonly service: string;
  readonly method?: 'GET' | 'POST';
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/**
 * One signed call of an AWS API.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export async function call({ endpoint, region, credentials }: Target, request: Call): Promise<Answer> {
  const { service, method = 'POST', path = '/', body = '' } = request;
  const url = new URL(path, endpoint);
  const now = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = now.slice(0, 8);
  const headers: Record<string, string> = {
    host: url.host,
    'x-amz-content-sha256': sha256(body),
    'x-amz-date': now,
    ...request.headers,
  };
  const names = Object.keys(headers).toSorted();
  const canonical = [
    method,
    url.pathname,
    url.search.slice(1),
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    sha256(body),
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const key = [region, service, 'aws4_request'].reduce(hmac, hmac(`AWS4${credentials.secretKey}`, day));
  const signature = hmac(key, ['AWS4-HMAC-SHA256', now, scope, sha256(canonical)].join('\n')).toString('hex');
  const { host: _host, ...sent } = headers;
  const response = await fetch(url, {
    method,
    headers: {
      ...sent,
      authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKey}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
    },
    ...(method === 'POST' && { body }),
  });
  return { status: response.status, text: await response.text() };
}

/** A call of the form that EC2, IAM and STS speak. */
export function queryCall(service: string, version: string, parameters: Readonly<Record<string, string>>): Call {
  return {
    service,
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: new URLSearchParams({ ...parameters, Version: version }).toString(),
  };
}

/** A call of the form that KMS, SQS, EventBridge and CloudWatch Logs speak. */
export function jsonCall(service: string, action: string, body: object = {}, version = '1.1'): Call {
  return {
    service,
    headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': action },
    body: JSON.stringify(body),
  };
}
