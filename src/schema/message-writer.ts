import { goDurationMs } from '../base/go-duration.ts';
import { isRecord } from '../base/is-record.ts';
import { must } from '../base/must.ts';
import { parseTimestamp } from '../base/timestamp.ts';
import { isWideInteger } from '../base/wide-integer.ts';
import type { WireWriter } from './protobuf-wire.ts';
import type { Alternative, MapNode, Node, ObjectNode, ScalarNode } from './schema.ts';
import { wireFields, type WireFields } from './wire-fields.ts';

type Source = Readonly<Record<string, unknown>>;
/** Writes an object's fields, without what comes before a message. */
export type WriteMessage = (writer: WireWriter, source: Source) => void;
/** Writes one value as the field that it is for. */
type Write = (writer: WireWriter, value: unknown) => void;

const known = new WeakMap<ObjectNode, WriteMessage>();

/** What writes objects of a schema: made once, so that no schema is walked for each of them. */
export function messageWriter(node: ObjectNode): WriteMessage {
  let writer = known.get(node);
  if (writer === undefined) {
    writer = fieldsWriter(wireFields(node));
    known.set(node, writer);
  }
  return writer;
}

type Part =
  | { readonly name: string; readonly write: Write }
  | { readonly name: undefined; readonly isUsed: (source: Source) => boolean; readonly writeInline: WriteMessage };

function fieldsWriter(fields: WireFields): WriteMessage {
  const parts = [...fields.values()].map((field): Part => {
    if (!('inline' in field)) return { name: unshadowed(field.name), write: writerOf(field.number, field.node) };
    const inner = fieldsWriter(field.inline);
    return {
      name: undefined,
      isUsed: usageOf(field.inline),
      writeInline: (writer, source) => {
        const at = writer.begin(field.number);
        inner(writer, source);
        writer.end(at);
      },
    };
  });
  return (writer, source) => {
    for (const part of parts) {
      if (part.name === undefined) {
        if (part.isUsed(source)) part.writeInline(writer, source);
        continue;
      }
      const value = source[part.name];
      if (value !== undefined && value !== null) part.write(writer, value);
    }
  };
}

/** A field may be read without asking whose it is. */
const unshadowed = (name: string): string =>
  must(name in Object.prototype ? undefined : name, `no field is called ${name}`);

function usageOf(fields: WireFields): (source: Source) => boolean {
  const uses = [...fields.values()].map(field =>
    'inline' in field ? usageOf(field.inline) : (source: Source) => source[unshadowed(field.name)] !== undefined,
  );
  return source => uses.some(isUsed => isUsed(source));
}

function writerOf(field: number, node: Node): Write {
  if (node.meta.wrapped !== true || node.kind === 'object') return plainWriterOf(field, node);
  const inner = plainWriterOf(1, node);
  return (writer, value) => {
    const at = writer.begin(field);
    inner(writer, value);
    writer.end(at);
  };
}

function plainWriterOf(field: number, node: Node): Write {
  if (node.meta.alternatives !== undefined) return writerOfOne(field, node.meta.alternatives);
  switch (node.kind) {
    case 'object':
      return objectWriterOf(field, node);
    case 'list': {
      const item = writerOf(field, node.item);
      return (writer, value) => {
        if (Array.isArray(value)) for (const one of value) item(writer, one);
      };
    }
    case 'map':
      return entriesWriterOf(field, node);
    default:
      return scalarWriterOf(field, node);
  }
}

/** Schemas may hold themselves: what is inside is made when it is met. */
function objectWriterOf(field: number, node: ObjectNode): Write {
  let inner: WriteMessage | undefined;
  return (writer, value) => {
    if (!isRecord(value)) return;
    inner ??= messageWriter(node);
    const at = writer.begin(field);
    inner(writer, value);
    writer.end(at);
  };
}

/** By its type in JSON. */
function writerOfOne(field: number, alternatives: readonly Alternative[]): Write {
  const writers = new Map(alternatives.map(one => [one.node.kind as string, writerOf(one.field, one.node)] as const));
  // Go says of a schema in the place of a boolean that it is allowed, too.
  const flag = alternatives.find(({ node }) => node.kind === 'boolean')?.field;
  return (writer, value) => {
    const kind = Array.isArray(value) ? 'list' : isRecord(value) ? 'object' : typeof value;
    const write = writers.get(kind);
    if (write === undefined) return;
    const at = writer.begin(field);
    if (flag !== undefined && kind === 'object') writer.varint(flag, 1);
    write(writer, value);
    writer.end(at);
  };
}

function entriesWriterOf(field: number, { value: node }: MapNode): Write {
  const write = writerOf(2, node);
  return (writer, source) => {
    if (!isRecord(source)) return;
    for (const key of Object.keys(source).sort()) {
      const at = writer.begin(field);
      writer.text(1, key);
      write(writer, source[key]);
      writer.end(at);
    }
  };
}

function scalarWriterOf(field: number, node: ScalarNode): Write {
  switch (node.kind) {
    case 'boolean':
      return (writer, value) => writer.varint(field, value === true ? 1 : 0);
    case 'int32':
    case 'int64':
      return (writer, value) => writer.varint(field, isWideInteger(value) ? BigInt(value.digits) : Number(value));
    case 'double':
      return (writer, value) => writer.double(field, Number(value));
    case 'bytes':
      return (writer, value) => writer.bytes(field, Buffer.from(String(value), 'base64'));
    case 'string':
      return (writer, value) => writer.text(field, String(value));
    default: {
      const inner = scalarMessageWriterOf(node);
      return (writer, value) => {
        const at = writer.begin(field);
        inner(writer, value);
        writer.end(at);
      };
    }
  }
}

/** Scalars of JSON that are messages on the wire. */
function scalarMessageWriterOf({ kind }: ScalarNode): Write {
  switch (kind) {
    case 'quantity':
      return (writer, value) => writer.text(1, String(value));
    case 'json':
      return (writer, value) => writer.text(1, JSON.stringify(value));
    case 'duration':
      return (writer, value) => writer.varint(1, Math.round((goDurationMs(String(value)) ?? 0) * 1e6));
    case 'intOrString':
      return (writer, value) => {
        writer.varint(1, typeof value === 'string' ? 1 : 0);
        writer.varint(2, typeof value === 'number' ? value : 0);
        writer.text(3, typeof value === 'string' ? value : '');
      };
    default:
      return (writer, value) => {
        const moment = parseTimestamp(String(value));
        writer.varint(1, moment?.seconds ?? 0);
        writer.varint(2, moment?.nanos ?? 0);
      };
  }
}
