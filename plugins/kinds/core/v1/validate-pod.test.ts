import { describe, expect, it } from 'vitest';
import { complaints } from '../../testing/complaints.ts';
import { Pod } from './pod.ts';

const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const pod = (container: object, spec: object = {}) => ({
  spec: { containers: [{ name: 'a', image: 'i', ...container }], ...spec },
});
const ONE_SOURCE =
  'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';

describe('a new pod', () => {
  it.each<[object, readonly string[]]>([
    [pod({}), []],
    [{}, ['spec.containers: Required value']],
    [
      { spec: { containers: [{}] } },
      ['spec.containers[0].name: Required value', 'spec.containers[0].image: Required value'],
    ],
    [pod({ name: 'A_b' }), [`spec.containers[0].name: Invalid value: "A_b": ${LABEL}`]],
    [
      pod({ image: ' i' }),
      ['spec.containers[0].image: Invalid value: " i": must not have leading or trailing whitespace'],
    ],
    [
      pod({}, { restartPolicy: 'Often' }),
      ['spec.restartPolicy: Unsupported value: "Often": supported values: "Always", "OnFailure", "Never"'],
    ],
    [pod({}, { initContainers: [{ name: 'a', image: 'i' }] }), ['spec.initContainers[0].name: Duplicate value: "a"']],
    [
      pod({}, { initContainers: [{ name: 'b', image: 'i', livenessProbe: { exec: { command: ['x'] } } }] }),
      [
        'spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
      ],
    ],
    [pod({ ports: [{}] }), ['spec.containers[0].ports[0].containerPort: Required value']],
    [
      pod({ ports: [{ containerPort: 70000 }] }),
      ['spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive'],
    ],
    [
      pod({
        ports: [
          { containerPort: 1, name: 'x' },
          { containerPort: 2, name: 'x' },
        ],
      }),
      ['spec.containers[0].ports[1].name: Duplicate value: "x"'],
    ],
    [
      pod({ ports: [{ containerPort: 80, hostPort: 81 }] }, { hostNetwork: true }),
      [
        'spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true',
      ],
    ],
    [
      pod({ volumeMounts: [{ name: 'v', mountPath: '/x' }] }),
      ['spec.containers[0].volumeMounts[0].name: Not found: "v"'],
    ],
    [
      pod({ volumeMounts: [{ name: 'v', mountPath: '/x', subPath: '../y' }] }, { volumes: [{ name: 'v' }] }),
      ['spec.containers[0].volumeMounts.subPath: Invalid value: "../y": must not contain \'..\''],
    ],
    [
      pod({}, { volumes: [{ name: 'v', emptyDir: {}, hostPath: { path: '/' } }] }),
      ['spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type'],
    ],
    [pod({}, { volumes: [{ name: 'v' }, { name: 'v' }] }), ['spec.volumes[1].name: Duplicate value: "v"']],
    [
      pod({}, { volumes: [{ name: 'v', secret: { secretName: 's', defaultMode: 512 } }] }),
      [
        'spec.volumes[0].secret.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
      ],
    ],
    [pod({}, { volumes: [{ name: 'v', configMap: {} }] }), ['spec.volumes[0].configMap.name: Required value']],
    [
      pod({ resources: { limits: { cpu: '1' }, requests: { cpu: '2' } } }),
      ['spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1'],
    ],
    [
      pod({ resources: { limits: { cpu: '-1' } } }),
      [
        'spec.containers[0].resources.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
        'spec.containers[0].resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0',
      ],
    ],
    [
      pod({ env: [{ name: 'A=B', value: 'x' }] }),
      [
        'spec.containers[0].env[0].name: Invalid value: "A=B": a valid environment variable name must consist only of printable ASCII characters other than \'=\'',
      ],
    ],
    [
      pod({ env: [{ name: 'A', valueFrom: {} }] }),
      [`spec.containers[0].env[0].valueFrom: Invalid value: "": ${ONE_SOURCE}`],
    ],
    [pod({ livenessProbe: {} }), ['spec.containers[0].livenessProbe: Required value: must specify a handler type']],
    [
      pod({ livenessProbe: { httpGet: { port: 80 }, successThreshold: 2 } }),
      ['spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1'],
    ],
    [pod({}, { terminationGracePeriodSeconds: -1 }), []],
    [
      pod({}, { activeDeadlineSeconds: 0 }),
      ['spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive'],
    ],
    [
      pod({}, { dnsPolicy: 'None' }),
      ['spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None'],
    ],
    [
      pod({}, { tolerations: [{ value: 'x' }] }),
      [
        'spec.tolerations[0].operator: Invalid value: "": operator must be Exists when `key` is empty, which means "match all values and all keys"',
      ],
    ],
    [
      pod({}, { hostAliases: [{ ip: 'x' }] }),
      ['spec.hostAliases[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
    ],
    [
      pod({ securityContext: { privileged: true, allowPrivilegeEscalation: false } }),
      [
        'spec.containers[0].securityContext: Invalid value: {"Capabilities":null,"Privileged":true,"SELinuxOptions":null,"WindowsOptions":null,"RunAsUser":null,"RunAsGroup":null,"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null,"AllowPrivilegeEscalation":false,"ProcMount":null,"SeccompProfile":null,"AppArmorProfile":null}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
      ],
    ],
  ])('%j', (parts, errors) => {
    expect(complaints(Pod, parts)).toEqual(errors);
  });
});

describe('a changed pod', () => {
  const tolerations = [{ key: 'a', operator: 'Exists' }];
  const old = pod({}, { tolerations, activeDeadlineSeconds: 10 });
  const change = (container: object, spec: object = {}) => ({ spec: { ...old.spec, ...pod(container).spec, ...spec } });
  it.each<[string, object, readonly string[]]>([
    ['the same', old, []],
    ['an image', change({ image: 'j' }), []],
    ['a further toleration', change({}, { tolerations: [...tolerations, { key: 'b', operator: 'Exists' }] }), []],
    ['a shorter deadline', change({}, { activeDeadlineSeconds: 5 }), []],
    [
      'a longer deadline',
      change({}, { activeDeadlineSeconds: 11 }),
      ['spec.activeDeadlineSeconds: Invalid value: 11: must be less than or equal to previous value'],
    ],
    [
      'no toleration',
      change({}, { tolerations: [] }),
      ['spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds'],
    ],
    [
      'another container',
      change({}, { containers: [...old.spec.containers, { name: 'b', image: 'i' }] }),
      ['spec.containers: Forbidden: pod updates may not add or remove containers'],
    ],
    [
      'an image that is none',
      change({ image: ' ' }),
      ['spec.containers[0].image: Invalid value: " ": must not have leading or trailing whitespace'],
    ],
    [
      'no deadline',
      change({}, { activeDeadlineSeconds: undefined }),
      ['spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value'],
    ],
    [
      'more gates',
      change({}, { schedulingGates: [{ name: 'g' }, { name: 'h' }] }),
      [
        "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'g'",
        "spec.schedulingGates[1].name: Forbidden: only deletion is allowed, but found new scheduling gate 'h'",
      ],
    ],
  ])('%s', (_name, parts, errors) => {
    expect(complaints(Pod, parts, old)).toEqual(errors);
  });

  const terms = (...values: readonly string[]) => ({
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: values.map(value => ({ key: 'a', operator: 'In', values: [value] })) }],
      },
    },
  });
  const TERMS = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
  const gated = pod({}, { schedulingGates: [{ name: 'g' }], nodeSelector: { a: 'b' }, affinity: terms('x') });
  it.each<[object, readonly string[]]>([
    [{ nodeSelector: { a: 'b', c: 'd' }, affinity: terms('x', 'y'), schedulingGates: [] }, []],
    [
      { nodeSelector: undefined },
      [
        'spec.nodeSelector: Invalid value: null: only additions to spec.nodeSelector are allowed (no mutations or deletions)',
      ],
    ],
    [
      { affinity: terms('y') },
      [
        `${TERMS}[0]: Invalid value: {"MatchExpressions":[{"Key":"a","Operator":"In","Values":["y"]}],"MatchFields":null}: only additions are allowed (no mutations or deletions)`,
      ],
    ],
    [
      { affinity: undefined },
      [`${TERMS}: Invalid value: null: no additions/deletions to non-empty NodeSelectorTerms list are allowed`],
    ],
    [
      {
        affinity: {
          ...terms('x'),
          podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'a' }] },
        },
      },
      [expect.stringContaining('spec: Forbidden: pod updates may not change fields')],
    ],
  ])('while it is gated: %j', (spec, errors) => {
    expect(complaints(Pod, { spec: { ...gated.spec, ...spec } }, gated)).toEqual(errors);
  });

  // What a kube-apiserver was seen to answer: the types without a version, where hosts are shared by privileges.
  it.each([
    [
      change({ image: 'j', command: ['<x>'] }),
      '    "Name": "a",\n    "Image": "i",\n-   "Command": null,\n+   "Command": [\n+    "\\u003cx\\u003e"\n+   ],\n    "Args": null,',
    ],
    [
      change({}, { nodeName: 'n', tolerations: [...tolerations, { key: 'b' }] }),
      '  "AutomountServiceAccountToken": null,\n- "NodeName": "",\n+ "NodeName": "n",\n  "SecurityContext": {\n   "HostNetwork": false,\n   "HostPID": false,\n',
    ],
    [
      change({}, { hostNetwork: true }),
      '  "NodeName": "",\n  "SecurityContext": {\n-  "HostNetwork": false,\n+  "HostNetwork": true,\n   "HostPID": false,\n   "HostIPC": false,\n   "ShareProcessNamespace": null,\n',
    ],
  ])('%j', (parts, difference) => {
    const [error, ...others] = complaints(Pod, parts, old);
    expect(others).toEqual([]);
    expect(error).toMatch(
      /^spec: Forbidden: pod updates may not change fields other than `spec\.containers\[\*\]\.image`,.*\n@@ -\d+,\d+ \+\d+,\d+ @@\n/,
    );
    expect(error).toContain(difference);
  });
});
