import { text } from '../command/flag.ts';
import { Failure } from '../failures.ts';
import { generatorVerb, newMetadata } from './generator.ts';
import { selectorObject } from './selector-object.ts';

const amount = (given: string): number | string => (/^\d+$/.test(given) ? Number(given) : given);

export const podDisruptionBudgetVerb = generatorVerb({
  usage: 'NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none]',
  about: 'Create a pod disruption budget with the specified name, selector, and desired minimum available pods.',
  flags: [
    text('min-available', 'How many pods must stay.'),
    text('max-unavailable', 'How many pods may go.'),
    text('selector', 'Labels of the pods.'),
  ],
  namespaced: true,
  failed: 'failed to create poddisruptionbudgets',
  build({ flags }, name) {
    const [min, max, selector] = [flags.text('min-available'), flags.text('max-unavailable'), flags.text('selector')];
    if (selector === '') throw new Failure('a selector must be specified');
    if (min === '' && max === '') throw new Failure('one of min-available or max-unavailable must be specified');
    if (min !== '' && max !== '') throw new Failure('min-available and max-unavailable cannot be both specified');
    return {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: newMetadata(name),
      spec: {
        ...(max === '' ? {} : { maxUnavailable: amount(max) }),
        ...(min === '' ? {} : { minAvailable: amount(min) }),
        selector: selectorObject(selector),
      },
      status: { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 },
    };
  },
});
