import fc from 'fast-check';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MAX_SPDY_CONTROL_BYTES, MAX_SPDY_HEADER_BYTES } from '../limits.ts';
import { KUBECTL_EXEC, KUBECTL_PORT_FORWARD } from '../testing/recorded-kubectl.ts';
import { controlFrame, headerBytes, SpdyClient, synStream } from '../testing/spdy-client.ts';
import { PassThrough } from 'node:stream';
import { CONTROL, dataHeader, pingFrame, type Frame } from './frame.ts';
import { FrameParser } from './frame-parser.ts';
import { HeaderReader } from './header-block.ts';
import { SpdyError } from './spdy-error.ts';

/** Frames as text, with their headers read; pieces of one DATA frame put together. */
function told(chunks: readonly Buffer[]): readonly string[] {
  const parser = new FrameParser();
  const reader = new HeaderReader();
  const lines: string[] = [];
  const data = new Map<number, string>();
  for (const frame of chunks.flatMap(chunk => [...parser.frames(chunk)])) {
    if (frame.type === 'data') {
      const text = (data.get(frame.streamId) ?? '') + frame.payload.toString('latin1');
      data.set(frame.streamId, frame.fin ? '' : text);
      if (frame.fin) lines.push(`${frame.streamId} ${JSON.stringify(text)} end`);
    } else lines.push(tellControl(frame, reader));
  }
  for (const [id, text] of data) if (text !== '') lines.push(`${id} ${JSON.stringify(text)}`);
  return lines;
}

function tellControl(frame: Exclude<Frame, { readonly type: 'data' }>, reader: HeaderReader): string {
  if (!('headerBlock' in frame)) return frame.type;
  const headers = [...reader.read(frame.headerBlock)].sort().map(pair => pair.join('='));
  return `${frame.streamId} ${headers.join(' ')}`;
}

const cutAt = (bytes: Buffer, cuts: readonly number[]): readonly Buffer[] => {
  const at = [0, ...cuts.map(cut => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
};

const REQUEST = 'GET / HTTP/1.1\r\nHost: 127.0.0.1:9985\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n';
const SESSIONS = [
  [
    'exec',
    KUBECTL_EXEC,
    [
      '1 streamtype=error',
      '3 streamtype=stdin',
      '5 streamtype=stdout',
      '7 streamtype=stderr',
      '3 "through stdin\\n" end',
    ],
  ],
  [
    'port-forward',
    KUBECTL_PORT_FORWARD,
    [
      '1 port=8080 requestid=0 streamtype=error',
      '1 "" end',
      '3 port=8080 requestid=0 streamtype=data',
      `3 ${JSON.stringify(REQUEST)} end`,
      '5 port=8080 requestid=1 streamtype=error',
      '5 "" end',
      '7 port=8080 requestid=1 streamtype=data',
      `7 ${JSON.stringify(REQUEST)} end`,
      'go-away',
    ],
  ],
] as const;

describe('frames of SPDY/3.1', () => {
  it.each(SESSIONS)('are read as kubectl sent them for %s, however they are cut', (_name, bytes, lines) => {
    expect(told([bytes])).toEqual(lines);
    expect(told(Array.from(bytes, byte => Buffer.from([byte])))).toEqual(lines);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 6 }), cuts => {
        expect(told(cutAt(bytes, cuts))).toEqual(lines);
      }),
      { numRuns: 300 },
    );
  });

  it('are refused as such whatever comes, or read, but never anything else', () => {
    const near = fc
      .tuple(fc.constantFrom<Buffer>(KUBECTL_EXEC, KUBECTL_PORT_FORWARD), fc.array(fc.tuple(fc.nat(), fc.nat(255))))
      .map(([bytes, changes]) => {
        const changed = Buffer.from(bytes);
        for (const [at, value] of changes) changed[at % changed.length] = value;
        return changed;
      });
    const any = fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes));
    let [read, refused] = [0, 0];
    fc.assert(
      fc.property(fc.oneof(near, any), fc.array(fc.nat(), { maxLength: 3 }), (bytes, cuts) => {
        try {
          told(cutAt(bytes, cuts));
          read++;
        } catch (error) {
          expect(error).toBeInstanceOf(SpdyError);
          refused++;
        }
      }),
      { numRuns: 3000 },
    );
    expect(Math.min(read, refused)).toBeGreaterThan(100);
  });

  it('of data are passed on as they come, up to the largest there can be', () => {
    const parser = new FrameParser();
    const header = dataHeader(1, 0xff_ffff, true);
    expect([...parser.frames(Buffer.concat([header, Buffer.alloc(1000)]))]).toMatchObject([
      { type: 'data', streamId: 1, fin: false, payload: { length: 1000 } },
    ]);
    expect([...parser.frames(Buffer.alloc(0xff_ffff - 1000))]).toMatchObject([{ fin: true }]);
    expect([...parser.frames(pingFrame(7))]).toEqual([{ type: 'ping', id: 7 }]);
  });

  it('that nobody here needs are passed over', () => {
    const parser = new FrameParser();
    const others = [CONTROL.settings, CONTROL.windowUpdate, 10, 99].map(type =>
      controlFrame(type, 0, Buffer.alloc(8, 1)),
    );
    expect([...parser.frames(Buffer.concat([...others, pingFrame(1)]))]).toEqual([{ type: 'ping', id: 1 }]);
  });

  it.each([
    ['larger than a control frame may be', controlFrame(CONTROL.headers, 0, Buffer.alloc(MAX_SPDY_CONTROL_BYTES + 1))],
    ['of another version', Buffer.from('800200060000000400000001', 'hex')],
    ['of stream 0', dataHeader(0, 0, true)],
    ['opening stream 0', synStream(0, Buffer.alloc(0))],
    ['too short', controlFrame(CONTROL.ping, 0, Buffer.alloc(3))],
  ])('are refused: %s', (_what, bytes) => {
    expect(() => [...new FrameParser().frames(bytes)]).toThrow(SpdyError);
  });
});

