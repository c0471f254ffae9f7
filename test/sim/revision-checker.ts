import type { Revision } from '../../src/store/store.ts';
import type { RunHistory, Seen, SeenChange } from './history.ts';

/**
 * What per-key linearizability does not see: that revisions go up, are never given twice, also not after
 * a crash, that all that was acknowledged is on the disk under its revision, and that reads of many keys
 * or of the past show just one revision.
 */
export function checkRevisions({ operations, log }: RunHistory): readonly string[] {
  const problems: string[] = [];
  const states = statesOf(log);
  const written = new Map(log.map(({ revision, changes }) => [revision, changes]));
  if (log.some(({ revision }, index) => revision <= (log[index - 1]?.revision ?? 1))) {
    problems.push('revisions on the disk are not in order');
  }
  for (const { input, output, client } of operations) {
    if (output === undefined || output.type === 'refused') continue;
    if (output.type === 'written') {
      if (
        input.type === 'write' &&
        !isThere(input.writes, written.get(output.revision), stateAt(states, output.revision))
      ) {
        problems.push(`client ${client} was acknowledged revision ${output.revision}, which holds something else`);
      }
      continue;
    }
    if (input.type === 'write' || output.type === 'conflict') continue;
    const state = stateAt(states, output.revision);
    const isAsked = (key: string): boolean => (input.type === 'get' ? key === input.key : key.startsWith(input.prefix));
    const expected = [...state].filter(([key]) => isAsked(key)).sort(([a], [b]) => (a < b ? -1 : 1));
    if (textOf(output.entries) !== textOf(expected)) {
      problems.push(`client ${client} read at revision ${output.revision} what is not there`);
    }
  }
  return [...problems, ...checkOrder(operations)];
}

/** Answers tell of revisions no older than any that was told before the question. */
function checkOrder(operations: RunHistory['operations']): readonly string[] {
  const problems: string[] = [];
  const ends = operations
    .flatMap(({ end, output, input }) => {
      const isPast = input.type !== 'write' && input.at !== undefined;
      return end === undefined || output === undefined || output.type === 'refused' || isPast
        ? []
        : [{ end, revision: output.revision }];
    })
    .sort((a, b) => a.end - b.end);
  const calls = operations.filter(({ output, input }) => {
    const isPast = input.type !== 'write' && input.at !== undefined;
    return output !== undefined && output.type !== 'refused' && !isPast;
  });
  let [index, newest] = [0, 0];
  for (const { call, output, client, input } of calls.toSorted((a, b) => a.call - b.call)) {
    for (let told = ends[index]; told !== undefined && told.end < call; told = ends[++index]) {
      newest = Math.max(newest, told.revision);
    }
    if (output === undefined || output.type === 'refused') continue;
    const isNew =
      output.type === 'written' &&
      input.type === 'write' &&
      [...input.writes.values()].some(text => text !== undefined);
    if (output.revision < newest || (isNew && output.revision === newest)) {
      problems.push(
        `client ${client} was told of revision ${output.revision} after somebody had been told of ${newest}`,
      );
    }
  }
  return problems;
}

type States = readonly { readonly revision: Revision; readonly state: ReadonlyMap<string, Seen> }[];

function statesOf(log: RunHistory['log']): States {
  const state = new Map<string, Seen>();
  return log.map(({ revision, changes }) => {
    for (const { key, text } of changes) {
      if (text === undefined) state.delete(key);
      else state.set(key, { text, modRevision: revision });
    }
    return { revision, state: new Map(state) };
  });
}

function stateAt(states: States, revision: Revision): ReadonlyMap<string, Seen> {
  return states.findLast(state => state.revision <= revision)?.state ?? new Map();
}

/** A write of which nothing changed anything, a deletion of what was not there, has no revision of its own. */
function isThere(
  writes: ReadonlyMap<string, string | undefined>,
  changes: readonly SeenChange[] | undefined,
  state: ReadonlyMap<string, Seen>,
): boolean {
  const puts = [...writes].filter(([, text]) => text !== undefined);
  if (puts.length === 0) return [...writes.keys()].every(key => !state.has(key));
  return puts.every(([key, text]) => changes?.some(change => change.key === key && change.text === text) ?? false);
}

const textOf = (entries: Iterable<readonly [string, Seen]>): string =>
  [...entries].map(([key, { text, modRevision }]) => `${key}=${text}@${modRevision}`).join(' ');
