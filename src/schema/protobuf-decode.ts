import { formatGoDuration } from '../base/go-duration.ts';
import {
  LISTED_OBJECT_WEIGHT,
  MAX_JSON_WEIGHT,
  WIDE,
  WIDE_ITEM_WEIGHT,
  WIDE_MEMBER_WEIGHT,
} from '../base/json-weight.ts';
import { MAX_JSON_DEPTH, scanJson } from '../base/scan-json.ts';
import { formatMicroTime, formatTime } from '../base/timestamp.ts';
import { WideInteger } from '../base/wide-integer.ts';
import { applyDefaults } from './defaults.ts';
import { wireFields, type WireFields } from './wire-fields.ts';
import { BYTES, ProtobufError, WireReader } from './protobuf-wire.ts';
import type { Alternative, ListNode, MapNode, Node, ObjectNode, ScalarNode } from './schema.ts';

/** Deeper messages than any schema has are an attack. */
const MAX_DEPTH = 128;
const MAGIC = Buffer.from('k8s\0', 'latin1');

/** What `application/vnd.kubernetes.protobuf` wraps every body in: apimachinery's runtime.Unknown. */
export interface Envelope {
  readonly apiVersion: string;
  readonly kind: string;
  readonly raw: Buffer;
}

/** Opens the envelope. Throws `ProtobufError`, also where the magic number `k8s\0` is missing. */
export function openEnvelope(body: Buffer): Envelope {
  if (!body.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new ProtobufError(
      'NotKubernetes',
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    );
  }
  const reader = new WireReader(body, MAGIC.length);
  const envelope: { apiVersion: string; kind: string; raw: Buffer } = {
    apiVersion: '',
    kind: '',
    raw: Buffer.alloc(0),
  };
  while (!reader.done) {
    const { field, wire } = reader.tag();
    if (field === 1 && wire === BYTES) Object.assign(envelope, typeMeta(reader.message()));
    else if (field === 2 && wire === BYTES) envelope.raw = reader.bytes();
    else reader.skip(wire);
  }
  return envelope;
}

function typeMeta(reader: WireReader): { apiVersion?: string; kind?: string } {
  const meta: { apiVersion?: string; kind?: string } = {};
  while (!reader.done) {
    const { field, wire } = reader.tag();
    if (field === 1 && wire === BYTES) meta.apiVersion = reader.text();
    else if (field === 2 && wire === BYTES) meta.kind = reader.text();
    else reader.skip(wire);
  }
  return meta;
}

type Target = Record<string, unknown>;

/** A message as the JSON object it stands for, by its schema; unknown fields are passed over. Throws `ProtobufError`. */
export const decodeMessage = (node: ObjectNode, raw: Buffer): Readonly<Record<string, unknown>> =>
  fill({}, wireFields(node), new WireReader(raw), 0);

function fill(target: Target, fields: WireFields, reader: WireReader, depth: number): Target {
  if (depth > MAX_DEPTH) throw new ProtobufError('TooDeep', `message is nested deeper than ${MAX_DEPTH}`);
  while (!reader.done) {
    const { field: number, wire } = reader.tag();
    const field = fields.get(number);
    if (field === undefined) reader.skip(wire);
    else if ('inline' in field) fill(target, field.inline, messageOf(reader, wire), depth + 1);
    else target[field.name] = read(field.node, reader, wire, target[field.name], depth);
  }
  return target;
}

/** `before` is what earlier occurrences of the field gave: lists and maps grow, messages merge. */
function read(node: Node, reader: WireReader, wire: number, before: unknown, depth: number): unknown {
  if (node.meta.wrapped === true && (node.kind === 'list' || node.kind === 'map')) {
    return readWrapped(node, messageOf(reader, wire), depth);
  }
  if (node.meta.alternatives !== undefined) {
    return readOne(node.meta.alternatives, messageOf(reader, wire), depth + 1);
  }
  switch (node.kind) {
    case 'object':
      return fill((before ?? {}) as Target, wireFields(node), messageOf(reader, wire), depth + 1);
    case 'list':
      return readItem(node, reader, wire, (before ?? []) as unknown[], depth);
    case 'map':
      return readEntry(node, messageOf(reader, wire), (before ?? {}) as Target, depth);
    default:
      return readScalar(node, reader, wire);
  }
}

/** What is set of a message that stands for one value. To those who settle the whole it is a value like any: it is settled here. */
function readOne(alternatives: readonly Alternative[], reader: WireReader, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new ProtobufError('TooDeep', `message is nested deeper than ${MAX_DEPTH}`);
  const values = new Map<number, unknown>();
  while (!reader.done) {
    const { field, wire } = reader.tag();
    const found = alternatives.find(each => each.field === field);
    if (found === undefined) reader.skip(wire);
    else values.set(field, read(found.node, reader, wire, values.get(field), depth));
  }
  const set = alternatives.find(({ field }) => values.has(field));
  return set === undefined ? null : applyDefaults(set.node, values.get(set.field));
}

function readWrapped(node: ListNode | MapNode, reader: WireReader, depth: number): unknown {
  let value: unknown = node.kind === 'list' ? [] : {};
  while (!reader.done) {
    const { field, wire } = reader.tag();
    if (field !== 1) reader.skip(wire);
    else if (node.kind === 'list') value = readItem(node, reader, wire, value as unknown[], depth);
    else value = readEntry(node, messageOf(reader, wire), value as Target, depth);
  }
  return value;
}

