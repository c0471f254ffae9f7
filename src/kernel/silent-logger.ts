import type { Logger } from './logger.ts';

const nothing = (): void => undefined;

/** For tests and for commands whose only output is their answer. */
export const silentLogger: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => silentLogger,
};
