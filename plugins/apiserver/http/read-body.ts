import { StatusError } from '../../../src/api/status-error.ts';
import type { Timers } from '../../../src/base/world.ts';
import { BODY_BYTES } from '../limits.ts';
import type { Exchange } from './exchange.ts';

const NOTHING = Buffer.alloc(0);

/** The whole body. Throws 413 for one too large, 408-like Timeout for one that does not come. */
export function readBody(exchange: Exchange, timers: Timers, requestMs: number): Promise<Buffer> {
  const { body } = exchange;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > BODY_BYTES) refuse(tooLarge());
      else chunks.push(chunk);
    };
    const refuse = (error: StatusError): void => {
      leave();
      exchange.dropBody();
      reject(error);
    };
    const over = (): void => {
      if (!exchange.isBodyWhole()) return refuse(early());
      leave();
      const [only] = chunks;
      resolve(chunks.length < 2 ? (only ?? NOTHING) : Buffer.concat(chunks, bytes));
    };
    const deadline = timers.after(requestMs, () => refuse(late()));
    const leave = (): void => {
      deadline[Symbol.dispose]();
      body.off('data', take).off('end', over).off('close', over);
    };
    if (body.destroyed) over();
    else body.on('data', take).once('end', over).once('close', over);
  });
}

const tooLarge = (): StatusError =>
  new StatusError('RequestEntityTooLarge', `Request entity too large: limit is ${BODY_BYTES}`);
const early = (): StatusError => new StatusError('BadRequest', 'the request body ended early');
const late = (): StatusError => new StatusError('BadRequest', 'the request body did not arrive in time');
