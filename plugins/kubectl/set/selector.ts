import { text } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { withField } from '../dig.ts';
import { Failure } from '../failures.ts';
import type { KubeObject } from '../kube-object.ts';
import { changeObjects, SET_FLAGS } from './change-objects.ts';

export const setSelectorVerb: Verb = {
  usage: '(-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]',
  about: 'Set the selector on a resource.',
  flags: [...SET_FLAGS, text('resource-version', 'Only where the object is of this version.')],
  run: setSelector,
};

async function setSelector(call: Call): Promise<void> {
  const expression = call.args.at(-1);
  if (expression === undefined || call.args.length < 2)
    throw new Failure('one or more resources must be specified as <resource> <name> or <resource>/<name>');
  const selector = Object.fromEntries(expression.split(',').map(part => part.split(/==?/)));
  await changeObjects(call, {
    args: call.args.slice(0, -1),
    operation: 'selector updated',
    change({ object }) {
      if (object.kind !== 'Service') throw new Failure(`setting a selector is only supported for Services`);
      return withField(object, ['spec', 'selector'], selector) as KubeObject;
    },
  });
}
