import { messageOf } from '../../../src/base/message-of.ts';
import type { Call } from '../command/verb.ts';
import { linesOf } from '../rest/watch.ts';

/** One container's log. */
export interface LogSource {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Before each line. */
  readonly prefix: string;
}

/** Prints a log to its end, which is the container's where it is followed. */
export async function printLog(
  { cluster, terminal, flags }: Call,
  { namespace, pod, container, prefix }: LogSource,
  query: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const client = await cluster.client();
  try {
    const path = `/api/v1/namespaces/${namespace}/pods/${pod}/log`;
    const body = await client.stream(path, { query: { container, ...query }, accept: '*/*', signal: terminal.over });
    if (prefix === '') for await (const chunk of body) terminal.out(chunk as Uint8Array);
    else for await (const line of linesOf(body)) terminal.out(`${prefix}${line}\n`);
  } catch (error) {
    if (terminal.over.aborted) return;
    if (!flags.has('ignore-errors') || !flags.bool('ignore-errors')) throw error;
    terminal.out(`error: ${messageOf(error)}\n`);
  }
}
