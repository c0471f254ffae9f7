import { name as nameCodec, record as recordCodec } from 'dns-packet';
import { limits } from './limits.ts';
import { rcodes, recordTypes, type Query } from './query.ts';

/** Names are lower case and without a final dot. */
export type DnsRecord = { readonly name: string; readonly ttl: number } & (
  | { readonly type: 'A' | 'AAAA' | 'CNAME' | 'PTR' | 'NS'; readonly data: string }
  | { readonly type: 'TXT'; readonly data: readonly string[] }
  | { readonly type: 'SRV'; readonly data: ServiceLocation }
  | { readonly type: 'SOA'; readonly data: StartOfAuthority }
);

export interface ServiceLocation {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: string;
}

export interface StartOfAuthority {
  readonly mname: string;
  readonly rname: string;
  readonly serial: number;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  readonly minimum: number;
}

export interface Response {
  readonly rcode: number;
  readonly authoritative: boolean;
  readonly answers: readonly DnsRecord[];
  readonly authorities: readonly DnsRecord[];
  readonly additionals: readonly DnsRecord[];
}

export const failure = (rcode: number): Response => ({
  rcode,
  authoritative: false,
  answers: [],
  authorities: [],
  additionals: [],
});

/** FORMERR to something whose question could not be read. */
export function malformedResponse(message: Buffer): Buffer {
  const header = Buffer.alloc(12);
  message.copy(header, 0, 0, 2);
  header[2] = 0x80 | ((message[2] ?? 0) & 0x79);
  header[3] = rcodes.FORMERR;
  return header;
}

/** How long an answer over UDP may be. */
export const udpBytesFor = ({ edns }: Query): number =>
  edns === undefined
    ? limits.plainUdpBytes
    : Math.min(limits.ednsUdpBytes, Math.max(limits.plainUdpBytes, edns.udpBytes));

/** Records that do not fit are left out and TC is set, so that the client asks again over TCP (RFC 2181, 9). */
export function encodeResponse(query: Query, response: Response, maxBytes: number): Buffer {
  const opt = query.edns === undefined ? undefined : optRecord(response.rcode, query.edns.dnssecOk);
  const parts: Buffer[] = [query.question];
  let size = 12 + query.question.length + (opt?.length ?? 0);
  let truncated = false;
  const add = (records: readonly DnsRecord[], mayBeLeftOut: boolean): number => {
    let count = 0;
    for (const one of truncated ? [] : records) {
      const bytes = encodeRecord(one, query.name);
      if (size + bytes.length > maxBytes) {
        truncated = !mayBeLeftOut;
        break;
      }
      parts.push(bytes);
      size += bytes.length;
      count++;
    }
    return count;
  };
  const answers = add(response.answers, false);
  const authorities = add(response.authorities, false);
  const additionals = add(response.additionals, true);
  const header = Buffer.alloc(12);
  header.writeUInt16BE(query.id, 0);
  header[2] =
    0x80 |
    (query.opcode << 3) |
    (response.authoritative ? 4 : 0) |
    (truncated ? 2 : 0) |
    (query.recursionDesired ? 1 : 0);
  header[3] = 0x80 | (response.rcode & 15); // RA: names outside the cluster are asked for on the client's behalf
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(answers, 6);
  header.writeUInt16BE(authorities, 8);
  header.writeUInt16BE(additionals + (opt === undefined ? 0 : 1), 10);
  return Buffer.concat(opt === undefined ? [header, ...parts] : [header, ...parts, opt]);
}

/** The question's own name is always at offset 12, so it is pointed at: most answers are about it. */
const questionPointer = Buffer.of(0xc0, 12);

function encodeRecord(one: DnsRecord, questionName: string): Buffer {
  const owner = one.name === questionName ? questionPointer : nameCodec.encode(one.name);
  const fixed = Buffer.alloc(8);
  fixed.writeUInt16BE(recordTypes[one.type], 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE(one.ttl, 4);
  return Buffer.concat([owner, fixed, recordCodec(one.type).encode(one.data)]);
}

function optRecord(rcode: number, dnssecOk: boolean): Buffer {
  const opt = Buffer.alloc(11);
  opt.writeUInt16BE(recordTypes.OPT, 1);
  opt.writeUInt16BE(limits.ownUdpBytes, 3);
  opt[5] = rcode >> 4;
  opt[7] = dnssecOk ? 0x80 : 0;
  return opt;
}
