import { describe, expect, it } from 'vitest';
import { must } from '../../../src/base/must.ts';
import { podOf, type SpecInput } from '../testing/pod-fixtures.ts';
import { containerSecurity, MASKED_PATHS, READONLY_PATHS, type SecurityConfig } from './security.ts';

type SecurityContext = NonNullable<SpecInput['containers'][number]['securityContext']>;

const securityOf = (securityContext: SecurityContext): SecurityConfig => {
  const pod = podOf({ containers: [{ name: 'app', image: 'i', securityContext }] });
  return containerSecurity(pod, must(pod.spec.containers[0], 'the pod has a container'));
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

  it.each(['', 'profiles/app.json'])(
    'with a profile of its own, %j, is an error, never no confinement',
    localhostProfile => {
      expect(() => securityOf({ seccompProfile: { type: 'Localhost', localhostProfile } })).toThrow(
        'seccomp profile type Localhost is not supported by this node',
      );
    },
  );
});
