import { expect, it } from 'vitest';
import { must } from '../../../src/base/must.ts';
import { podOf, type SpecInput } from '../testing/pod-fixtures.ts';
import { appArmorOf } from './app-armor.ts';

type SecurityContext = NonNullable<SpecInput['containers'][number]['securityContext']>;

const profileOf = (
  ofContainer: SecurityContext,
  ofPod: SpecInput['securityContext'] = {},
  annotation?: string,
  byDefault = false,
) => {
  const pod = podOf({
    securityContext: ofPod,
    containers: [{ name: 'app', image: 'i', securityContext: ofContainer }],
  });
  const annotations =
    annotation === undefined ? {} : { 'container.apparmor.security.beta.kubernetes.io/app': annotation };
  const told = { ...pod, metadata: { ...pod.metadata, annotations } };
  return appArmorOf(told, must(told.spec.containers[0], 'there is one'), byDefault);
};
const RUNTIME = { appArmorProfile: { type: 'RuntimeDefault' } } as const;
const OWN = { appArmorProfile: { type: 'Localhost', localhostProfile: 'own' } } as const;
const NONE = { appArmorProfile: { type: 'Unconfined' } } as const;

it.each<[string, ReturnType<typeof profileOf>, ReturnType<typeof profileOf>]>([
  ['nobody asked for', profileOf({}), undefined],
  ['the default one though nobody asked', profileOf({}, {}, undefined, true), 'RuntimeDefault'],
  ['none where nobody asked and it is privileged', profileOf({ privileged: true }, {}, undefined, true), undefined],
  ['none where that was asked for', profileOf(NONE, {}, undefined, true), undefined],
  ['none where an annotation asks for that', profileOf({}, {}, 'unconfined', true), undefined],
  ['its own rather than the default one', profileOf(OWN, {}, undefined, true), { profile: 'own' }],
  ['the container’s', profileOf(RUNTIME), 'RuntimeDefault'],
  ['the pod’s', profileOf({}, OWN), { profile: 'own' }],
  ['the container’s rather than the pod’s', profileOf(OWN, RUNTIME), { profile: 'own' }],
  ['none rather than the pod’s', profileOf(NONE, RUNTIME), undefined],
  ['none where it is privileged', profileOf({ ...RUNTIME, privileged: true }), undefined],
  ['its own where it is privileged', profileOf({ ...OWN, privileged: true }), { profile: 'own' }],
  ['that of an annotation', profileOf({}, {}, 'localhost/own'), { profile: 'own' }],
  ['the default one of an annotation', profileOf({}, {}, 'runtime/default'), 'RuntimeDefault'],
  ['none of an annotation', profileOf({}, {}, 'unconfined'), undefined],
  ['the field’s rather than an annotation’s', profileOf(NONE, {}, 'runtime/default'), undefined],
])('the profile of a container is %s', (_, found, expected) => {
  expect(found).toEqual(expected);
});
