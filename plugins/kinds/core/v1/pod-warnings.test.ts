import { expect, it } from 'vitest';
import { settled } from '../../testing/settled.ts';
import { Pod } from './pod.ts';
import { podWarnings } from './pod-warnings.ts';

const warnings = (spec: object, name = 'x') =>
  podWarnings(settled(Pod, { metadata: { name }, spec: { containers: [{ name: 'a', image: 'i' }], ...spec } }));
const ports = (...list: readonly object[]) => ({ containers: [{ name: 'a', image: 'i', ports: list }] });
const NOTHING = 'a null labelSelector results in matching no pod';

it.each<[object, readonly string[]]>([
  [{}, []],
  [
    { imagePullSecrets: [{ name: '' }, { name: '' }] },
    [
      'spec.imagePullSecrets[1].name: duplicate name ""',
      'spec.imagePullSecrets[0].name: invalid empty name ""',
      'spec.imagePullSecrets[1].name: invalid empty name ""',
    ],
  ],
  [{ hostAliases: [{ ip: '1.1.1.1' }, { ip: '1.1.1.1' }] }, ['spec.hostAliases[1].ip: duplicate ip "1.1.1.1"']],
  [
    { nodeSelector: { 'beta.kubernetes.io/os': 'linux' } },
    ['spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead'],
  ],
  [
    { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'a', whenUnsatisfiable: 'DoNotSchedule' }] },
    [`spec.topologySpreadConstraints[0].labelSelector: ${NOTHING}`],
  ],
  [
    { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'a' }] } } },
    [`spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector: ${NOTHING}`],
  ],
  [
    { volumes: [{ name: 'v', gitRepo: { repository: 'r' } }] },
    ['spec.volumes[0].gitRepo: deprecated in v1.11, and disabled by default in v1.33+'],
  ],
  [
    { containers: [{ name: 'a', image: 'i', resources: { requests: { memory: '100m' } } }] },
    ['spec.containers[0].resources.requests[memory]: fractional byte value "100m" is invalid, must be an integer'],
  ],
  [
    {
      containers: [{ name: 'a', image: 'i', env: ['1', '$(A)2', '$(A)', '3'].map(value => ({ name: 'A', value })) }],
    },
    [
      'spec.containers[0].env[2]: hides previous definition of "A", which may be dropped when using apply',
      'spec.containers[0].env[3]: hides previous definition of "A", which may be dropped when using apply',
    ],
  ],
  [
    {
      volumes: [
        { name: 'v', configMap: { name: 'm', items: ['a/', 'a/b', 'ab'].map(path => ({ key: 'k', path })) } },
        { name: 's', secret: { secretName: 's', items: ['a', 'a'].map(path => ({ key: 'k', path })) } },
      ],
    },
    [
      'volume "v" (ConfigMap "m"): overlapping paths: "a/b" with "a"',
      'volume "s" (Secret "s"): overlapping paths: "a" with "a"',
    ],
  ],
  [
    {
      volumes: [
        {
          name: 'v',
          projected: {
            sources: [
              {},
              { secret: { name: 's', items: [{ key: 'k', path: 'a' }] } },
              { serviceAccountToken: { path: 'a/b' } },
            ],
          },
        },
      ],
    },
    [
      'volume "v" (Projected) has no sources provided',
      'volume "v" (Projected): overlapping paths: "a/b" (ServiceAccountToken) with "a" (Secret "s")',
    ],
  ],
  [
    ports({ containerPort: 80 }, { containerPort: 80 }, { containerPort: 80, hostPort: 81 }),
    [
      'spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]',
      'spec.containers[0].ports[2]: overlapping port definition with spec.containers[0].ports[0]',
      'spec.containers[0].ports[2]: overlapping port definition with spec.containers[0].ports[1]',
    ],
  ],
])('a new pod with %j', (spec, expected) => {
  expect(warnings(spec)).toEqual(expected);
});

it('tells of a name that is no host name', () => {
  expect(warnings({}, 'a.b')).toEqual([
    "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]",
  ]);
});
