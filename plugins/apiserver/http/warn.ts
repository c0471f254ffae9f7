import type { Reply } from './exchange.ts';

/** Tells the client something besides the answer. */
export function warn(reply: Reply, warnings: readonly string[]): void {
  for (const warning of warnings) reply.addHeader('warning', warningText(warning));
}

/** RFC 7234 5.5, code 299 as apimachinery's NewWarningHeader. */
const warningText = (text: string): string =>
  `299 - "${text
    .replaceAll(/\p{Cc}/gu, ' ')
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .slice(0, 1024)}"`;