/** Numbers may come packed, several in one field. */
function readItem({ item }: ListNode, reader: WireReader, wire: number, list: unknown[], depth: number): unknown[] {
  if (wire === BYTES && (item.kind === 'int32' || item.kind === 'int64' || item.kind === 'boolean')) {
    const packed = reader.message();
    while (!packed.done) {
      if (list.length >= WIDE) reader.weigh(WIDE_ITEM_WEIGHT);
      list.push(readScalar(item, packed, 0));
    }
  } else {
    if (item.kind === 'object') reader.weigh(LISTED_OBJECT_WEIGHT);
    else if (list.length >= WIDE) reader.weigh(WIDE_ITEM_WEIGHT);
    list.push(read(item, reader, wire, undefined, depth + 1));
  }
  return list;
}

function readEntry({ value: node }: MapNode, reader: WireReader, map: Target, depth: number): Target {
  reader.weigh(WIDE_MEMBER_WEIGHT);
  let key = '';
  let value: unknown;
  while (!reader.done) {
    const { field, wire } = reader.tag();
    if (field === 1 && wire === BYTES) key = reader.text();
    else if (field === 2) value = read(node, reader, wire, undefined, depth + 1);
    else reader.skip(wire);
  }
  Object.defineProperty(map, key, {
    value: value ?? emptyOf(node),
    enumerable: true,
    configurable: true,
    writable: true,
  });
  return map;
}

const emptyOf = (node: Node): unknown =>
  node.kind === 'object' || node.kind === 'map' ? {} : node.kind === 'list' ? [] : '';

function readScalar(node: ScalarNode, reader: WireReader, wire: number): unknown {
  switch (node.kind) {
    case 'boolean':
      return expectWire(wire, 0) && reader.varint() !== 0n;
    case 'int32':
      expectWire(wire, 0);
      return Number(BigInt.asIntN(32, reader.varint()));
    case 'int64':
      expectWire(wire, 0);
      return exact(BigInt.asIntN(64, reader.varint()));
    case 'double':
      expectWire(wire, 1);
      return reader.double();
    case 'string':
      expectWire(wire, BYTES);
      return reader.text();
    case 'bytes':
      expectWire(wire, BYTES);
      return reader.bytes().toString('base64');
    case 'quantity':
      return textWithin(messageOf(reader, wire));
    case 'json':
      return jsonWithin(messageOf(reader, wire));
    case 'intOrString':
      return intOrString(messageOf(reader, wire));
    case 'duration':
      return formatGoDuration(numbersWithin(messageOf(reader, wire))[0] ?? 0);
    case 'time':
    case 'microTime': {
      const message = messageOf(reader, wire);
      if (message.done) return null;
      const [seconds = 0, nanos = 0] = numbersWithin(message);
      return node.kind === 'time' ? formatTime({ seconds, nanos }) : formatMicroTime({ seconds, nanos });
    }
  }
}

/** As JSON reads it: what a double cannot hold keeps its digits. */
const exact = (value: bigint): number | WideInteger => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : new WideInteger(String(value));
};

function expectWire(wire: number, expected: number): true {
  if (wire !== expected) throw new ProtobufError('WireType', `wrong wireType = ${wire}`);
  return true;
}

function messageOf(reader: WireReader, wire: number): WireReader {
  expectWire(wire, BYTES);
  return reader.message();
}

/** Varints of fields 1 and 2. */
function numbersWithin(reader: WireReader): readonly number[] {
  const numbers: number[] = [];
  while (!reader.done) {
    const { field, wire } = reader.tag();
    if ((field === 1 || field === 2) && wire === 0) numbers[field - 1] = reader.signed();
    else reader.skip(wire);
  }
  return numbers;
}

function bytesWithin(reader: WireReader): Buffer {
  let bytes: Buffer = Buffer.alloc(0);
  while (!reader.done) {
    const { field, wire } = reader.tag();
    if (field === 1 && wire === BYTES) bytes = reader.bytes();
    else reader.skip(wire);
  }
  return bytes;
}
const textWithin = (reader: WireReader): string => bytesWithin(reader).toString('utf8');

/** runtime.RawExtension and FieldsV1 carry JSON. */
function jsonWithin(reader: WireReader): unknown {
  const bytes = bytesWithin(reader);
  if (bytes.length === 0) return null;
  try {
    scanJson(bytes, { depth: MAX_JSON_DEPTH, weight: MAX_JSON_WEIGHT });
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch (error) {
    throw new ProtobufError('BadJson', `embedded JSON: ${String(error)}`);
  }
}

function intOrString(reader: WireReader): number | string {
  let isText = false;
  let number = 0;
  let text = '';
  while (!reader.done) {
    const { field, wire } = reader.tag();
    if (field === 1 && wire === 0) isText = reader.signed() === 1;
    else if (field === 2 && wire === 0) number = Number(BigInt.asIntN(32, reader.varint()));
    else if (field === 3 && wire === BYTES) text = reader.text();
    else reader.skip(wire);
  }
  return isText ? text : number;
}
