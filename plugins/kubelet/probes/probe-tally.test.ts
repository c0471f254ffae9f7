import { describe, expect, it } from 'vitest';
import { countOutcome, NO_TALLY, type ProbeOutcome } from './probe-tally.ts';

describe('verdicts of a probe', () => {
  it.each<[string, { successThreshold: number; failureThreshold: number }, string, string]>([
    ['one success is enough', { successThreshold: 1, failureThreshold: 3 }, 's', '+'],
    ['failures below the threshold change nothing', { successThreshold: 1, failureThreshold: 3 }, 'sff', '+++'],
    ['the third failure does', { successThreshold: 1, failureThreshold: 3 }, 'sfff', '+++-'],
    ['a success between starts the count anew', { successThreshold: 1, failureThreshold: 3 }, 'ffsff', '..+++'],
    ['two successes in a row', { successThreshold: 2, failureThreshold: 1 }, 'sfss', '.--+'],
  ])('%s', (_name, thresholds, outcomes, verdicts) => {
    let tally = NO_TALLY;
    const seen = outcomes.split('').map(letter => {
      const outcome: ProbeOutcome = letter === 's' ? 'success' : 'failure';
      tally = countOutcome(tally, outcome, thresholds);
      return tally.verdict === undefined ? '.' : tally.verdict === 'success' ? '+' : '-';
    });
    expect(seen.join('')).toBe(verdicts);
  });
});
