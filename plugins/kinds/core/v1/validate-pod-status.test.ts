import { expect, it } from 'vitest';
import { fieldErrorBody } from '../../../../src/api/field-error.ts';
import { stored } from '../../testing/complaints.ts';
import type { PodObject } from './pod-object.ts';
import { Pod } from './pod.ts';
import { validatePodStatus } from './validate-pod-status.ts';

const pod = (status: object, spec: object = {}): PodObject =>
  stored(Pod, { spec: { containers: [{ name: 'a', image: 'i' }], ...spec }, status }) as PodObject;
const ended = (exitCode: number) => ({ containerStatuses: [{ name: 'a', state: { terminated: { exitCode } } }] });
const running = { containerStatuses: [{ name: 'a', state: { running: {} } }] };
const BACK = 'status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state';

it.each<[object, object, object, readonly string[]]>([
  [{ phase: 'Running' }, {}, {}, []],
  [running, ended(1), {}, []],
  [running, ended(1), { restartPolicy: 'OnFailure' }, []],
  [running, ended(0), { restartPolicy: 'OnFailure' }, [BACK]],
  [running, ended(1), { restartPolicy: 'Never' }, [BACK]],
  [
    running,
    ended(3),
    {
      restartPolicy: 'Never',
      containers: [
        {
          name: 'a',
          image: 'i',
          restartPolicy: 'Never',
          restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [3] } }],
        },
      ],
    },
    [],
  ],
  [{ qosClass: 'Guaranteed' }, {}, {}, ['status.qosClass: Invalid value: "Guaranteed": field is immutable']],
  [
    { podIPs: [{ ip: 'x' }, { ip: '10.0.0.1' }] },
    {},
    {},
    [
      'status.podIPs[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'status.podIPs: Invalid value: [{"IP":"x"},{"IP":"10.0.0.1"}]: may specify no more than one IP for each IP family',
    ],
  ],
  [{ podIPs: [{ ip: '10.0.0.1' }, { ip: '::1' }] }, {}, {}, []],
  [
    { hostIP: '10.0.0.1', hostIPs: [{ ip: '10.0.0.2' }] },
    {},
    {},
    ['status.hostIPs[0].ip: Invalid value: "10.0.0.2": must be equal to `hostIP`'],
  ],
  [
    { nominatedNodeName: 'm' },
    {},
    { nodeName: 'n' },
    ['status.nominatedNodeName: Forbidden: may not be set on pods that are already bound to a node'],
  ],
  [
    { conditions: [{ type: '', status: 'True', observedGeneration: -1 }] },
    {},
    {},
    [
      'status.conditions[0].observedGeneration: Invalid value: -1: must be a non-negative integer',
      'status.conditions[0].Type: Invalid value: "": name part must be non-empty',
      "status.conditions[0].Type: Invalid value: \"\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
    ],
  ],
])('%j after %j of a pod with %j', (next, before, spec, errors) => {
  const told = validatePodStatus(pod(next, spec), pod(before, spec));
  expect(told.map(error => `${error.field}: ${fieldErrorBody(error)}`)).toEqual(errors);
});
