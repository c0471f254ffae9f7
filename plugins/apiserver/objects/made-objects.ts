import type { AnyObject } from '../../../src/api/object-meta.ts';
import { encodeItem } from '../../../src/schema/protobuf-encode.ts';
import type { ObjectNode } from '../../../src/schema/schema.ts';
import { MESSAGE_BYTES, PARSED_BYTES } from '../limits.ts';
import { RevisionCache, type Made } from './revision-cache.ts';

/** An object parsed; it weighs what its JSON does. */
export interface Parsed extends Made {
  readonly object: AnyObject;
  /** By which schema `settleObject` settled it, where it did. */
  readonly settledBy?: ObjectNode;
}

/** An object in protobuf, as an item of a list. */
export interface Message {
  readonly item: Buffer;
  /** Where in that the message begins. */
  readonly messageAt: number;
}

/** What was made of stored objects for those who ask for it. */
export class MadeObjects {
  readonly parsed = new RevisionCache<Parsed>(PARSED_BYTES);
  readonly #messages = new RevisionCache<Message & Made>(MESSAGE_BYTES);
  readonly #numbers = new WeakMap<ObjectNode, number>();
  #lastNumber = 0;

  /** What `node` says of an object, made once as long as it is asked for. */
  message(node: ObjectNode, key: string, revision: number, object: () => unknown): Message {
    const kept = `${this.#numberOf(node)} ${key}`;
    const known = this.#messages.get(kept, revision);
    if (known !== undefined) return known;
    const message = encodeItem(node, object());
    this.#messages.set(kept, { ...message, revision, bytes: message.item.length + KEPT_BYTES });
    return message;
  }

  #numberOf(node: ObjectNode): number {
    const number = this.#numbers.get(node) ?? ++this.#lastNumber;
    this.#numbers.set(node, number);
    return number;
  }
}

/** What a message that is kept takes besides its own bytes, about. */
const KEPT_BYTES = 300;
