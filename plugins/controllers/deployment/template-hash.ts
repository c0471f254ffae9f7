import type { PodTemplateSpec } from '../../kinds/core/v1/pod-template-spec.ts';

/** No vowels and no look-alikes, so that no word appears; apimachinery's rand.SafeEncodeString. */
const SAFE_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/**
 * Names a template: equal templates hash alike, and a `collisionCount` changes the name when another
 * template already has it.
 */
export function templateHash(template: PodTemplateSpec, collisionCount: number | undefined): string {
  const text = JSON.stringify(sorted(template)) + (collisionCount === undefined ? '' : `#${collisionCount}`);
  return Array.from(String(fnv1a32(text)), digit => SAFE_LETTERS[digit.charCodeAt(0) % SAFE_LETTERS.length]).join('');
}

function fnv1a32(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

/** The same value with the members of every object in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, sorted(member)]));
}
