import type { Scenario, Step } from '../step.ts';

const PREFIX = 'pod-security.kubernetes.io/';
const label = (labels: Readonly<Record<string, string | null>>): Step => ({
  method: 'PATCH',
  path: '/api/v1/namespaces/NS',
  body: {
    metadata: { labels: Object.fromEntries(Object.entries(labels).map(([name, value]) => [PREFIX + name, value])) },
  },
});

const safe = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};
const container = (name: string, more: object = {}, securityContext: object | null = safe): object => ({
  name,
  image: 'i',
  ...(securityContext === null ? {} : { securityContext }),
  ...more,
});
const podOf = (spec: object, metadata: object = {}): object => ({
  metadata: { name: 'x', ...metadata },
  spec: { automountServiceAccountToken: false, containers: [container('a')], ...spec },
});
const pod = (spec: object, metadata: object = {}): Step => ({
  method: 'POST',
  path: '/api/v1/namespaces/NS/pods?dryRun=All',
  body: podOf(spec, metadata),
});
const containers = (one: object, two: object = {}): object => ({
  containers: [container('a', {}, { ...safe, ...one }), container('b', {}, { ...safe, ...two })],
});

const restricted: Scenario = {
  'good pod': pod({}),
  'silent pod': pod({ containers: [container('a', {}, null), container('b', {}, null)] }),
  'silent pod of windows': pod({ os: { name: 'windows' }, containers: [container('a', {}, null)] }),
  'root by name and number': pod({
    securityContext: { runAsNonRoot: false, runAsUser: 0 },
    ...containers({ runAsNonRoot: false, runAsUser: 0 }),
  }),
  'root of its own users': pod({ hostUsers: false, securityContext: { runAsUser: 0, runAsNonRoot: false } }),
  capabilities: pod(
    containers({ capabilities: { drop: ['ALL'], add: ['CHOWN', 'NET_RAW'] } }, { capabilities: { add: ['SYS_TIME'] } }),
  ),
  'unconfined pod': pod({
    securityContext: { seccompProfile: { type: 'Unconfined' } },
    ...containers({ seccompProfile: { type: 'Unconfined' } }),
  }),
  'restricted volumes': pod({
    volumes: [
      { name: 'h', hostPath: { path: '/' } },
      { name: 'n', nfs: { server: 's', path: '/' } },
      { name: 'e', emptyDir: {} },
    ],
  }),
};

const baseline: Scenario = {
  'host of all kinds': pod({
    hostNetwork: true,
    hostPID: true,
    hostIPC: true,
    volumes: [{ name: 'h', hostPath: { path: '/' } }],
  }),
  'host ports': pod({
    containers: [
      container('a', {
        ports: [
          { containerPort: 80, hostPort: 80 },
          { containerPort: 81, hostPort: 8081 },
        ],
      }),
      container('b', { ports: [{ containerPort: 82, hostPort: 9 }] }),
    ],
  }),
  'probes elsewhere': pod({
    containers: [
      container('b', { livenessProbe: { httpGet: { port: 80, host: 'b.c' } } }),
      container('a', {
        lifecycle: { preStop: { httpGet: { port: 80, host: '1.2.3.4' } } },
        readinessProbe: { tcpSocket: { port: 1, host: 'a' } },
      }),
    ],
  }),
  privileged: pod({
    containers: [container('a', {}, { privileged: true })],
    initContainers: [container('i', {}, { privileged: true })],
  }),
  'capabilities by default': pod(
    containers({ capabilities: { add: ['CHOWN', 'SYS_ADMIN'] } }, { capabilities: { add: ['BPF'] } }),
  ),
  'foreign labels': pod({
    securityContext: { seLinuxOptions: { type: 'odd', user: 'u' } },
    ...containers({ seLinuxOptions: { type: 'other', role: 'r' } }),
  }),
  'own labels': pod({ securityContext: { seLinuxOptions: { type: 'container_engine_t' } } }),
  'unconfined containers': pod(
    containers({ seccompProfile: { type: 'Unconfined' }, appArmorProfile: { type: 'Unconfined' } }),
  ),
  sysctls: pod({
    securityContext: {
      sysctls: [
        { name: 'kernel.msgmax', value: '1' },
        { name: 'net.ipv4.tcp_rmem', value: '1 2 3' },
      ],
    },
  }),
  'host process': pod({
    os: { name: 'windows' },
    hostNetwork: true,
    securityContext: { windowsOptions: { hostProcess: true }, runAsNonRoot: true },
    containers: [container('a', {}, null)],
  }),
};

const template = (spec: object): object => ({
  metadata: { labels: { a: 'b' } },
  spec: { containers: [{ name: 'a', image: 'i' }], ...spec },
});
const selector = { matchLabels: { a: 'b' } };
const make = (group: string, plural: string, spec: object): Step => ({
  method: 'POST',
  path: `/apis/${group}/v1/namespaces/NS/${plural}?dryRun=All`,
  body: { metadata: { name: 'x' }, spec },
});

export const podSecurity: Scenario = {
  'bad labels': label({
    enforce: 'odd',
    'enforce-version': 'v2.0',
    audit: 'odd',
    'audit-version': 'x',
    warn: 'odd',
    'warn-version': 'v1.01',
  }),
  'new with bad labels': {
    method: 'POST',
    path: '/api/v1/namespaces?dryRun=All',
    body: { metadata: { name: 'NS-x', labels: { [`${PREFIX}enforce`]: 'odd' } } },
  },
  restrict: label({ enforce: 'restricted' }),
  ...restricted,
  'restrict less': label({ enforce: 'baseline', 'enforce-version': 'latest' }),
  ...baseline,
  'restrict as once': label({ 'enforce-version': 'v1.18' }),
  'sysctls as once': baseline['sysctls'] ?? label({}),
  'warn only': label({ enforce: null, 'enforce-version': null, warn: 'restricted', 'warn-version': 'v1.25' }),
  'silent pod with a warning': restricted['silent pod'] ?? label({}),
  'deployment with a warning': make('apps', 'deployments', { selector, template: template({ hostPID: true }) }),
  'job with a warning': make('batch', 'jobs', { template: template({ restartPolicy: 'Never' }) }),
  'cron job with a warning': make('batch', 'cronjobs', {
    schedule: '* * * * *',
    jobTemplate: { spec: { template: template({ restartPolicy: 'Never' }) } },
  }),
  'stop warning': label({ warn: null, 'warn-version': null }),
  ...Object.fromEntries(
    ['c', 'b', 'a'].map(name => [
      `pod ${name} before`,
      {
        method: 'POST',
        path: '/api/v1/namespaces/NS/pods',
        body: podOf({ hostPID: name === 'c', containers: [container('a', {}, null)] }, { name }),
      } as const,
    ]),
  ),
  'restrict what is there': label({ enforce: 'restricted' }),
  'change an image': {
    method: 'PATCH',
    path: '/api/v1/namespaces/NS/pods/a?dryRun=All',
    body: { spec: { containers: [{ ...container('a', {}, null), image: 'other' }] } },
    type: 'application/strategic-merge-patch+json',
  },
  'change a label': {
    method: 'PATCH',
    path: '/api/v1/namespaces/NS/pods/a?dryRun=All',
    body: { metadata: { labels: { a: 'b' } } },
  },
  'restrict less again': label({ enforce: 'baseline' }),
  'as a version had it': label({ 'enforce-version': 'v1.20' }),
};
