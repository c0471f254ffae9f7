/** The part of dns-packet 5 that is used here; the package brings no types. */
declare module 'dns-packet' {
  /** The codec of one record type's data; buffers start with the data's length in two bytes. */
  export interface RecordCodec {
    encode(data: unknown): Buffer;
    decode(buffer: Buffer, offset: number): unknown;
  }
  export function record(type: string): RecordCodec;
  export const name: { encode(name: string): Buffer };
  export interface Packet {
    readonly id?: number;
    readonly type?: 'query' | 'response';
    readonly flags?: number;
    readonly rcode?: string;
    readonly flag_aa?: boolean;
    readonly flag_tc?: boolean;
    readonly questions?: readonly { readonly name: string; readonly type: string; readonly class?: string }[];
    readonly answers?: readonly Answer[];
    readonly authorities?: readonly Answer[];
    readonly additionals?: readonly Answer[];
  }
  export interface Answer {
    readonly name: string;
    readonly type: string;
    readonly ttl?: number;
    readonly data?: unknown;
    readonly udpPayloadSize?: number;
  }
  export function encode(packet: Packet): Buffer;
  export function decode(buffer: Buffer): Packet;
}
