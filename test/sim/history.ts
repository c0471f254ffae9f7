import type { Revision } from '../../src/store/store.ts';

/** What clients did and were told. `call` and `end` come from one counter, so they say what was before what. */
export interface Operation {
  readonly client: number;
  readonly call: number;
  /** `undefined`: never answered, so it may have happened or may yet. */
  end?: number;
  readonly input: Input;
  output?: Output;
}

/** Texts are unique, so that each tells which write it came from. */
export type Input =
  | {
      readonly type: 'write';
      /** What each guarded key was to hold; `undefined`: nothing. */
      readonly guards: ReadonlyMap<string, Seen | undefined>;
      readonly writes: ReadonlyMap<string, string | undefined>;
    }
  | { readonly type: 'get'; readonly key: string; readonly at?: Revision }
  | { readonly type: 'list'; readonly prefix: string; readonly at?: Revision };

export interface Seen {
  readonly text: string;
  readonly modRevision: Revision;
}

export type Output =
  | { readonly type: 'written'; readonly revision: Revision }
  | { readonly type: 'conflict'; readonly current: ReadonlyMap<string, Seen | undefined>; readonly revision: Revision }
  | { readonly type: 'read'; readonly entries: ReadonlyMap<string, Seen>; readonly revision: Revision }
  /** It did not happen and will not. */
  | { readonly type: 'refused' };

export interface SeenChange {
  readonly key: string;
  /** `undefined`: deleted. */
  readonly text: string | undefined;
  readonly isCreate: boolean;
  readonly previous: Seen | undefined;
}

export interface SeenBatch {
  readonly revision: Revision;
  readonly changes: readonly SeenChange[];
}

/** One watch from its start to its end; `resumes`: it goes on where the one before of this watcher was. */
export interface WatchSession {
  readonly watcher: number;
  readonly prefix: string;
  readonly after: Revision;
  readonly resumes: boolean;
  readonly batches: SeenBatch[];
  /** Why it could not go on, when that is against the rules. */
  problem?: string;
  /** Still on when the run ended, by when all had been told. */
  isLast: boolean;
}

export interface RunHistory {
  readonly operations: readonly Operation[];
  readonly sessions: readonly WatchSession[];
  /** What the disk holds in the end, from the very first revision on. */
  readonly log: readonly SeenBatch[];
}
