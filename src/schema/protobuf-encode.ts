import { goDurationMs } from '../base/go-duration.ts';
import { isRecord, own } from '../base/is-record.ts';
import { parseTimestamp } from '../base/timestamp.ts';
import { isWideInteger } from '../base/wide-integer.ts';
import { wireFields, type WireField, type WireFields } from './wire-fields.ts';
import { WireWriter } from './protobuf-wire.ts';
import type { Alternative, MapNode, Node, ObjectNode, ScalarNode } from './schema.ts';

type Source = Readonly<Record<string, unknown>>;

/** A body of `application/vnd.kubernetes.protobuf`: the magic number and a runtime.Unknown around `raw`. */
export const sealEnvelope = ({ raw, ...said }: { apiVersion: string; kind: string; raw: Buffer }): Buffer =>
  Buffer.concat(sealedParts({ ...said, raw: [raw] }));

/** The same in parts, for one that is large. */
export function sealedParts({
  apiVersion,
  kind,
  raw,
}: {
  readonly apiVersion: string;
  readonly kind: string;
  readonly raw: readonly Buffer[];
}): readonly Buffer[] {
  const before = new WireWriter();
  before.message(1, () => {
    before.text(1, apiVersion);
    before.text(2, kind);
  });
  before.head(
    2,
    raw.reduce((sum, { length }) => sum + length, 0),
  );
  const after = new WireWriter();
  after.text(3, '');
  after.text(4, '');
  return [MAGIC, before.finish(), ...raw, after.finish()];
}

const MAGIC = Buffer.from('k8s\0', 'latin1');

/** An object as its message; what is absent is not written, fields without a number never are. */
export function encodeMessage(node: ObjectNode, value: Source): Buffer {
  const writer = new WireWriter();
  writeFields(writer, wireFields(node), value);
  return writer.finish();
}

function writeFields(writer: WireWriter, fields: WireFields, source: Source): void {
  for (const field of fields.values()) {
    if (!('inline' in field)) {
      const value = own(source, field.name);
      if (value !== undefined && value !== null) write(writer, field.number, field.node, value);
    } else if (isUsed(field.inline, source)) {
      writer.message(field.number, () => writeFields(writer, field.inline, source));
    }
  }
}

const isUsed = (fields: WireFields, source: Source): boolean =>
  [...fields.values()].some((field: WireField) =>
    'inline' in field ? isUsed(field.inline, source) : own(source, field.name) !== undefined,
  );

function write(writer: WireWriter, field: number, node: Node, value: unknown): void {
  if (node.meta.wrapped === true && node.kind !== 'object') {
    writer.message(field, () => writePlain(writer, 1, node, value));
  } else {
    writePlain(writer, field, node, value);
  }
}

function writePlain(writer: WireWriter, field: number, node: Node, value: unknown): void {
  if (node.meta.alternatives !== undefined) {
    writeOne(writer, field, node.meta.alternatives, value);
  } else if (node.kind === 'object') {
    if (isRecord(value)) writer.message(field, () => writeFields(writer, wireFields(node), value));
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
  // Go says of a schema in the place of a boolean that it is allowed, too.
  const flag = kind === 'object' ? alternatives.find(({ node }) => node.kind === 'boolean') : undefined;
  writer.message(field, () => {
    if (flag !== undefined) writer.varint(flag.field, 1);
    write(writer, chosen.field, chosen.node, value);
  });
}

function writeEntries(writer: WireWriter, field: number, { value: node }: MapNode, source: Source): void {
  for (const key of Object.keys(source).sort()) {
    writer.message(field, () => {
      writer.text(1, key);
      write(writer, 2, node, source[key]);
    });
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
      return writer.message(field, () => writeScalarMessage(writer, node, value));
  }
}

/** Scalars of JSON that are messages on the wire. */
function writeScalarMessage(writer: WireWriter, { kind }: ScalarNode, value: unknown): void {
  if (kind === 'quantity') writer.text(1, String(value));
  else if (kind === 'json') writer.text(1, JSON.stringify(value));
  else if (kind === 'duration') writer.varint(1, Math.round((goDurationMs(String(value)) ?? 0) * 1e6));
  else if (kind === 'intOrString') {
    writer.varint(1, typeof value === 'string' ? 1 : 0);
    writer.varint(2, typeof value === 'number' ? value : 0);
    writer.text(3, typeof value === 'string' ? value : '');
  } else {
    const moment = parseTimestamp(String(value));
    writer.varint(1, moment?.seconds ?? 0);
    writer.varint(2, moment?.nanos ?? 0);
  }
}
