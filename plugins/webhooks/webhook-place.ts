import { posix } from 'node:path';
import { readWebhookUrl } from '../kinds/admissionregistration/v1/read-webhook-url.ts';
import type { WebhookTarget } from './contract.ts';

/** A target as it is asked. */
export interface WebhookPlace {
  /** `https://name:port`, as errors show it. */
  readonly origin: string;
  readonly path: string;
  /** What its certificate is issued to. */
  readonly serverName: string;
  readonly port: number;
  readonly service: WebhookTarget['service'] | undefined;
}

/** Where `target` is, or what is wrong with it. */
export function webhookPlace({ url, service }: WebhookTarget): WebhookPlace | { readonly problem: string } {
  if (service !== undefined) {
    const { name, namespace, path = '', port } = service;
    const serverName = `${name}.${namespace}.svc`;
    return { origin: `https://${serverName}:${port}`, path: cleaned(path), serverName, port, service };
  }
  if (url === undefined) return { problem: 'webhook configuration must have either service or URL' };
  const read = readWebhookUrl(url);
  if ('problem' in read) return { problem: `Unparsable URL: ${read.problem}` };
  const [, name = '', port] = /^(.*?)(?::(\d*))?$/.exec(read.host) ?? [];
  const serverName = name.replace(/^\[|\]$/g, '');
  const number = port === undefined || port === '' ? 443 : Number(port);
  return { origin: `https://${read.host}`, path: cleaned(read.path), serverName, port: number, service: undefined };
}

const cleaned = (path: string): string => {
  const whole = posix.join('/', path);
  return whole === '/' ? whole : whole.replace(/\/$/, '');
};
