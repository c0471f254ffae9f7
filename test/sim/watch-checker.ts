import type { RunHistory, SeenBatch, SeenChange, WatchSession } from './history.ts';

/** What a watch promises, by the names etcd's robustness tests use. */
export type WatchProperty =
  | 'filter'
  | 'ordered'
  | 'unique'
  | 'atomic'
  | 'reliable'
  | 'resumable'
  | 'bookmarkable'
  | 'isCreate'
  | 'previous';

export interface WatchProblem {
  readonly property: WatchProperty;
  readonly text: string;
}

/** Holds what watchers were told against what is on the disk in the end. */
export function checkWatches({ sessions, log }: RunHistory): readonly WatchProblem[] {
  const problems: WatchProblem[] = [];
  const truth = new Map(log.map(batch => [batch.revision, batch]));
  for (const [index, session] of sessions.entries()) {
    const say = (property: WatchProperty, text: string): void =>
      void problems.push({ property, text: `watcher ${session.watcher} of ${session.prefix}: ${text}` });
    if (session.problem !== undefined) say('resumable', session.problem);
    const before = session.resumes
      ? sessions.slice(0, index).findLast(({ watcher }) => watcher === session.watcher)
      : undefined;
    if (before !== undefined && session.after !== (before.batches.at(-1)?.revision ?? before.after)) {
      say('resumable', `resumed after ${session.after}, which is not where it was`);
    }
    checkSession(session, truth, say);
    checkCompleteness(session, log, say);
  }
  return problems;
}

type Say = (property: WatchProperty, text: string) => void;

function checkSession(session: WatchSession, truth: ReadonlyMap<number, SeenBatch>, say: Say): void {
  let last = session.after;
  for (const { revision, changes } of session.batches) {
    const isProgress = changes.length === 0;
    if (revision < last) say(isProgress ? 'bookmarkable' : 'ordered', `${revision} came after ${last}`);
    else if (revision === last && !isProgress) say('unique', `${revision} came twice`);
    last = Math.max(last, revision);
    if (changes.some(({ key }) => !key.startsWith(session.prefix))) say('filter', `${revision} tells of other keys`);
    if (isProgress) continue;
    const expected = new Map(
      (truth.get(revision)?.changes ?? [])
        .filter(({ key }) => key.startsWith(session.prefix))
        .map(change => [change.key, change]),
    );
    if (changes.length !== expected.size || changes.some(({ key, text }) => expected.get(key)?.text !== text)) {
      say('atomic', `${revision} has other changes than the transaction made`);
    }
    for (const change of changes) checkChange(change, expected.get(change.key), revision, say);
  }
}

function checkChange(change: SeenChange, expected: SeenChange | undefined, revision: number, say: Say): void {
  if (expected === undefined) return;
  if (change.isCreate !== expected.isCreate) say('isCreate', `${change.key} at ${revision}`);
  const [told, held] = [change.previous, expected.previous];
  if (told?.text !== held?.text || told?.modRevision !== held?.modRevision) {
    say('previous', `${change.key} at ${revision} was ${held?.text}, not ${told?.text}`);
  }
}

/** Between its start and the last revision it told of, and to the end for one that is still on, nothing is left out. */
function checkCompleteness(session: WatchSession, log: RunHistory['log'], say: Say): void {
  const told = new Set(session.batches.filter(({ changes }) => changes.length > 0).map(({ revision }) => revision));
  const until = session.isLast ? Infinity : (session.batches.at(-1)?.revision ?? session.after);
  const progress = Math.max(
    0,
    ...session.batches.filter(({ changes }) => changes.length === 0).map(({ revision }) => revision),
  );
  for (const { revision, changes } of log) {
    if (revision <= session.after || revision > until || told.has(revision)) continue;
    if (!changes.some(({ key }) => key.startsWith(session.prefix))) continue;
    say(revision <= progress ? 'bookmarkable' : session.resumes ? 'resumable' : 'reliable', `${revision} was left out`);
  }
}
