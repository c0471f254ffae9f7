import type { Call, Verb } from '../command/verb.ts';
import { withField } from '../dig.ts';
import { Failure } from '../failures.ts';
import type { KubeObject } from '../kube-object.ts';
import { changeObjects, SET_FLAGS } from './change-objects.ts';
import { podSpecPath } from './pod-template.ts';

export const setServiceAccountVerb: Verb = {
  usage: '(-f FILENAME | TYPE NAME) SERVICE_ACCOUNT',
  about: 'Update the service account of pod template resources.',
  flags: SET_FLAGS,
  run: setServiceAccount,
};

async function setServiceAccount(call: Call): Promise<void> {
  const account = call.args.at(-1);
  if (account === undefined) throw new Failure('serviceaccount is required');
  await changeObjects(call, {
    args: call.args.slice(0, -1),
    operation: 'serviceaccount updated',
    change({ object }) {
      const path = podSpecPath(object);
      const named = withField(object, [...path, 'serviceAccountName'], account);
      return withField(named, [...path, 'serviceAccount'], account) as KubeObject;
    },
  });
}
