import { isRecord } from '../base/is-record.ts';
import { messageWriter } from './message-writer.ts';
import { WireWriter } from './protobuf-wire.ts';
import type { ObjectNode } from './schema.ts';

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
  const writer = takeDesk();
  messageWriter(node)(writer, value);
  return writer.finish();
}

/** An object as an item of a list, in memory of its own, and where in that its message begins. */
export function encodeItem(node: ObjectNode, value: unknown): { readonly item: Buffer; readonly messageAt: number } {
  const writer = takeDesk();
  const at = writer.begin(ITEMS);
  if (isRecord(value)) messageWriter(node)(writer, value);
  const bytes = writer.end(at);
  const written = writer.finish();
  const item = Buffer.allocUnsafeSlow(written.length);
  written.copy(item);
  return { item, messageAt: item.length - bytes };
}

/** The field of a list that has its items, of each kind the same. */
const ITEMS = 2;

/** Memory that grew once is used again. Messages are written one at a time, and none is begun while one is. */
function takeDesk(): WireWriter {
  desk.clear();
  return desk;
}
const desk = new WireWriter();
