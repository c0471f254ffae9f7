import { pino, type Logger as Pino } from 'pino';
import type { Logger } from '../kernel/logger.ts';

/** One JSON line a message on stderr, written before the call returns, so that a crash loses none. */
export function pinoLogger(level: 'debug' | 'info' | 'warn' | 'error'): Logger {
  const destination = pino.destination({ dest: 2, sync: true });
  return wrap(
    pino(
      { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { error: pino.stdSerializers.err } },
      destination,
    ),
  );
}

function wrap(logger: Pino): Logger {
  return {
    debug: (message, fields = {}) => logger.debug(fields, message),
    info: (message, fields = {}) => logger.info(fields, message),
    warn: (message, fields = {}) => logger.warn(fields, message),
    error: (message, fields = {}) => logger.error(fields, message),
    child: fields => wrap(logger.child(fields)),
  };
}
