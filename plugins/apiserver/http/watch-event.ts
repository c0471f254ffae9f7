import { WireWriter } from '../../../src/schema/protobuf-wire.ts';
import type { Signal } from '../verbs/watch.ts';
import { PROTOBUF } from './negotiate.ts';

type EventType = Signal['type'] | 'ERROR';

/** An event of a watch as a line of JSON. */
export const jsonEvent = (type: EventType, object: Buffer): Buffer => Buffer.concat([STARTS[type], object, END]);

const start = (type: EventType): Buffer => Buffer.from(`{"type":"${type}","object":`);
const STARTS: Readonly<Record<EventType, Buffer>> = {
  ADDED: start('ADDED'),
  MODIFIED: start('MODIFIED'),
  DELETED: start('DELETED'),
  BOOKMARK: start('BOOKMARK'),
  ERROR: start('ERROR'),
};
const END = Buffer.from('}\n');

/** The same as a meta.v1 WatchEvent around an object in its envelope; it is in none itself. */
export function protobufEvent(type: EventType, object: readonly Buffer[]): Buffer {
  const event = new WireWriter();
  event.text(1, type);
  event.message(2, () => event.bytes(1, Buffer.concat(object)));
  return event.finish();
}

export const WATCHED_PROTOBUF = `${PROTOBUF};stream=watch`;

/** Messages told apart by their lengths, which come first; where nothing else does that. */
export const framed = (messages: readonly Buffer[]): readonly Buffer[] =>
  messages.flatMap(message => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(message.length);
    return [length, message];
  });
