import { describe, expect, it } from 'vitest';
import { imageTag } from '../../src/base/image-tag.ts';
import { DaemonSet } from './apps/v1/daemon-set.ts';
import { Deployment } from './apps/v1/deployment.ts';
import { ReplicaSet } from './apps/v1/replica-set.ts';
import { Namespace } from './core/v1/namespace.ts';
import { Node } from './core/v1/node.ts';
import { Pod } from './core/v1/pod.ts';
import { prepareNewPod } from './core/v1/prepare-new-pod.ts';
import { prepareServiceUpdate } from './core/v1/prepare-service-update.ts';
import { ReplicationController } from './core/v1/replication-controller.ts';
import { Secret } from './core/v1/secret.ts';
import { Service } from './core/v1/service.ts';
import { RoleBinding } from './rbac/v1/role-binding.ts';
import { settled } from './testing/settled.ts';

it.each([
  ['nginx', 'latest'],
  ['nginx:latest', 'latest'],
  ['nginx:1.27', '1.27'],
  ['host:5000/a/b', 'latest'],
  ['host:5000/a/b:v1', 'v1'],
  ['nginx@sha256:abc', ''],
  ['nginx:v1@sha256:abc', 'v1'],
  ['', ''],
])('the tag of %j is %j', (image, tag) => {
  expect(imageTag(image)).toBe(tag);
});

