/** `metav1.Time`: whole seconds, UTC. */
export const timestamp = (ms: number): string =>
  `${new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19)}Z`;

/** `metav1.MicroTime`: six decimals, UTC. */
export const microTimestamp = (ms: number): string => `${new Date(ms).toISOString().slice(0, 23)}000Z`;

/** Milliseconds since the epoch; `undefined` for an absent or unreadable time. */
export function timeMs(text: string | undefined | null): number | undefined {
  if (text === undefined || text === null) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
