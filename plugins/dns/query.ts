/** One question as it came in. `name` is lower case; `question` is the section as sent, for the echo. */
export interface Query {
  readonly id: number;
  readonly opcode: number;
  readonly recursionDesired: boolean;
  readonly name: string;
  /** Number of the type; see `recordTypes`. */
  readonly type: number;
  readonly class: number;
  readonly question: Buffer;
  /** `undefined` without EDNS. */
  readonly edns: { readonly udpBytes: number; readonly dnssecOk: boolean; readonly version: number } | undefined;
}

/** RFC 1035, 3.2.2, and later ones. */
export const recordTypes = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  OPT: 41,
  ANY: 255,
} as const;

export const rcodes = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5, BADVERS: 16 } as const;

const headerBytes = 12;
const longestName = 255;

/** `undefined` for what is to be dropped: no header, or an answer. `malformed` for what deserves FORMERR. */
export function parseQuery(message: Buffer): Query | 'malformed' | undefined {
  if (message.length < headerBytes || (message[2] ?? 0) & 0x80) return undefined;
  if (message.readUInt16BE(4) !== 1) return 'malformed';
  const labels = parseName(message);
  if (labels === undefined || labels.end + 4 > message.length) return 'malformed';
  const end = labels.end + 4;
  return {
    id: message.readUInt16BE(0),
    opcode: ((message[2] ?? 0) >> 3) & 15,
    recursionDesired: ((message[2] ?? 0) & 1) === 1,
    name: labels.name,
    type: message.readUInt16BE(labels.end),
    class: message.readUInt16BE(labels.end + 2),
    question: message.subarray(headerBytes, end),
    edns: parseEdns(message, end),
  };
}

/** A question's name has no compression. Dots inside a label are escaped, so that they separate nothing. */
function parseName(message: Buffer): { readonly name: string; readonly end: number } | undefined {
  const labels: string[] = [];
  let at = headerBytes;
  for (;;) {
    const length = message[at];
    if (length === undefined || length > 63 || at + 1 + length > message.length) return undefined;
    if (at + 1 + length - headerBytes > longestName) return undefined;
    if (length === 0) return { name: labels.join('.'), end: at + 1 };
    labels.push(
      message
        .toString('latin1', at + 1, at + 1 + length)
        .replaceAll('.', String.raw`\.`)
        .toLowerCase(),
    );
    at += 1 + length;
  }
}

/** The OPT record of a query that carries nothing else (RFC 6891, 6.1.2). */
function parseEdns(message: Buffer, at: number): Query['edns'] {
  const isAlone = message.readUInt16BE(6) === 0 && message.readUInt16BE(8) === 0 && message.readUInt16BE(10) > 0;
  if (!isAlone || message.length < at + 11 || message[at] !== 0) return undefined;
  if (message.readUInt16BE(at + 1) !== recordTypes.OPT) return undefined;
  return {
    udpBytes: message.readUInt16BE(at + 3),
    version: message[at + 6] ?? 0,
    dnssecOk: ((message[at + 7] ?? 0) & 0x80) !== 0,
  };
}