describe('Pod', () => {
  it('gets what upstream gives the least pod', () => {
    const { spec, status } = settled(Pod, { metadata: {}, spec: { containers: [{ name: 'a', image: 'nginx' }] } });
    expect({ spec, status }).toEqual({
      spec: {
        containers: [
          {
            name: 'a',
            image: 'nginx',
            imagePullPolicy: 'Always',
            resources: {},
            terminationMessagePath: '/dev/termination-log',
            terminationMessagePolicy: 'File',
          },
        ],
        dnsPolicy: 'ClusterFirst',
        enableServiceLinks: true,
        restartPolicy: 'Always',
        schedulerName: 'default-scheduler',
        securityContext: {},
        terminationGracePeriodSeconds: 30,
      },
      status: { phase: 'Pending', qosClass: 'BestEffort' },
    });
  });

  it('drops what upstream drops as long as no alpha gate is open', () => {
    const sources = [{ clusterTrustBundle: { path: 'a' } }, { secret: { name: 's' } }];
    const { spec } = settled(Pod, {
      metadata: {},
      spec: { containers: [{ name: 'a', image: 'i' }], volumes: [{ name: 'v', projected: { sources } }] },
    });
    expect(spec.volumes?.[0]?.projected?.sources).toEqual([{}, { secret: { name: 's' } }]);
  });

  it.each([
    [{ podIP: '10.0.0.1' }, { podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }] }],
    [{ podIPs: [{ ip: '::1' }] }, { podIP: '::1', podIPs: [{ ip: '::1' }] }],
    [
      { podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.2' }, { ip: '::1' }] },
      { podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }] },
    ],
  ])('has one address and many: %j', (status, expected) => {
    const pod = settled(Pod, { metadata: {}, spec: { containers: [{ name: 'a', image: 'i' }] }, status });
    expect(pod.status).toMatchObject(expected);
  });

  it.each([
    [{ limits: { cpu: '1' } }, { limits: { cpu: '1' }, requests: { cpu: '1' } }],
    [
      { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '100m' } },
      { requests: { cpu: '100m', memory: '128Mi' } },
    ],
    [{ requests: { cpu: '1' } }, { requests: { cpu: '1' } }],
    [{ limits: { memory: '1Gi' } }, { requests: { memory: '128Mi' } }],
  ])('requests for the whole pod, of %j, what its containers do and its limits say', (resources, expected) => {
    const containers = [
      { name: 'a', image: 'i', resources: { requests: { memory: '64Mi' } } },
      { name: 'b', image: 'i', resources: { requests: { memory: '64Mi' } } },
    ];
    expect(settled(Pod, { metadata: {}, spec: { containers, resources } }).spec.resources).toMatchObject(expected);
  });

  it('gives a pod no less than a second to end, and leaves its template alone', () => {
    const spec = { terminationGracePeriodSeconds: -1, containers: [{ name: 'a', image: 'i' }] };
    expect(settled(Pod, { metadata: {}, spec }).spec.terminationGracePeriodSeconds).toBe(1);
    const template = { metadata: { labels: { a: 'b' } }, spec };
    const deployment = settled(Deployment, { metadata: {}, spec: { selector: {}, template } });
    expect(deployment.spec.template.spec.terminationGracePeriodSeconds).toBe(-1);
  });

  it('says of a new pod what its gates and label keys mean', () => {
    const labels = { version: '2' };
    const key = { topologyKey: 'zone', labelSelector: {}, matchLabelKeys: ['version', 'none'] };
    const pod = settled(Pod, {
      metadata: { labels },
      spec: {
        containers: [{ name: 'a', image: 'i' }],
        schedulingGates: [{ name: 'g' }],
        topologySpreadConstraints: [{ maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', ...key }],
        affinity: {
          podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: key }] },
          podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              { topologyKey: 'zone', labelSelector: {}, mismatchLabelKeys: ['version'] },
            ],
          },
        },
      },
    });
    const { spec, status } = prepareNewPod(pod, { user: { name: 'someone', groups: [] }, nowMs: 0 });
    const same = { matchExpressions: [{ key: 'version', operator: 'In', values: ['2'] }] };
    const other = { matchExpressions: [{ key: 'version', operator: 'NotIn', values: ['2'] }] };
    expect(spec.topologySpreadConstraints?.[0]?.labelSelector).toEqual(same);
    expect(spec.affinity).toMatchObject({
      podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ podAffinityTerm: { labelSelector: same } }] },
      podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: other }] },
    });
    const { conditions } = settled(Pod, { metadata: {}, spec: { containers: [] }, status }).status;
    expect(conditions).toEqual([
      expect.objectContaining({
        lastProbeTime: null,
        type: 'PodScheduled',
        status: 'False',
        reason: 'SchedulingGated',
      }),
    ]);
  });

  it('fills what depends on other fields', () => {
    const { spec } = settled(Pod, {
      metadata: {},
      spec: {
        hostNetwork: true,
        serviceAccount: 'old',
        containers: [
          {
            name: 'a',
            image: 'a:1',
            ports: [{ containerPort: 80 }],
            resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } },
            livenessProbe: { httpGet: { port: 80 } },
            env: [{ name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
          },
        ],
        volumes: [{ name: 'v' }, { name: 'h', hostPath: { path: '/x' } }, { name: 's', secret: { secretName: 's' } }],
      },
    });
    expect(spec).toMatchObject({
      serviceAccountName: 'old',
      serviceAccount: 'old',
      containers: [
        {
          imagePullPolicy: 'IfNotPresent',
          ports: [{ containerPort: 80, hostPort: 80, protocol: 'TCP' }],
          resources: { requests: { cpu: '500m', memory: '1Gi' } },
          livenessProbe: {
            httpGet: { path: '/', scheme: 'HTTP' },
            timeoutSeconds: 1,
            periodSeconds: 10,
            successThreshold: 1,
            failureThreshold: 3,
          },
          env: [{ valueFrom: { fieldRef: { apiVersion: 'v1' } } }],
        },
      ],
      volumes: [{ emptyDir: {} }, { hostPath: { type: '' } }, { secret: { defaultMode: 420 } }],
    });
  });

  it.each([
    [{}, 'BestEffort'],
    [{ requests: { cpu: '1' } }, 'Burstable'],
    [{ limits: { cpu: '1' } }, 'Burstable'],
    [{ limits: { cpu: '1', memory: '1Gi' } }, 'Guaranteed'],
    [{ limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1000m', memory: '1024Mi' } }, 'Guaranteed'],
    [{ limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1m' } }, 'Burstable'],
    [{ limits: { 'example.com/gpu': '1' } }, 'BestEffort'],
  ])('%j is %s', (resources, qosClass) => {
    const pod = settled(Pod, { metadata: {}, spec: { containers: [{ name: 'a', image: 'a', resources }] } });
    expect(pod.status.qosClass).toBe(qosClass);
  });

  it('is given time to end only where it runs', () => {
    const pod = settled(Pod, { metadata: {}, spec: { containers: [{ name: 'a' }] } });
    const placed = { ...pod, spec: { ...pod.spec, nodeName: 'n' } };
    const grace = (one: Pod, seconds?: number) => Pod.graceSeconds?.(one, seconds);
    expect([grace(pod), grace(placed), grace(placed, 5), grace(placed, 0), grace(placed, -1)]).toEqual([
      0, 30, 5, 0, 1,
    ]);
    expect(grace({ ...placed, status: { phase: 'Failed' } })).toBe(0);
  });
});

it('settles once for all', () => {
  const pod = settled(Pod, { metadata: {}, spec: { containers: [{ name: 'a' }], volumes: [{ name: 'v' }] } });
  expect(Pod.defaults?.(pod)).toBe(pod);
  const service = settled(Service, { metadata: {}, spec: { ports: [{ port: 80 }] } });
  expect(Service.defaults?.(service)).toBe(service);
});

describe('Service', () => {
  it.each([
    [
      { ports: [{ port: 80 }] },
      {
        type: 'ClusterIP',
        sessionAffinity: 'None',
        internalTrafficPolicy: 'Cluster',
        ports: [{ port: 80, targetPort: 80, protocol: 'TCP' }],
      },
    ],
    [
      { type: 'NodePort', ports: [{ port: 80, targetPort: 'web' }] },
      { externalTrafficPolicy: 'Cluster', ports: [{ targetPort: 'web' }] },
    ],
    [{ type: 'LoadBalancer' }, { allocateLoadBalancerNodePorts: true }],
    [{ sessionAffinity: 'ClientIP' }, { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } } }],
  ] as const)('%j', (spec, expected) => {
    expect(settled(Service, { metadata: {}, spec }).spec).toMatchObject(expected);
  });

  it('forgets what its affinity and type have no use for', () => {
    const { spec } = settled(Service, {
      metadata: {},
      spec: { sessionAffinity: 'None', sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } } },
    });
    expect(spec).not.toHaveProperty('sessionAffinityConfig');
    expect(settled(Service, { metadata: {}, spec: { type: 'ExternalName' } }).spec).toEqual({
      type: 'ExternalName',
      sessionAffinity: 'None',
    });
  });

  it('keeps its addresses when an update leaves them out, and drops them with the type', () => {
    const old = settled(Service, {
      metadata: {},
      spec: {
        type: 'NodePort',
        clusterIP: '10.0.0.1',
        clusterIPs: ['10.0.0.1'],
        ports: [{ port: 80, nodePort: 30080 }],
      },
    });
    const updated = (spec: object) => prepareServiceUpdate(settled(Service, { metadata: {}, spec }), old).spec;
    expect(updated({ type: 'NodePort', ports: [{ port: 80 }] })).toMatchObject({
      clusterIP: '10.0.0.1',
      clusterIPs: ['10.0.0.1'],
      ports: [{ port: 80, nodePort: 30080 }],
    });
    expect(updated({ ...old.spec, type: 'ClusterIP' })).toEqual({
      type: 'ClusterIP',
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
      clusterIP: '10.0.0.1',
      clusterIPs: ['10.0.0.1'],
      ports: [{ port: 80, targetPort: 80, protocol: 'TCP' }],
    });
    expect(updated({ ...old.spec, type: 'ExternalName', externalName: 'a.b' })).not.toHaveProperty('clusterIP');
  });

  it('keeps node ports by the names of ports, and what a balancer gave it as long as it has one', () => {
    const balanced = { type: 'LoadBalancer', externalTrafficPolicy: 'Local' } as const;
    const old = {
      ...settled(Service, {
        metadata: {},
        spec: { ...balanced, healthCheckNodePort: 31000, ports: [{ port: 80, name: 'a', nodePort: 30080 }] },
      }),
      status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } },
    };
    const updated = (spec: object): Service =>
      prepareServiceUpdate({ ...settled(Service, { metadata: {}, spec }), status: old.status }, old);
    const renumbered = updated({ ...balanced, ports: [{ port: 81, name: 'a' }] });
    expect(renumbered.spec).toMatchObject({ healthCheckNodePort: 31000, ports: [{ port: 81, nodePort: 30080 }] });
    expect(renumbered.status).toBe(old.status);
    expect(updated({ ...balanced, ports: [{ port: 80, name: 'b' }] }).spec.ports?.[0]).not.toHaveProperty('nodePort');
    const plain = updated({ ...old.spec, type: 'ClusterIP' });
    expect(plain.spec).not.toHaveProperty('healthCheckNodePort');
    expect(plain.status).toEqual({ loadBalancer: {} });
  });

  it('says of a balancer’s addresses that they are its own', () => {
    const place = (type: 'LoadBalancer' | 'ClusterIP') => ({
      ...settled(Service, { metadata: {}, spec: { type } }),
      status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }, { hostname: 'a' }] } },
    });
    const ingress = (type: 'LoadBalancer' | 'ClusterIP') => Service.defaults?.(place(type));
    expect(ingress('LoadBalancer')).toHaveProperty('status', {
      loadBalancer: { ingress: [{ ip: '1.2.3.4', ipMode: 'VIP' }, { hostname: 'a' }] },
    });
    expect(ingress('ClusterIP')).toHaveProperty('status', place('ClusterIP').status);
  });
});

