import { compareRanks } from '../../../src/base/compare-ranks.ts';
import { isRecord } from '../../../src/base/is-record.ts';

/** Something to be said of a member, by its path: `spec.containers[0].name`. */
export interface Remark {
  readonly path: string;
  readonly text: string;
}

/** Remarks in the order in which a reader of the text meets the members first. */
export function inDocumentOrder(value: unknown, remarks: readonly Remark[]): readonly string[] {
  const ranked = remarks.map(({ path, text }) => ({ text, ranks: ranksOf(value, path) }));
  return ranked.sort((a, b) => compareRanks(a.ranks, b.ranks)).map(({ text }) => text);
}

function ranksOf(value: unknown, path: string): readonly number[] {
  const ranks: number[] = [];
  let within = value;
  for (const [segment] of path.matchAll(/\[\d+\]|[^.[\]]+/g)) {
    if (Array.isArray(within)) {
      const index = Number(segment.replaceAll(/[[\]]/g, ''));
      ranks.push(index);
      within = within[index];
    } else if (isRecord(within)) {
      const index = Object.keys(within).indexOf(segment);
      ranks.push(index < 0 ? Number.MAX_SAFE_INTEGER : index);
      within = within[segment];
    } else break;
  }
  return ranks;
}
