import { isRecord, own } from '../base/is-record.ts';
import { parseTimestamp } from '../base/timestamp.ts';
import { isWideInteger } from '../base/wide-integer.ts';
import { wireFields, type WireField, type WireFields } from './wire-fields.ts';
import { WireWriter } from './protobuf-wire.ts';
import type { Alternative, MapNode, Node, ObjectNode, ScalarNode } from './schema.ts';

type Source = Readonly<Record<string, unknown>>;

/** A body of `application/vnd.kubernetes.protobuf`: the magic number and a runtime.Unknown around `raw`. */
export function sealEnvelope({ apiVersion, kind, raw }: { apiVersion: string; kind: string; raw: Buffer }): Buffer {
  const meta = new WireWriter();
  meta.text(1, apiVersion);
  meta.text(2, kind);
  const unknown = new WireWriter();
  unknown.bytes(1, meta.finish());
  unknown.bytes(2, raw);
  unknown.text(3, '');
  unknown.text(4, '');
  return Buffer.concat([Buffer.from('k8s\0', 'latin1'), unknown.finish()]);
}

/** An object as its message; what is absent is not written, fields without a number never are. */
export const encodeMessage = (node: ObjectNode, value: Source): Buffer => encodeFields(wireFields(node), value);

function encodeFields(fields: WireFields, source: Source): Buffer {
  const writer = new WireWriter();
  for (const field of fields.values()) {
    if (!('inline' in field)) {
      const value = own(source, field.name);
      if (value !== undefined && value !== null) write(writer, field.number, field.node, value);
    } else if (isUsed(field.inline, source)) {
      writer.bytes(field.number, encodeFields(field.inline, source));
    }
  }
  return writer.finish();
}

const isUsed = (fields: WireFields, source: Source): boolean =>
  [...fields.values()].some((field: WireField) =>
    'inline' in field ? isUsed(field.inline, source) : own(source, field.name) !== undefined,
  );

function write(writer: WireWriter, field: number, node: Node, value: unknown): void {
  if (node.meta.wrapped === true && node.kind !== 'object') {
    const inner = new WireWriter();
    writePlain(inner, 1, node, value);
    writer.bytes(field, inner.finish());
  } else {
    writePlain(writer, field, node, value);
  }
}

function writePlain(writer: WireWriter, field: number, node: Node, value: unknown): void {
  if (node.meta.alternatives !== undefined) {
    writeOne(writer, field, node.meta.alternatives, value);
  } else if (node.kind === 'object') {
    if (isRecord(value)) writer.bytes(field, encodeMessage(node, value));
  } else if (node.kind === 'list') {
    if (Array.isArray(value)) for (const item of value) write(writer, field, node.item, item);
  } else if (node.kind === 'map') {
    if (isRecord(value)) writeEntries(writer, field, node, value);
  } else {
    writeScalar(writer, field, node, value);
  }
}

/** By its type in JSON. */
function writeOne(writer: WireWriter, field: number, alternatives: readonly Alternative[], value: unknown): void {
  const kind = Array.isArray(value) ? 'list' : isRecord(value) ? 'object' : typeof value;
  const chosen = alternatives.find(({ node }) => node.kind === kind);
  if (chosen === undefined) return;
  const message = new WireWriter();
  write(message, chosen.field, chosen.node, value);
  writer.bytes(field, message.finish());
}

function writeEntries(writer: WireWriter, field: number, { value: node }: MapNode, source: Source): void {
  for (const key of Object.keys(source).sort()) {
    const entry = new WireWriter();
    entry.text(1, key);
    write(entry, 2, node, source[key]);
    writer.bytes(field, entry.finish());
  }
}

function writeScalar(writer: WireWriter, field: number, node: ScalarNode, value: unknown): void {
  switch (node.kind) {
    case 'boolean':
      return writer.varint(field, value === true ? 1 : 0);
    case 'int32':
    case 'int64':
      return writer.varint(field, isWideInteger(value) ? BigInt(value.digits) : Number(value));
    case 'double':
      return writer.double(field, Number(value));
    case 'bytes':
      return writer.bytes(field, Buffer.from(String(value), 'base64'));
    case 'string':
      return writer.text(field, String(value));
    default:
      return writer.bytes(field, scalarMessage(node, value));
  }
}

/** Scalars of JSON that are messages on the wire. */
function scalarMessage(node: ScalarNode, value: unknown): Buffer {
  const message = new WireWriter();
  if (node.kind === 'quantity') message.text(1, String(value));
  else if (node.kind === 'json') message.text(1, JSON.stringify(value));
  else if (node.kind === 'intOrString') {
    message.varint(1, typeof value === 'string' ? 1 : 0);
    message.varint(2, typeof value === 'number' ? value : 0);
    message.text(3, typeof value === 'string' ? value : '');
  } else {
    const moment = parseTimestamp(String(value));
    message.varint(1, moment?.seconds ?? 0);
    message.varint(2, moment?.nanos ?? 0);
  }
  return message.finish();
}
