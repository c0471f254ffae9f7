import { describe, expect, it } from 'vitest';
import { must } from '../../../src/base/must.ts';
import { podOf, type SpecInput } from '../testing/pod-fixtures.ts';
import {
  containerSecurity,
  localhostProfileOf,
  MASKED_PATHS,
  READONLY_PATHS,
  type SecurityConfig,
} from './security.ts';

type SecurityContext = NonNullable<SpecInput['containers'][number]['securityContext']>;

const NO_PROFILES = { appArmorByDefault: false };

const securityOf = (securityContext: SecurityContext): SecurityConfig => {
  const pod = podOf({ containers: [{ name: 'app', image: 'i', securityContext }] });
  return containerSecurity(pod, must(pod.spec.containers[0], 'the pod has a container'), NO_PROFILES);
};

describe('the confinement of a container', () => {
  it.each([
    ['asked for nothing', {}, { seccomp: 'Unconfined', maskedPaths: MASKED_PATHS, readonlyPaths: READONLY_PATHS }],
    ['the default filter', { seccompProfile: { type: 'RuntimeDefault' } }, { seccomp: 'RuntimeDefault' }],
    ['no escalation', { allowPrivilegeEscalation: false }, { noNewPrivileges: true }],
    ['privileged', { privileged: true }, { seccomp: 'Unconfined', maskedPaths: [], readonlyPaths: [] }],
    [
      'privileged with a filter',
      { privileged: true, seccompProfile: { type: 'RuntimeDefault' } },
      { seccomp: 'Unconfined' },
    ],
    ['unmasked', { procMount: 'Unmasked' }, { maskedPaths: [], readonlyPaths: [] }],
  ] as const)('%s', (_, context, expected) => {
    expect(securityOf(context)).toMatchObject(expected);
  });

  it('is a profile of its own where the container names one, unless it is privileged', () => {
    const seccompProfile = { type: 'Localhost', localhostProfile: 'profiles/app.json' } as const;
    const pod = podOf({
      securityContext: { seccompProfile },
      containers: [
        { name: 'app', image: 'i' },
        { name: 'free', image: 'i', securityContext: { privileged: true } },
        { name: 'own', image: 'i', securityContext: { seccompProfile: { type: 'RuntimeDefault' } } },
      ],
    });
    expect(pod.spec.containers.map(container => localhostProfileOf(pod, container))).toEqual([
      'profiles/app.json',
      undefined,
      undefined,
    ]);
    const profiles = { ...NO_PROFILES, seccomp: '{}' };
    expect(containerSecurity(pod, must(pod.spec.containers[0], 'there is one'), profiles).seccomp).toEqual({
      profile: '{}',
    });
  });

  it('is an error where a profile is asked for that is none, never no confinement', () => {
    const securityContext = { seccompProfile: { type: 'Localhost', localhostProfile: '' } } as const;
    const pod = podOf({ containers: [{ name: 'app', image: 'i', securityContext }] });
    const container = must(pod.spec.containers[0], 'there is one');
    expect(() => localhostProfileOf(pod, container)).toThrow('localhostProfile must be set');
    expect(() => containerSecurity(pod, container, NO_PROFILES)).toThrow('Localhost is not supported');
  });
});
