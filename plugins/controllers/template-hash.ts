import { sortedJson } from '../../src/base/sorted-json.ts';

/** No vowels and no look-alikes, so that no word appears; apimachinery's rand.SafeEncodeString. */
const SAFE_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/**
 * Names a template, or what else a revision is made of: equal ones hash alike, and a `collisionCount` changes the
 * name when another already has it.
 */
export function templateHash(template: object, collisionCount: number | undefined): string {
  const text = JSON.stringify(sortedJson(template)) + (collisionCount === undefined ? '' : `#${collisionCount}`);
  return Array.from(String(fnv1a32(text)), digit => SAFE_LETTERS[digit.charCodeAt(0) % SAFE_LETTERS.length]).join('');
}

function fnv1a32(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
