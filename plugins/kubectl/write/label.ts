import { keyVerb } from './key-verb.ts';

export const labelVerb = keyVerb({
  what: 'label',
  field: 'labels',
  usage: '[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]',
  about: 'Update the labels on a resource.',
  manager: 'kubectl-label',
});
