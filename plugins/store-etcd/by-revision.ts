import type { WatchEvent } from './messages.ts';

/** Events in the order of their revisions, those of one together. */
export function byRevision(events: readonly WatchEvent[]): readonly (readonly WatchEvent[])[] {
  const groups: WatchEvent[][] = [];
  let revision = -1;
  for (const event of events) {
    if (event.entry.modRevision === revision) groups.at(-1)?.push(event);
    else groups.push([event]);
    revision = event.entry.modRevision;
  }
  return groups;
}
