import { describe, expect, it } from 'vitest';
import { Pod } from '../kinds/core/v1/pod.ts';
import { settled } from '../kinds/testing/settled.ts';
import { judgePod, printViolations } from './judge-pod.ts';
import { judgedPod } from './pod-template-of.ts';

const SAFE = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};
const container = (name: string, more: object = {}, securityContext: object = SAFE) => ({
  name,
  image: 'i',
  securityContext,
  ...more,
});
const containers = (one: object, two: object = {}) => ({
  containers: [container('a', {}, { ...SAFE, ...one }), container('b', {}, { ...SAFE, ...two })],
});
const profile = (type: string) => ({ seccompProfile: { type }, appArmorProfile: { type } });
const HOSTS = {
  containers: [
    container('b', { livenessProbe: { httpGet: { port: 80, host: 'b.c' } } }),
    container('a', { lifecycle: { preStop: { httpGet: { port: 80, host: '1.2.3.4' } } } }),
  ],
};
const ROOT = {
  securityContext: { runAsNonRoot: false, runAsUser: 0 },
  ...containers({ runAsNonRoot: false, runAsUser: 0 }),
};

function told(
  level: 'baseline' | 'restricted',
  minor: number | undefined,
  spec: object,
  annotations: object = {},
): string {
  const pod = settled(Pod, {
    metadata: { annotations: annotations as Record<string, string> },
    spec: { containers: [container('a')], ...spec },
  });
  return printViolations(judgePod({ level, minor }, judgedPod(pod)));
}

