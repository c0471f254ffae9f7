import type { AnyObject } from '../../../src/api/object-meta.ts';
import { encodeItem } from '../../../src/schema/protobuf-encode.ts';
import type { ObjectNode } from '../../../src/schema/schema.ts';
import type { Message } from '../objects/made-objects.ts';
import { encodeObject, type StoredObject } from '../objects/stored-object.ts';
import type { Encodable } from './encode-answer.ts';

/** The object without who owns which of its fields, itself where that is not said. */
export function withoutManagedFields<T extends AnyObject>(object: T): T {
  if (object.metadata?.managedFields === undefined) return object;
  const { managedFields: _owners, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** The same for what an answer shows; of a list each object is made when it is looked at. */
export function answerWithoutManagedFields(answer: Encodable): Encodable {
  if (answer.type === 'object') return { ...answer, object: new Bare(answer.object) };
  if (answer.type !== 'list') return answer;
  return { ...answer, list: { ...answer.list, objects: answer.list.objects.map(object => new Bare(object)) } };
}

class Bare implements StoredObject {
  readonly #whole: StoredObject;
  readonly key: string;
  readonly revision: number;
  readonly isSettled = false;

  constructor(whole: StoredObject) {
    this.#whole = whole;
    this.key = whole.key;
    this.revision = whole.revision;
  }

  get object(): AnyObject {
    return withoutManagedFields(this.#whole.object);
  }

  get bytes(): Buffer {
    return encodeObject(this.object);
  }

  message(node: ObjectNode): Message {
    return encodeItem(node, this.object);
  }
}
