import { applyDefaults } from '../../../src/schema/defaults.ts';
import { decodeMessage } from '../../../src/schema/protobuf-decode.ts';
import { encodeMessage } from '../../../src/schema/protobuf-encode.ts';
import { isRecord } from '../../../src/base/is-record.ts';
import type { ObjectNode, Schema } from '../../../src/schema/schema.ts';

/** One call of gRPC as data: its path and how both messages read. */
export interface Rpc<Request, Answer> {
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly request: MessageType<Request>;
  readonly answer: MessageType<Answer>;
}

export interface MessageType<T> {
  encode(this: void, value: T): Buffer;
  /** What is not in the message reads as its zero value. Throws `ProtobufError`. */
  decode(this: void, bytes: Buffer): T;
}

export const defineRpc = <Request, Answer>(
  path: string,
  request: Schema<Request, unknown>,
  answer: Schema<Answer, unknown>,
): Rpc<Request, Answer> => Object.freeze({ path, request: messageType(request), answer: messageType(answer) });

function messageType<T>({ node }: Schema<T, unknown>): MessageType<T> {
  const fields = messageNode(node);
  return Object.freeze({
    encode: (value: T) => encodeMessage(fields, isRecord(value) ? value : {}),
    // The schema of `T` says what its defaults fill in.
    decode: (bytes: Buffer) => applyDefaults(fields, decodeMessage(fields, bytes)) as T,
  });
}

function messageNode(node: Schema<unknown>['node']): ObjectNode {
  if (node.kind !== 'object') throw new TypeError(`a message has fields, and is no ${node.kind}`);
  return node;
}