describe('restricted', () => {
  it.each<[object, string]>([
    [{}, ''],
    [
      { containers: [container('a', {}, {}), container('b', {}, {})] },
      'allowPrivilegeEscalation != false (containers "a", "b" must set securityContext.allowPrivilegeEscalation=false), ' +
        'unrestricted capabilities (containers "a", "b" must set securityContext.capabilities.drop=["ALL"]), ' +
        'runAsNonRoot != true (pod or containers "a", "b" must set securityContext.runAsNonRoot=true), ' +
        'seccompProfile (pod or containers "a", "b" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    ],
    [
      { os: { name: 'windows' }, containers: [container('a', {}, {})] },
      'runAsNonRoot != true (pod or container "a" must set securityContext.runAsNonRoot=true)',
    ],
    [
      ROOT,
      'runAsNonRoot != true (pod and container "a" must not set securityContext.runAsNonRoot=false), ' +
        'runAsUser=0 (pod and container "a" must not set runAsUser=0)',
    ],
    [{ hostUsers: false, ...ROOT }, ''],
    [
      containers(
        { capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE', 'NET_RAW'] } },
        { capabilities: { add: ['CHOWN'] } },
      ),
      'unrestricted capabilities (container "b" must set securityContext.capabilities.drop=["ALL"]; ' +
        'containers "a", "b" must not include "CHOWN", "NET_RAW" in securityContext.capabilities.add)',
    ],
    [
      { hostUsers: false, ...containers({ procMount: 'Unmasked' }) },
      'procMount (container "a" must not set securityContext.procMount to "Unmasked")',
    ],
    [
      {
        volumes: [
          { name: 'h', hostPath: { path: '/' } },
          { name: 'n', nfs: { server: 's', path: '/' } },
          { name: 'e', emptyDir: {} },
        ],
      },
      'restricted volume types (volumes "h", "n" use restricted volume types "hostPath", "nfs")',
    ],
    [
      containers({ seccompProfile: { type: 'Unconfined' } }),
      'seccompProfile (container "a" must not set securityContext.seccompProfile.type to "Unconfined")',
    ],
  ])('%j', (spec, expected) => {
    expect(told('restricted', undefined, spec)).toBe(expected);
  });
});

describe('baseline', () => {
  it.each<[object, string]>([
    [{ containers: [container('a', {}, {})] }, ''],
    [
      { hostNetwork: true, hostPID: true, hostIPC: true, volumes: [{ name: 'h', hostPath: { path: '/' } }] },
      'host namespaces (hostNetwork=true, hostPID=true, hostIPC=true), hostPath volumes (volume "h")',
    ],
    [
      {
        containers: [
          container('a', {
            ports: [
              { containerPort: 80, hostPort: 8081 },
              { containerPort: 9, hostPort: 9 },
            ],
          }),
        ],
      },
      'hostPort (container "a" uses hostPorts 8081, 9)',
    ],
    [HOSTS, 'probe or lifecycle host (containers "a", "b" use probe or lifecycle hosts "1.2.3.4", "b.c")'],
    [containers({ privileged: true }), 'privileged (container "a" must not set securityContext.privileged=true)'],
    [
      containers({ capabilities: { add: ['CHOWN', 'SYS_ADMIN'] } }, { capabilities: { add: ['BPF'] } }),
      'non-default capabilities (containers "a", "b" must not include "BPF", "SYS_ADMIN" in securityContext.capabilities.add)',
    ],
    [{ hostUsers: false, ...containers({ procMount: 'Unmasked' }) }, ''],
    [
      {
        securityContext: { seLinuxOptions: { type: 'odd', user: 'u' } },
        ...containers({ seLinuxOptions: { role: 'r' } }),
      },
      'seLinuxOptions (pod and container "a" set forbidden securityContext.seLinuxOptions: type "odd"; user may not be set; role may not be set)',
    ],
    [
      { securityContext: profile('Unconfined'), ...containers(profile('Unconfined')) },
      'forbidden AppArmor profile (pod and container "a" must not set AppArmor profile type to "Unconfined"), ' +
        'seccompProfile (pod and container "a" must not set securityContext.seccompProfile.type to "Unconfined")',
    ],
    [
      {
        securityContext: {
          sysctls: [
            { name: 'kernel.msgmax', value: '1' },
            { name: 'net.ipv4.tcp_rmem', value: '1' },
          ],
        },
      },
      'forbidden sysctls (kernel.msgmax)',
    ],
    [
      { os: { name: 'windows' }, securityContext: { windowsOptions: { hostProcess: true } } },
      'hostProcess (pod must not set securityContext.windowsOptions.hostProcess=true)',
    ],
  ])('%j', (spec, expected) => {
    expect(told('baseline', undefined, spec)).toBe(expected);
  });

  it('knows profiles that are asked for by annotations', () => {
    const annotations = {
      'container.apparmor.security.beta.kubernetes.io/a': 'unconfined',
      'container.apparmor.security.beta.kubernetes.io/b': 'localhost/x',
      'seccomp.security.alpha.kubernetes.io/pod': 'unconfined',
      'container.seccomp.security.alpha.kubernetes.io/a': 'docker/default',
    };
    expect(told('baseline', 18, {}, annotations)).toBe(
      'forbidden AppArmor profile (annotation must not set AppArmor profile type to "container.apparmor.security.beta.kubernetes.io/a="unconfined""), ' +
        'seccompProfile (forbidden annotation seccomp.security.alpha.kubernetes.io/pod="unconfined")',
    );
  });
});

it.each<[string, 'baseline' | 'restricted', number, number, object]>([
  ['hosts of probes', 'baseline', 34, 33, HOSTS],
  ['privileges gained', 'restricted', 8, 7, containers({ allowPrivilegeEscalation: true })],
  ['capabilities kept', 'restricted', 22, 21, containers({ capabilities: {} })],
  ['the number of root', 'restricted', 23, 22, containers({ runAsUser: 0 })],
  ['no seccomp profile', 'restricted', 19, 18, containers({ seccompProfile: undefined })],
  ['pods of Windows', 'restricted', 24, 25, { os: { name: 'windows' }, ...containers({ capabilities: {} }) }],
  ['users of their own', 'restricted', 34, 35, { hostUsers: false, ...containers({ runAsUser: 0 }) }],
  ['SELinux of engines', 'baseline', 30, 31, containers({ seLinuxOptions: { type: 'container_engine_t' } })],
  [
    'reserved ports',
    'baseline',
    26,
    27,
    { securityContext: { sysctls: [{ name: 'net.ipv4.ip_local_reserved_ports', value: '1' }] } },
  ],
  ['buffers of TCP', 'baseline', 31, 32, { securityContext: { sysctls: [{ name: 'net.ipv4.tcp_wmem', value: '1' }] } }],
])('a version judges %s as it did: %s v1.%d and not v1.%d', (_, level, refused, taken, spec) => {
  expect(told(level, refused, spec)).not.toBe('');
  expect(told(level, taken, spec)).toBe('');
});

it('takes versions that are not there yet for the newest', () => {
  expect(told('baseline', 99, HOSTS)).toBe(told('baseline', undefined, HOSTS));
});
