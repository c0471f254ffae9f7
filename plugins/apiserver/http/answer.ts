import type { Resource } from '../../../src/api/resource.ts';
import type { Status } from '../../../src/api/status-error.ts';
import type { ObjectNode } from '../../../src/schema/schema.ts';
import type { Signal } from '../verbs/watch.ts';
import type { ListAnswer } from '../verbs/list-answer.ts';
import type { StoredObject } from '../objects/stored-object.ts';
import type { StreamAnswer } from '../contract.ts';

/** What a verb comes to, before it is encoded as the client wishes. */
export type Answer =
  | { readonly type: 'object'; readonly code: number; readonly resource: Resource; readonly object: StoredObject }
  | { readonly type: 'list'; readonly resource: Resource; readonly list: ListAnswer }
  /** A body of no stored kind: Status, Scale, what a subresource answers. */
  | {
      readonly type: 'value';
      readonly code: number;
      readonly value: object;
      /** Given where the value may also be shown as a Table. */
      readonly resource?: Resource;
      /** What it is in protobuf where `resource` does not tell. */
      readonly message?: ObjectNode;
    }
  | {
      readonly type: 'text';
      readonly code: number;
      readonly contentType: string;
      readonly text: string | Buffer;
      readonly headers?: Readonly<Record<string, string>>;
      /** Of an object that has a kind: the same as JSON, which goes on record. */
      readonly json?: string;
    }
  | { readonly type: 'watch'; readonly resource: Resource; readonly watch: WatchAnswer }
  | { readonly type: 'stream'; run(answer: StreamAnswer): Promise<void> };

export type TextAnswer = Extract<Answer, { readonly type: 'text' }>;

export interface WatchAnswer {
  /** Follows until `signal` aborts. `begun` is called once what was there before was taken. */
  follow(signal: AbortSignal, begun: () => void): AsyncIterable<readonly Signal[]>;
  readonly timeoutMs: number;
  readonly allowBookmarks: boolean;
}

export const statusAnswer = (status: Status): Answer => ({ type: 'value', code: status.code ?? 200, value: status });
