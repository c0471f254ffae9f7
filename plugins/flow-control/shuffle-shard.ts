import { createHash } from 'node:crypto';

/**
 * The queues that one flow may use, `handSize` of `queues` different ones, the same at each server and each time;
 * two flows rarely share all of them.
 */
export function shuffleShard(flow: bigint, queues: number, handSize: number): readonly number[] {
  const hand: number[] = [];
  let rest = flow;
  for (let dealt = 0; dealt < handSize; dealt++) {
    const left = BigInt(queues - dealt);
    // Which of the cards that are left, counted in their order.
    let card = Number(rest % left);
    rest /= left;
    for (const earlier of hand.toSorted((a, b) => a - b)) if (card >= earlier) card += 1;
    hand.push(card);
  }
  return hand;
}

/** 64 bits that tell one flow from another, as upstream's. */
export const flowHash = (schema: string, distinguisher: string): bigint =>
  createHash('sha256').update(`${schema}\0${distinguisher}`).digest().readBigUInt64LE();
