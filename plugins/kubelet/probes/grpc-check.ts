import { connect, constants } from 'node:http2';
import type { Timers } from '../../../src/base/world.ts';
import { bracketed } from './http-request.ts';
import { failure, success, type ProbeResult } from './probe-result.ts';

const STATUS = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];
const MAX_ANSWER_BYTES = 1024;

/** One `grpc.health.v1.Health/Check` (https://github.com/grpc/grpc/blob/master/doc/health-checking.md). */
export function grpcCheck(
  host: string,
  port: number,
  service: string,
  deadlineMs: number,
  timers: Timers,
): Promise<ProbeResult> {
  const address = `${bracketed(host)}:${port}`;
  return new Promise(resolve => {
    const session = connect(`http://${address}`);
    const timer = timers.after(deadlineMs, () =>
      end(failure(`timeout: health rpc did not complete within ${deadlineMs / 1000}s`)),
    );
    const end = (result: ProbeResult): void => {
      timer[Symbol.dispose]();
      session.destroy();
      resolve(result);
    };
    session.on('error', error =>
      end(failure(`error: failed to connect service at "${address}": connection error: ${error.message}`)),
    );
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
      'user-agent': 'kube-probe/1.36',
    });
    let answer = Buffer.alloc(0);
    let grpcStatus: string | undefined;
    const noteStatus = (headers: Readonly<Record<string, unknown>>): void => {
      const status = headers['grpc-status'];
      if (typeof status === 'string') grpcStatus = status;
    };
    stream.on('response', noteStatus);
    stream.on('trailers', noteStatus);
    stream.on('data', (chunk: Buffer) => {
      if (answer.length < MAX_ANSWER_BYTES) answer = Buffer.concat([answer, chunk]);
    });
    stream.on('error', error => end(failure(`error: health rpc failed: ${error.message}`)));
    stream.on('end', () => end(judge(address, grpcStatus, answer)));
    stream.end(checkRequest(service));
  });
}

function judge(address: string, grpcStatus: string | undefined, answer: Buffer): ProbeResult {
  if (grpcStatus === '12') {
    return failure(`error: this server does not implement the grpc health protocol (grpc.health.v1.Health)`);
  }
  if (grpcStatus !== undefined && grpcStatus !== '0') {
    return failure(`error: health rpc failed: rpc error: code ${grpcStatus} from ${address}`);
  }
  // Five bytes of framing, then field 1 as a varint; an absent field is the enum's zero.
  const status = STATUS[answer[5] === 0x08 ? (answer[6] ?? 0) : 0] ?? 'UNKNOWN';
  return status === 'SERVING' ? success() : failure(`service unhealthy (responded with "${status}")`);
}

function checkRequest(service: string): Buffer {
  const name = Buffer.from(service);
  const message = name.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.from([0x0a]), varint(name.length), name]);
  const frame = Buffer.alloc(5);
  frame.writeUInt32BE(message.length, 1);
  return Buffer.concat([frame, message]);
}

const varint = (value: number): Buffer =>
  value < 0x80 ? Buffer.from([value]) : Buffer.concat([Buffer.from([(value & 0x7f) | 0x80]), varint(value >>> 7)]);
