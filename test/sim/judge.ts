import type { RunHistory } from './history.ts';
import { isLinearizable, operationsByKey } from './linearizability.ts';
import { checkRevisions } from './revision-checker.ts';
import { checkWatches } from './watch-checker.ts';

/** What is wrong with a run, by all checkers; `undecided` counts keys whose search was cut short. */
export function judgeRun(history: RunHistory): { readonly problems: readonly string[]; readonly undecided: number } {
  const verdicts = [...operationsByKey(history.operations)].map(([key, list]) => ({
    key,
    verdict: isLinearizable(list),
  }));
  return {
    problems: [
      ...verdicts.filter(({ verdict }) => verdict === 'no').map(({ key }) => `not linearizable: ${key}`),
      ...checkRevisions(history).map(text => `revisions: ${text}`),
      ...checkWatches(history).map(({ property, text }) => `watch (${property}): ${text}`),
    ],
    undecided: verdicts.filter(({ verdict }) => verdict === 'too much to tell').length,
  };
}
