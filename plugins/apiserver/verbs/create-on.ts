import type { AnyObject } from '../../../src/api/object-meta.ts';
import { isRecord } from '../../../src/api/json-record.ts';
import { settleObject } from '../../../src/api/settle-object.ts';
import { invalidError, qualified, StatusError, type Status } from '../../../src/api/status-error.ts';
import { validateFields } from '../../../src/api/validate-fields.ts';
import type { Api, Write } from '../api.ts';
import type { SubresourceHandler } from '../contract.ts';

/** POST to a subresource that a handler answers. */
export async function createOn(
  api: Api,
  write: Write,
  body: unknown,
): Promise<{ readonly answer: AnyObject | Status }> {
  const handler = findHandler(api, write);
  if (handler?.create === undefined) {
    throw new StatusError('NotFound', 'the server could not find the requested resource');
  }
  const { apiVersion, kind } = kindOf(handler);
  const given = isRecord(body) ? body : {};
  const said = { metadata: {}, ...given, apiVersion, kind } as AnyObject;
  const { body: schema } = handler;
  const whole = schema === undefined ? said : settleObject(schema, said);
  const errors = schema === undefined ? [] : validateFields(schema.fields, whole, '');
  if (schema !== undefined && errors.length > 0) throw invalidError(schema, write.name, errors);
  const { user, namespace, name, dryRun, audit } = write;
  const told = schema === undefined ? {} : { body: schema };
  const request = { operation: 'CREATE', ...write, ...told, oldObject: undefined } as const;
  const object = await api.admission.mutate({ ...request, object: whole });
  await api.admission.validate({ ...request, object });
  return { answer: await handler.create({ user, namespace, name, dryRun, audit, body: object }) };
}

export const findHandler = (
  { subresources }: Pick<Api, 'subresources'>,
  { resource, subresource }: Pick<Write, 'resource' | 'subresource'>,
): SubresourceHandler | undefined =>
  subresources.find(handler => handler.resource === qualified(resource) && handler.subresource === subresource);

/** What a body that names no kind is taken for. */
export function kindOf({ kind: { group, version, kind } }: SubresourceHandler): {
  readonly apiVersion: string;
  readonly kind: string;
} {
  return { apiVersion: group === '' ? version : `${group}/${version}`, kind };
}
