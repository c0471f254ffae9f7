import { isRecord } from '../../../src/base/is-record.ts';
import type { ExecSession } from '../../runtime/contract.ts';
import { MAX_RESIZE_BYTES } from '../limits.ts';

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

const MAX = 0xffff;

/** Passes on what such a message says. */
export function resizeBy(session: Pick<ExecSession, 'resize'>, payload: Buffer): void {
  const size = parseTerminalSize(payload);
  if (size !== undefined) session.resize(size.columns, size.rows);
}

/** Of a message on the resize channel, `{"Width":W,"Height":H}`; `undefined` for whatever else comes there. */
export function parseTerminalSize(payload: Buffer): TerminalSize | undefined {
  if (payload.length > MAX_RESIZE_BYTES) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(payload.toString());
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  const columns = sideOf(value, 'width');
  const rows = sideOf(value, 'height');
  return columns === undefined || rows === undefined ? undefined : { columns, rows };
}

/** Names match in whatever case, as Go's decoder matches them. */
function sideOf(value: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const [, side] = Object.entries(value).find(([key]) => key.toLowerCase() === name) ?? [];
  return typeof side === 'number' && Number.isInteger(side) && side >= 1 && side <= MAX ? side : undefined;
}
