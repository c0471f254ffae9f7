import { dig, fieldsAt, textAt } from '../dig.ts';
import { failedWith } from '../../../src/base/failed-with.ts';
import { StatusFailure } from '../failures.ts';
import type { RestClient, RestRequest } from './rest-client.ts';

export interface WatchEvent {
  readonly type: string;
  readonly object: unknown;
}

/** What happens to a collection, until the server ends the watch or `signal` does; bookmarks are left out. */
export async function* watch(client: RestClient, path: string, call: RestRequest): AsyncGenerator<WatchEvent> {
  try {
    const body = await client.stream(path, { ...call, query: { ...call.query, watch: 'true' } });
    for await (const line of linesOf(body)) {
      const event: unknown = JSON.parse(line);
      const type = textAt(event, 'type');
      if (type === 'ERROR') throw new StatusFailure(fieldsAt(event, 'object'));
      if (type !== 'BOOKMARK') yield { type, object: dig(event, 'object') };
    }
  } catch (error) {
    if (call.signal?.aborted === true) return;
    if (!failedWith(error, 'UND_ERR_SOCKET')) throw error;
  }
}

export async function* linesOf(body: AsyncIterable<unknown>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    rest += decoder.decode(chunk as Uint8Array, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield line;
  }
  if (rest !== '') yield rest;
}
