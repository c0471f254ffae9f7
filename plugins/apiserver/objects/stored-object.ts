import { parseStored } from '../../../src/api/codec/read-json.ts';
import { deepFreeze } from '../../../src/api/deep-freeze.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { Resource, StoredAs } from '../../../src/api/resource.ts';
import { encodeItem } from '../../../src/schema/protobuf-encode.ts';
import type { ObjectNode } from '../../../src/schema/schema.ts';
import type { MadeObjects, Message } from './made-objects.ts';

/** An object of one revision: its bytes as they are sent, and the parsed, frozen object when asked for. */
export interface StoredObject {
  readonly key: string;
  readonly revision: number;
  readonly object: AnyObject;
  /** JSON. */
  readonly bytes: Buffer;
  /** What `node` says of it, in protobuf. */
  message(node: ObjectNode): Message;
  /** Whether `object` is known to be what `settleObject` makes of it today; it may be without that being known. */
  readonly isSettled: boolean;
}

/** What the store holds of `resource` under `key`; parsed on demand. */
export class EntryObject implements StoredObject {
  readonly key: string;
  readonly revision: number;
  readonly #resource: Resource;
  readonly #value: Buffer;
  readonly #made: MadeObjects;

  constructor(resource: Resource, entry: Entry, made: MadeObjects) {
    this.key = entry.key;
    this.revision = entry.modRevision;
    this.#resource = resource;
    this.#value = entry.value;
    this.#made = made;
  }

  /** As the store has it. */
  get value(): Buffer {
    return this.#value;
  }

  get object(): AnyObject {
    const conversion = conversionOf(this.#resource);
    let object = this.#made.parsed.get(this.key, this.revision)?.object;
    if (object === undefined) {
      object = deepFreeze(parseStored(this.#value.toString()) as AnyObject);
      this.#made.parsed.set(this.key, { revision: this.revision, object, bytes: this.#value.length });
    }
    return conversion === undefined ? object : deepFreeze(conversion.fromStored(object));
  }

  get isSettled(): boolean {
    const { fields } = this.#resource;
    return isShownAsStored(this.#resource) && this.#made.parsed.get(this.key, this.revision)?.settledBy === fields;
  }

  get bytes(): Buffer {
    return conversionOf(this.#resource) === undefined ? this.#value : encodeObject(this.object);
  }

  message(node: ObjectNode): Message {
    return this.#made.message(node, this.key, this.revision, () => this.#seenOnce());
  }

  /** Frozen where that is known; to freeze it costs as much as to parse it. */
  #seenOnce(): unknown {
    if (conversionOf(this.#resource) !== undefined) return this.object;
    return this.#made.parsed.get(this.key, this.revision)?.object ?? parseStored(this.#value.toString());
  }
}

/** Whether what is shown of a kind is what is stored. */
export const isShownAsStored = (resource: Resource): boolean =>
  conversionOf(resource) === undefined && resource.custom?.askedConversion === undefined;

/** How what is stored and what is shown of a kind become each other, where they differ and nobody is asked for it. */
export const conversionOf = ({ storedAs, custom }: Resource): Pick<StoredAs, 'toStored' | 'fromStored'> | undefined =>
  storedAs ?? custom?.conversion;

interface Entry {
  readonly key: string;
  readonly modRevision: number;
  readonly value: Buffer;
}

/** An object that is known parsed: a dry run's outcome, a deleted object, an answer of no stored kind. */
export class LooseObject implements StoredObject {
  readonly key: string;
  readonly revision: number;
  readonly object: AnyObject;
  readonly isSettled = false;
  #bytes: Buffer | undefined;

  constructor(key: string, revision: number, object: AnyObject) {
    this.key = key;
    this.revision = revision;
    this.object = object;
  }

  get bytes(): Buffer {
    return (this.#bytes ??= encodeObject(this.object));
  }

  message(node: ObjectNode): Message {
    return encodeItem(node, this.object);
  }
}

/** Its kind comes first, which is where lists take it away. The bytes lie in memory of their own, for the store to keep. */
export function encodeObject({ kind, apiVersion, ...rest }: AnyObject): Buffer {
  const text = `${kindHead(kind, apiVersion)}${JSON.stringify(rest).slice(1)}`;
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}

/** The bytes of an object but for its revision, and where in them that belongs. */
export function encodeUnstamped(object: AnyObject): { readonly value: Buffer; readonly revisionAt: number } {
  const value = encodeObject({ ...object, metadata: { ...object.metadata, resourceVersion: '' } });
  const { kind, apiVersion, ...rest } = object;
  const before = fieldsBefore(rest, 'metadata');
  const beginning = { ...before, metadata: fieldsBefore(object.metadata, 'resourceVersion') };
  const text = `${kindHead(kind, apiVersion)}${JSON.stringify(beginning).slice(1, -2)}`;
  const comma = text.endsWith('{') ? '' : ',';
  return { value, revisionAt: Buffer.byteLength(`${text}${comma}"resourceVersion":"`) };
}

function fieldsBefore(fields: object, name: string): Readonly<Record<string, unknown>> {
  const entries = Object.entries(fields);
  const at = entries.findIndex(([key]) => key === name);
  return Object.fromEntries(at < 0 ? entries : entries.slice(0, at));
}

/** How the bytes of each object of a kind begin. */
export const kindHead = (kind: string, apiVersion: string): string =>
  `${JSON.stringify({ kind, apiVersion }).slice(0, -1)},`;

/** The same object saying another revision; its other parts are shared. */
export function withRevision<T extends AnyObject>(object: T, revision: number): T {
  const metadata = Object.freeze({ ...object.metadata, resourceVersion: String(revision) });
  return Object.freeze({ ...object, metadata });
}
