import { isRecord, type JsonRecord } from '../../../src/api/json-record.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { Resource } from '../../../src/api/resource.ts';
import type { Api } from '../api.ts';
import type { AdmissionRequest, ConnectField, ConnectHandler, ConnectRequest } from '../contract.ts';

/**
 * Has admission judge a stream before it is opened: it sees the parameters as an object, and what it makes of them
 * is how the stream is opened. Throws `StatusError`.
 */
export async function admitConnect(
  { admission }: Api,
  resource: Resource,
  { options: told, subresource }: ConnectHandler,
  asked: ConnectRequest,
  steps: AdmissionRequest['steps'],
): Promise<ConnectRequest> {
  if (told === undefined) return asked;
  const { user, namespace, name } = asked;
  const object = optionsObject(told, asked);
  const request = { operation: 'CONNECT', user, resource, subresource, namespace, name } as const;
  const whole = { ...request, oldObject: undefined, dryRun: false, steps };
  const mutated = await admission.mutate({ ...whole, object });
  await admission.validate({ ...whole, object: mutated });
  return mutated === object ? asked : withOptions(told, mutated, asked);
}

type Told = NonNullable<ConnectHandler['options']>;

/** Upstream's options have no metadata. */
function optionsObject({ kind, fields }: Told, asked: ConnectRequest): AnyObject {
  const said = Object.entries(fields).map(([name, type]) => [name, valueOf(name, type, asked)] as const);
  const values = Object.fromEntries(said.filter(([, value]) => value !== undefined));
  return { kind, apiVersion: 'v1', ...values } as unknown as AnyObject;
}

/** `undefined` for what is not said, or as if it was not. */
function valueOf(name: string, type: ConnectField, { query, rest }: ConnectRequest): unknown {
  const texts = query.getAll(name);
  switch (type) {
    case 'path':
      return rest === '' ? undefined : rest;
    case 'boolean':
      return ['', 'false', '0'].includes((texts[0] ?? '').toLowerCase()) ? undefined : true;
    case 'string':
      return texts[0] === '' ? undefined : texts[0];
    case 'strings':
      return texts.length === 0 ? undefined : texts;
    case 'integers': {
      const numbers = texts.flatMap(text => text.split(',')).map(Number);
      return numbers.length === 0 ? undefined : numbers;
    }
  }
}

function withOptions({ fields }: Told, object: AnyObject, asked: ConnectRequest): ConnectRequest {
  const said: JsonRecord = isRecord(object) ? object : {};
  const query = new URLSearchParams(asked.query);
  for (const [name, type] of Object.entries(fields)) {
    if (type === 'path') continue;
    query.delete(name);
    for (const value of [said[name] ?? []].flat()) {
      query.append(name, typeof value === 'string' ? value : JSON.stringify(value));
    }
  }
  const search = query.toString();
  return { ...asked, query, search: search === '' ? '' : `?${search}` };
}
