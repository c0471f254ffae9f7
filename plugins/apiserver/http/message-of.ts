import { status } from '../../../src/api/status-schema.ts';
import { wholeNode } from '../../../src/api/whole-node.ts';
import type { Resource } from '../../../src/api/resource.ts';
import type { ObjectNode } from '../../../src/schema/schema.ts';
import type { Answer } from './answer.ts';
import type { InProtobuf } from './negotiate.ts';

type Value = Pick<Extract<Answer, { readonly type: 'value' }>, 'value' | 'resource' | 'message'>;

/** What of an answer there is in protobuf. */
export function inProtobuf(answer: Exclude<Answer, { readonly type: 'text' | 'stream' }>): InProtobuf {
  if (answer.type === 'value' && messageOf(answer) === undefined) return 'nothing';
  return answer.resource === undefined ? 'all' : inProtobufOf(answer.resource);
}

/** What of all that is answered about a kind there is. */
export const inProtobufOf = ({ custom }: Pick<Resource, 'custom'>): InProtobuf =>
  custom === undefined ? 'all' : 'metadata';

/** The message that a value is in protobuf; `undefined` where it is none. */
export function messageOf({ value, resource, message }: Value): ObjectNode | undefined {
  if (isStatus(value)) return STATUS;
  return message ?? (resource === undefined ? undefined : wholeNode(resource));
}

export const isStatus = (value: object): boolean => 'kind' in value && value.kind === 'Status';

export const STATUS = status.node as ObjectNode;
