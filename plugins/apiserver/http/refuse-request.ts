import { printIndented, printYaml } from '../../../src/api/codec/print-json.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import { NotRecordedError } from '../access/not-recorded-error.ts';
import { statusOfError } from '../status-of-error.ts';
import { TurnedAwayError } from '../access/turned-away-error.ts';
import { sealedMessage } from './encode-protobuf.ts';
import { endReply } from './end-reply.ts';
import type { Exchange } from './exchange.ts';
import { STATUS } from './message-of.ts';
import { isPretty } from './asked-form.ts';
import { errorEncoding, PROTOBUF } from './negotiate.ts';
import { OutputError } from './output.ts';
import { isPlainNotFound } from './resource-not-found.ts';
import { warn } from './warn.ts';

/** Answers with what an error says, or breaks off an answer that has begun; a client that went is told nothing. */
export async function refuseRequest(
  error: unknown,
  { method, url, headers, reply }: Exchange,
  warnings: readonly string[],
  log: Logger,
): Promise<number> {
  if (error instanceof OutputError) return 0;
  if (error instanceof NotRecordedError) {
    return endReply(reply, 500, 'text/plain; charset=utf-8', `${error.message}\n`, method);
  }
  if (error instanceof TurnedAwayError && !reply.isBegun) {
    reply.setHeader('retry-after', error.retryAfterSeconds);
    reply.setHeader('x-content-type-options', 'nosniff');
    return endReply(reply, 429, 'text/plain; charset=utf-8', `${error.message}\n`, method);
  }
  const { status } = statusOfError(error);
  if (status.code >= 500) log.error('request failed', { method, url, error });
  if (reply.isBegun) {
    reply.destroy();
    return 0;
  }
  if (isPlainNotFound(status)) {
    return endReply(reply, 404, 'text/plain; charset=utf-8', '404 page not found\n', method);
  }
  if (!reply.hasHeader('warning')) warn(reply, warnings);
  const seconds = status.details?.retryAfterSeconds;
  if (seconds !== undefined) reply.setHeader('retry-after', seconds);
  const json = JSON.stringify(status);
  switch (errorEncoding(headers.accept)) {
    case 'protobuf':
      return endReply(reply, status.code, PROTOBUF, Buffer.concat(sealedMessage(STATUS, status)), method);
    case 'yaml': {
      const text = printYaml(await import('yaml'), json);
      if (!reply.isBegun) return endReply(reply, status.code, 'application/yaml', text, method);
      reply.destroy();
      return 0;
    }
    case 'json': {
      const text = isPretty(headers, queryOf(url)) ? printIndented(json) : `${json}\n`;
      return endReply(reply, status.code, 'application/json', text, method);
    }
  }
}

const queryOf = (url: string): URLSearchParams => new URLSearchParams(url.split('?', 2)[1]);
