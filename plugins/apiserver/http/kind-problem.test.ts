import { expect, it } from 'vitest';
import { customKindProblem, kindProblem } from './kind-problem.ts';

const SCHEME = 'in scheme "pkg/api/legacyscheme/scheme.go:30"';
const deployment = { apiVersion: 'apps/v1', kind: 'Deployment' };

/** As a kube-apiserver was seen to tell them apart. */
it.each<[object, string | undefined, string | undefined]>([
  [{}, undefined, undefined],
  [{ kind: null, apiVersion: '' }, undefined, undefined],
  [deployment, undefined, undefined],
  [{ kind: 'DaemonSet' }, 'Other', 'converting (v1.DaemonSet) to (apps.Deployment): unknown conversion'],
  [{ kind: 'Nobody' }, 'Other', `no kind "Nobody" is registered for version "apps/v1" ${SCHEME}`],
  [{ kind: 'deployment' }, 'Other', `no kind "deployment" is registered for version "apps/v1" ${SCHEME}`],
  [{ apiVersion: 'v1', kind: 'Secret' }, 'Other', 'converting (v1.Secret) to (apps.Deployment): unknown conversion'],
  [{ apiVersion: 'v2' }, 'Other', `no kind "Deployment" is registered for version "v2" ${SCHEME}`],
  [{ apiVersion: 'apps/v1beta1' }, 'OtherVersion', ''],
  [{ apiVersion: 'extensions/v1beta1' }, 'OtherVersion', ''],
  [{ apiVersion: 'a/b/c' }, 'Unreadable', 'unexpected GroupVersion string: a/b/c'],
  [
    { kind: 5 },
    'Unreadable',
    "couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind of type string",
  ],
])('of what calls itself %j', (said, code, detail) => {
  const problem = kindProblem({ ...said }, deployment);
  expect([problem?.code, problem?.detail]).toEqual([code, detail]);
});

const odd = { apiVersion: 'x.example.com/v1', kind: 'Odd' };
it.each<[object, string | undefined, string | undefined]>([
  [odd, undefined, undefined],
  [{ apiVersion: odd.apiVersion }, 'Unreadable', "Object 'Kind' is missing in '{}'"],
  [{ kind: 'Odd' }, 'OtherVersion', 'must be x.example.com/v1'],
  [{ ...odd, kind: 'Pod' }, 'OtherKind', 'must be Odd'],
  [{ ...odd, kind: [] }, 'Unreadable', expect.stringContaining('cannot unmarshal array')],
])('of a custom object that calls itself %j', (said, code, detail) => {
  const problem = customKindProblem({ ...said }, odd, () => '{}');
  expect([problem?.code, problem?.detail]).toEqual([code, detail]);
});
