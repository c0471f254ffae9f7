import { WireReader, WireWriter } from '../../src/schema/protobuf-wire.ts';

/** etcd's messages (api/etcdserverpb/rpc.proto, api/mvccpb/kv.proto), those and the fields of them that are used. */
export interface KeyValue {
  readonly key: string;
  readonly createRevision: number;
  readonly modRevision: number;
  /** Shares the bytes of the message it came in. */
  readonly value: Buffer;
}

export interface RangeRequest {
  /** The first key, and the one behind the last. */
  readonly from: string;
  readonly to: Buffer;
  readonly limit: number;
  /** 0: the newest. */
  readonly revision: number;
  readonly countOnly: boolean;
}

export interface RangeResponse {
  readonly revision: number;
  readonly clusterId: bigint;
  readonly entries: readonly KeyValue[];
  readonly more: boolean;
}

export interface TxnRequest {
  /** Each key's newest revision must be the one named; 0: the key must not exist. */
  readonly guards: readonly { readonly key: string; readonly modRevision: number }[];
  readonly writes: readonly ({ readonly put: string; readonly value: Buffer } | { readonly delete: string })[];
}

export interface TxnResponse {
  readonly revision: number;
  readonly succeeded: boolean;
}

export interface WatchResponse {
  readonly created: boolean;
  readonly canceled: boolean;
  readonly cancelReason: string;
  /** Where history begins, when it does not reach back to what was asked for. */
  readonly compactRevision: number;
  /** More of the same revision follows. */
  readonly fragment: boolean;
  readonly events: readonly WatchEvent[];
}

export interface WatchEvent {
  readonly type: 'put' | 'delete';
  readonly entry: KeyValue;
}

/** As the end of a range: every key from its beginning on. */
export const END_OF_KEYS = Buffer.from([0]);

/** The key behind the last one that starts with `prefix`. */
export function behindPrefix(prefix: string): Buffer {
  const bytes = Buffer.from(prefix);
  for (let last = bytes.length - 1; last >= 0; last--) {
    const byte = bytes[last] ?? 0xff;
    if (byte === 0xff) continue;
    const end = Buffer.from(bytes.subarray(0, last + 1));
    end.writeUInt8(byte + 1, last);
    return end;
  }
  return END_OF_KEYS;
}

export function encodeRange({ from, to, limit, revision, countOnly }: RangeRequest): Buffer {
  const writer = new WireWriter();
  writer.text(1, from);
  writer.bytes(2, to);
  if (limit > 0) writer.varint(3, limit);
  if (revision > 0) writer.varint(4, revision);
  if (countOnly) writer.varint(9, 1);
  return writer.finish();
}

const EQUAL = 0;
const MOD = 2;

export function encodeTxn({ guards, writes }: TxnRequest): Buffer {
  const writer = new WireWriter();
  for (const { key, modRevision } of guards) {
    const compare = new WireWriter();
    compare.varint(1, EQUAL);
    compare.varint(2, MOD);
    compare.text(3, key);
    compare.varint(6, modRevision);
    writer.bytes(1, compare.finish());
  }
  for (const write of writes) writer.bytes(2, encodeOperation(write));
  return writer.finish();
}

function encodeOperation(write: TxnRequest['writes'][number]): Buffer {
  const [request, operation] = [new WireWriter(), new WireWriter()];
  if ('put' in write) {
    request.text(1, write.put);
    request.bytes(2, write.value);
    operation.bytes(2, request.finish());
  } else {
    request.text(1, write.delete);
    operation.bytes(3, request.finish());
  }
  return operation.finish();
}

export function encodeCompaction(revision: number): Buffer {
  const writer = new WireWriter();
  writer.varint(1, revision);
  return writer.finish();
}

/** Of every key, since then each revision has something to tell, and none is missed. */
export function encodeWatchCreate(startRevision: number): Buffer {
  const [create, writer] = [new WireWriter(), new WireWriter()];
  create.bytes(1, END_OF_KEYS);
  create.bytes(2, END_OF_KEYS);
  create.varint(3, startRevision);
  create.varint(8, 1);
  writer.bytes(1, create.finish());
  return writer.finish();
}

type Field = (reader: WireReader, wire: number) => void;

function decode(reader: WireReader, fields: Readonly<Record<number, Field>>): void {
  while (!reader.done) {
    const { field, wire } = reader.tag();
    const read = fields[field];
    if (read === undefined) reader.skip(wire);
    else read(reader, wire);
  }
}

interface Header {
  revision: number;
  clusterId: bigint;
}

function decodeHeader(reader: WireReader, header: Header): void {
  decode(reader, {
    1: field => (header.clusterId = field.varint()),
    3: field => (header.revision = field.signed()),
  });
}

const NO_ENTRY: KeyValue = { key: '', createRevision: 0, modRevision: 0, value: Buffer.alloc(0) };

function decodeKeyValue(reader: WireReader): KeyValue {
  const found: { -readonly [K in keyof KeyValue]: KeyValue[K] } = { ...NO_ENTRY };
  decode(reader, {
    1: field => (found.key = field.text()),
    2: field => (found.createRevision = field.signed()),
    3: field => (found.modRevision = field.signed()),
    5: field => (found.value = field.bytes()),
  });
  return found;
}

export function decodeRange(bytes: Buffer): RangeResponse {
  const header = { revision: 0, clusterId: 0n };
  const entries: KeyValue[] = [];
  let more = false;
  decode(new WireReader(bytes), {
    1: field => decodeHeader(field.message(), header),
    2: field => entries.push(decodeKeyValue(field.message())),
    3: field => (more = field.varint() === 1n),
  });
  return { ...header, entries, more };
}

export function decodeTxn(bytes: Buffer): TxnResponse {
  const header = { revision: 0, clusterId: 0n };
  let succeeded = false;
  decode(new WireReader(bytes), {
    1: field => decodeHeader(field.message(), header),
    2: field => (succeeded = field.varint() === 1n),
  });
  return { revision: header.revision, succeeded };
}

function decodeEvent(reader: WireReader): WatchEvent {
  let type: WatchEvent['type'] = 'put';
  let entry = NO_ENTRY;
  decode(reader, {
    1: field => (type = field.varint() === 1n ? 'delete' : 'put'),
    2: field => (entry = decodeKeyValue(field.message())),
  });
  return { type, entry };
}

export function decodeWatch(bytes: Buffer): WatchResponse {
  const found = { created: false, canceled: false, cancelReason: '', compactRevision: 0, fragment: false };
  const events: WatchEvent[] = [];
  decode(new WireReader(bytes), {
    3: field => (found.created = field.varint() === 1n),
    4: field => (found.canceled = field.varint() === 1n),
    5: field => (found.compactRevision = field.signed()),
    6: field => (found.cancelReason = field.text()),
    7: field => (found.fragment = field.varint() === 1n),
    11: field => events.push(decodeEvent(field.message())),
  });
  return { ...found, events };
}

/** Of a snapshot, its bytes; etcd's `SnapshotResponse`. */
export function decodeSnapshot(bytes: Buffer): Buffer {
  let blob: Buffer = Buffer.alloc(0);
  decode(new WireReader(bytes), { 3: field => (blob = field.bytes()) });
  return blob;
}
