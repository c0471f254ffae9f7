import { forbidden, type FieldError } from '../../../../src/api/field-error.ts';
import type { ObjectPart } from '../../../../src/api/resource.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { differenceOf } from './difference-of.ts';
import { ephemeralContainer } from './ephemeral-container.ts';
import type { PodObject } from './pod-object.ts';
import { isStaticPod } from './static-pod.ts';
import { withMetadataOf } from './with-metadata-of.ts';

/** `pods/x/ephemeralcontainers`: adds containers to a pod that is there already, and takes none away. */
export const ephemeralContainersPart: ObjectPart<PodObject> = {
  keep(next, old) {
    const { ephemeralContainers: _before, ...spec } = old.spec;
    const { ephemeralContainers } = next.spec;
    const added = { ...spec, ...(ephemeralContainers === undefined ? {} : { ephemeralContainers }) };
    return withMetadataOf({ ...old, metadata: next.metadata, spec: added }, old);
  },
  validateUpdate: validateEphemeralChange,
};

function validateEphemeralChange({ spec }: PodObject, old: PodObject): readonly FieldError[] {
  if (isStaticPod(old)) return [forbidden('', 'static pods do not support ephemeral containers')];
  const field = 'spec.ephemeralContainers';
  const next = new Map((spec.ephemeralContainers ?? []).map(container => [container.name, container]));
  return (old.spec.ephemeralContainers ?? []).flatMap(before => {
    const name = JSON.stringify(before.name);
    const after = next.get(before.name);
    if (after === undefined) return [forbidden(field, `existing ephemeral containers ${name} may not be removed\n`)];
    if (isDeepEqual(before, after)) return [];
    const difference = differenceOf(ephemeralContainer, before, after);
    return [forbidden(field, `existing ephemeral containers ${name} may not be changed\n${difference}`)];
  });
}
