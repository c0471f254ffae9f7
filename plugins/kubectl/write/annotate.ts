import { keyVerb } from './key-verb.ts';

export const annotateVerb = keyVerb({
  what: 'annotation',
  field: 'annotations',
  usage: '[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]',
  about: 'Update the annotations on one or more resources.',
  manager: 'kubectl-annotate',
});