it('rolls out a quarter at a time', () => {
  const template = { spec: { containers: [{ name: 'a', image: 'a' }] } };
  const { spec } = settled(Deployment, { metadata: {}, spec: { selector: {}, template } });
  expect(spec).toMatchObject({
    replicas: 1,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    template: { metadata: {}, spec: { containers: [{ imagePullPolicy: 'Always' }] } },
  });
  expect(spec.template.spec).not.toHaveProperty('enableServiceLinks');
});

it('replaces daemons one at a time, and counts their templates', () => {
  const template = { spec: { containers: [{ name: 'a', image: 'a' }] } };
  const made = settled(DaemonSet, { metadata: {}, spec: { selector: {}, template } });
  expect(made.spec).toMatchObject({
    revisionHistoryLimit: 10,
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
  });
  const generation = ({ metadata }: DaemonSet) => metadata.annotations?.['deprecated.daemonset.template.generation'];
  const context = { nowMs: 0, user: { name: 'u', groups: [] } };
  const first = DaemonSet.prepareForCreate?.(made, context) as DaemonSet;
  const next = (spec: object): DaemonSet =>
    DaemonSet.prepareForUpdate?.(
      { ...made, spec: { ...made.spec, ...spec } } as DaemonSet,
      first,
      context,
    ) as DaemonSet;
  const other = { spec: { containers: [{ name: 'a', image: 'b' }] } };
  expect([first, next({ minReadySeconds: 1 }), next({ template }), next({ template: other })].map(generation)).toEqual([
    '1',
    '1',
    '1',
    '2',
  ]);
});