describe('header blocks of SPDY/3', () => {
  const client = (): SpdyClient => new SpdyClient(new PassThrough());
  const name = fc.stringMatching(/^[a-z-]{1,20}$/);
  const headers = fc.dictionary(name, fc.string({ unit: 'binary-ascii' }), { maxKeys: 8 });

  it('are read one after the other, each against all before it', () => {
    fc.assert(
      fc.property(fc.array(headers, { maxLength: 40 }), all => {
        const [writer, reader] = [client(), new HeaderReader()];
        for (const each of all) expect(Object.fromEntries(reader.read(writer.block(each)))).toEqual({ ...each });
      }),
      { numRuns: 100 },
    );
  });

  it('are read beyond the window of their compression', () => {
    const [writer, reader] = [client(), new HeaderReader()];
    for (let round = 0; round < 20; round++) {
      const each = { value: `${round}`.repeat(4000) };
      expect(Object.fromEntries(reader.read(writer.block(each)))).toEqual(each);
    }
  });

  it('that inflate to more than they may are refused', () => {
    const fits = MAX_SPDY_HEADER_BYTES - 13;
    expect(new HeaderReader().read(client().block({ a: 'x'.repeat(fits) })).get('a')).toHaveLength(fits);
    expect(() => new HeaderReader().read(client().block({ a: 'x'.repeat(fits + 1) }))).toThrow(SpdyError);
    const bomb = client().compressed(Buffer.alloc(50 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(MAX_SPDY_CONTROL_BYTES);
    expect(() => new HeaderReader().read(bomb)).toThrow('too large');
  });

  it.each([
    [
      'twice the same name',
      headerBytes([
        ['a', '1'],
        ['a', '2'],
      ]),
    ],
    ['an upper-case name', headerBytes([['A', '1']])],
    ['no name', headerBytes([['', '1']])],
    ['less than they say', headerBytes([['a', '1']]).subarray(0, -1)],
    ['more than they say', Buffer.concat([headerBytes([['a', '1']]), Buffer.from([0])])],
    ['a length beyond everything', Buffer.from('00000001ffffffff', 'hex')],
    ['a count beyond everything', Buffer.from('ffffffff', 'hex')],
    ['nothing', Buffer.alloc(0)],
  ])('are refused with %s', (_what, plain) => {
    expect(() => new HeaderReader().read(client().compressed(plain))).toThrow(SpdyError);
  });

  it('that are not compressed by zlib are refused', () => {
    expect(() => new HeaderReader().read(deflateRawSync(headerBytes([['a', '1']])))).toThrow(SpdyError);
    expect(() => new HeaderReader().read(headerBytes([['a', '1']]))).toThrow(SpdyError);
  });
});
