/** Structured logging. Facts go into `fields`, never into `message`; secrets into neither. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  child(fields: LogFields): Logger;
}
export type LogFields = Readonly<Record<string, unknown>>;