it('fills what a template, a name or a sibling says', () => {
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'a' }] } };
  expect(settled(ReplicationController, { metadata: {}, spec: { template } })).toMatchObject({
    metadata: { labels: { a: 'b' } },
    spec: { selector: { a: 'b' }, replicas: 1 },
  });
  expect(settled(Namespace, { metadata: { name: 'x' } })).toMatchObject({
    metadata: { labels: { 'kubernetes.io/metadata.name': 'x' } },
    status: { phase: 'Active' },
  });
  expect(settled(Node, { metadata: {}, status: { capacity: { cpu: 2 } } } as never).status.allocatable).toEqual({
    cpu: '2',
  });
  const secret = settled(Secret, { metadata: {}, data: { a: 'QQ==' }, stringData: { b: 'hi' } });
  expect(secret).toMatchObject({ type: 'Opaque', data: { a: 'QQ==', b: 'aGk=' } });
  expect(secret).not.toHaveProperty('stringData');
  expect(
    settled(RoleBinding, {
      metadata: {},
      roleRef: { kind: 'Role', name: 'r' },
      subjects: [
        { kind: 'User', name: 'u' },
        { kind: 'ServiceAccount', name: 's' },
      ],
    }),
  ).toMatchObject({
    roleRef: { apiGroup: 'rbac.authorization.k8s.io' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io' }, { kind: 'ServiceAccount' }],
  });
});

it.each([
  [Deployment, ['lastUpdateTime', 'lastTransitionTime']],
  [ReplicaSet, ['lastTransitionTime']],
  [DaemonSet, ['lastTransitionTime']],
  [ReplicationController, ['lastTransitionTime']],
  [Namespace, ['lastTransitionTime']],
  [Node, ['lastHeartbeatTime', 'lastTransitionTime']],
  [Pod, ['lastProbeTime', 'lastTransitionTime']],
] as const)('a time that a condition does not tell reads as null: $0.kind', (kind, times) => {
  const body = { metadata: {}, spec: {}, status: { conditions: [{ type: 'A', status: 'True' }] } };
  const { status } = settled(kind as typeof Node, body as never);
  expect(status.conditions).toEqual([
    { type: 'A', status: 'True', ...Object.fromEntries(times.map(name => [name, null])) },
  ]);
});
