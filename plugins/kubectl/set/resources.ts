import { text } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { fieldsAt, withField } from '../dig.ts';
import { Failure } from '../failures.ts';
import { readQuantity } from '../../../src/base/quantity.ts';
import { changeObjects, SET_FLAGS } from './change-objects.ts';
import { containerNames, namePattern, withContainers } from './pod-template.ts';

export const setResourcesVerb: Verb = {
  usage: '(-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]',
  about: 'Specify compute resource requirements (CPU, memory) for any resource that defines a pod template.',
  flags: [
    ...SET_FLAGS,
    text('containers', 'Containers whose resources to set.', { short: 'c', fallback: '*' }),
    text('limits', 'Limits, cpu=100m,memory=256Mi.'),
    text('requests', 'Requests, cpu=100m,memory=256Mi.'),
  ],
  run: setResources,
};

async function setResources(call: Call): Promise<void> {
  const { flags, args } = call;
  if (flags.text('limits') === '' && flags.text('requests') === '') {
    throw new Failure('you must specify an update to requests or limits (in the form of --requests/--limits)');
  }
  const [limits, requests] = [amounts(flags.text('limits')), amounts(flags.text('requests'))];
  const isMeant = namePattern(flags.text('containers'));
  await changeObjects(call, {
    args,
    operation: 'resource requirements updated',
    change({ object }) {
      if (!containerNames(object).some(isMeant))
        throw new Failure(`unable to find container named ${flags.text('containers')}`);
      return withContainers(object, isMeant, container => {
        let next = container;
        for (const [field, given] of [
          ['limits', limits],
          ['requests', requests],
        ] as const) {
          if (Object.keys(given).length === 0) continue;
          next = withField(next, ['resources', field], { ...fieldsAt(container, 'resources', field), ...given });
        }
        return next;
      });
    },
  });
}

function amounts(text: string): Readonly<Record<string, string>> {
  const parts = text.split(',').filter(part => part !== '');
  return Object.fromEntries(
    parts.map(part => {
      const [name = '', amount, ...more] = part.split('=');
      if (amount === undefined || more.length > 0)
        throw new Failure(`invalid argument syntax ${part}, expected <resource>=<value>`);
      if (readQuantity(amount) === undefined)
        throw new Failure(
          "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
        );
      return [name, amount] as const;
    }),
  );
}
