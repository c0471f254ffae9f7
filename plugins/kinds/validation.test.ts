import { describe, expect, it } from 'vitest';
import { fieldErrorBody } from '../../src/api/field-error.ts';
import type { Resource } from '../../src/api/resource.ts';
import { ControllerRevision } from './apps/v1/controller-revision.ts';
import { DaemonSet } from './apps/v1/daemon-set.ts';
import { Deployment } from './apps/v1/deployment.ts';
import { ReplicaSet } from './apps/v1/replica-set.ts';
import { Lease } from './coordination/v1/lease.ts';
import { ConfigMap } from './core/v1/config-map.ts';
import { Namespace } from './core/v1/namespace.ts';
import { ReplicationController } from './core/v1/replication-controller.ts';
import { Secret } from './core/v1/secret.ts';
import { Service } from './core/v1/service.ts';
import { EndpointSlice } from './discovery/v1/endpoint-slice.ts';
import { PodDisruptionBudget } from './policy/v1/pod-disruption-budget.ts';
import { ClusterRole } from './rbac/v1/cluster-role.ts';
import { ClusterRoleBinding } from './rbac/v1/cluster-role-binding.ts';
import { Role } from './rbac/v1/role.ts';
import { RoleBinding } from './rbac/v1/role-binding.ts';
import { PriorityClass } from './scheduling/v1/priority-class.ts';
import { complaints, stored } from './testing/complaints.ts';

const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'a', image: 'i' }] } };
const owned = (spec: object = {}) => ({ spec: { selector: { matchLabels: { a: 'b' } }, template, ...spec } });
const role = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' };
const ports = [{ port: 80 }];
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('a new object', () => {
  it.each<[Resource, object, readonly unknown[]]>([
    [PodDisruptionBudget, { spec: { minAvailable: '100%', selector: {} } }, []],
    [
      PodDisruptionBudget,
      { spec: { minAvailable: 1, maxUnavailable: '101%' } },
      [
        'spec: Invalid value: {"MinAvailable":1,"Selector":null,"MaxUnavailable":"101%","UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be both set',
        'spec.maxUnavailable: Invalid value: "101%": must not be greater than 100%',
      ],
    ],
    [
      PodDisruptionBudget,
      { spec: { maxUnavailable: -1 } },
      ['spec.maxUnavailable: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [Deployment, owned(), []],
    [
      Deployment,
      { spec: { template } },
      [
        'spec.selector: Required value',
        'spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`',
      ],
    ],
    [
      ReplicaSet,
      owned({ selector: { matchExpressions: [{ key: 'a', operator: 'Near' }] }, replicas: -1 }),
      [
        'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
        'spec.selector.matchExpressions[0].operator: Invalid value: "Near": not a valid selector operator',
        'spec.selector: Invalid value: {"matchExpressions":[{"key":"a","operator":"Near"}]}: invalid label selector',
      ],
    ],
    [
      Deployment,
      owned({ strategy: { type: 'Odd' } }),
      [
        'spec.strategy: Unsupported value: {"Type":"Odd","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"',
      ],
    ],
    [
      Deployment,
      owned({ strategy: { rollingUpdate: { maxSurge: 'x', maxUnavailable: '0%' } } }),
      [
        `spec.strategy.rollingUpdate.maxSurge: Invalid value: "x": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')`,
        'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0',
      ],
    ],
    [
      Deployment,
      owned({ selector: { matchLabels: { a: 'c' } } }),
      ['spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`'],
    ],
    [
      Deployment,
      owned({ selector: {} }),
      ['spec.selector: Invalid value: {}: empty selector is invalid for deployment'],
    ],
    [Deployment, owned({ replicas: -1 }), ['spec.replicas: Invalid value: -1: must be greater than or equal to 0']],
    [
      Deployment,
      owned({ progressDeadlineSeconds: 5, minReadySeconds: 5 }),
      ['spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds'],
    ],
    [
      Deployment,
      owned({ strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
      ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0'],
    ],
    [
      Deployment,
      owned({ strategy: { type: 'Recreate', rollingUpdate: {} } }),
      ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
    ],
    [
      Deployment,
      owned({ template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } }),
      ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
    ],
    [DaemonSet, owned(), []],
    [
      DaemonSet,
      owned({ selector: {}, minReadySeconds: -1, updateStrategy: { type: 'Odd' }, revisionHistoryLimit: -1 }),
      [
        'spec.selector: Invalid value: {}: empty selector is invalid for daemonset',
        'spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0',
        'spec.updateStrategy: Unsupported value: {"Type":"Odd","RollingUpdate":null}: supported values: "RollingUpdate", "OnDelete"',
        'spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0',
      ],
    ],
    [
      DaemonSet,
      owned({
        selector: { matchLabels: { a: 'c' } },
        template: { ...template, spec: { ...template.spec, restartPolicy: 'Never', activeDeadlineSeconds: 1 } },
        updateStrategy: { rollingUpdate: { maxUnavailable: 1, maxSurge: '101%' } },
      }),
      [
        'spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`',
        'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
        'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in DaemonSet is not Supported',
        'spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: "101%": must not be greater than 100%',
        'spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: "101%": may not be set when maxUnavailable is non-zero',
      ],
    ],
    [
      DaemonSet,
      owned({ updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } }),
      ['spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0'],
    ],
    [DaemonSet, owned({ updateStrategy: { type: 'OnDelete' } }), []],
    [ControllerRevision, { data: {}, revision: 1 }, []],
    [
      ControllerRevision,
      { revision: -1 },
      ['revision: Invalid value: -1: must be greater than or equal to 0', 'data: Required value: data is mandatory'],
    ],
    [ControllerRevision, { data: [1], revision: 1 }, ['data: Required value: data must be a valid JSON object']],
    [ReplicaSet, owned(), []],
    [ReplicationController, { spec: { template } }, []],
    [ReplicationController, {}, ['spec.selector: Required value', 'spec.template: Required value']],
    [Service, { spec: { ports } }, []],
    [Service, {}, ['spec.ports: Required value']],
    [Service, { spec: { clusterIP: 'None' } }, []],
    [Service, { spec: { type: 'ExternalName' } }, ['spec.externalName: Required value']],
    [
      Service,
      { spec: { ports: [{ port: 80 }, { port: 81 }] } },
      ['spec.ports[0].name: Required value', 'spec.ports[1].name: Required value'],
    ],
    [
      Service,
      { spec: { ports: [{ port: 0 }] } },
      [
        expect.stringContaining('spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive'),
        expect.any(String),
      ],
    ],
    [
      Service,
      { spec: { type: 'Magic', ports } },
      [
        expect.stringContaining(
          'spec.type: Unsupported value: "Magic": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
        ),
      ],
    ],
    [Service, { metadata: { name: '1x' }, spec: { ports } }, []],
    [
      Namespace,
      { metadata: { namespace: '' }, spec: { finalizers: ['kubernetes', 'a/b', 'c'] } },
      ['spec.finalizers[2]: Invalid value: "c": name is neither a standard finalizer name nor is it fully qualified'],
    ],
    [Namespace, { metadata: { name: 'a.b' } }, ['metadata.name: Invalid value: "a.b": must not contain dots']],
    [
      ConfigMap,
      { data: { 'a b': '' } },
      [expect.stringContaining('data[a b]: Invalid value: "a b": a valid config key must consist of')],
    ],
    [ConfigMap, { data: JSON.parse('{"__proto__":"x"}') as object }, []],
    [ConfigMap, { data: { a: 'x'.repeat(1_048_577) } }, ['[]: Too long: may not be more than 1048576 bytes']],
    [Secret, { type: 'kubernetes.io/tls' }, ['data[tls.crt]: Required value', 'data[tls.key]: Required value']],
    [
      Secret,
      { type: 'kubernetes.io/dockerconfigjson', stringData: { '.dockerconfigjson': '{' } },
      ['data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": unexpected end of JSON input'],
    ],
    [Secret, { type: 'kubernetes.io/basic-auth', data: { username: base64('u') } }, []],
    [
      Secret,
      { type: 'kubernetes.io/service-account-token' },
      ['metadata.annotations[kubernetes.io/service-account.name]: Required value'],
    ],
    [
      PriorityClass,
      { value: 1_000_000_001 },
      ['value: Forbidden: maximum allowed value of a user defined priority is 1000000000'],
    ],
    [
      PriorityClass,
      { metadata: { name: 'system-x' } },
      [expect.stringContaining("priority class names with 'system-' prefix are reserved for system use only")],
    ],
    [PriorityClass, { metadata: { name: 'system-node-critical' }, value: 2_000_001_000 }, []],
    [
      Role,
      { rules: [{ verbs: [], apiGroups: [''], resources: ['pods'] }] },
      ['rules[0].verbs: Required value: verbs must contain at least one value'],
    ],
    [
      Role,
      { rules: [{ verbs: ['get'], nonResourceURLs: ['/x'] }] },
      ['rules[0].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs'],
    ],
    [RoleBinding, { roleRef: role, subjects: [{ kind: 'ServiceAccount', name: 's' }] }, []],
    [
      ClusterRoleBinding,
      { roleRef: { ...role, kind: 'ClusterRole' }, subjects: [{ kind: 'ServiceAccount', name: 's' }, {}] },
      [
        'subjects[0].namespace: Required value',
        'subjects[1].name: Required value',
        'subjects[1].kind: Unsupported value: "": supported values: "ServiceAccount", "User", "Group"',
      ],
    ],
    [
      ClusterRole,
      { aggregationRule: { clusterRoleSelectors: [{ matchExpressions: [{ key: 'a', operator: 'Near' }] }] } },
      [
        'aggregationRule.clusterRoleSelectors[0].matchExpressions[0].operator: Invalid value: "Near": not a valid selector operator',
        'aggregationRule.clusterRoleSelectors[0]: Invalid value: null: invalid label selector.',
      ],
    ],
    [
      ClusterRole,
      { aggregationRule: {} },
      [
        'aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil',
      ],
    ],
    [
      PriorityClass,
      {
        metadata: { name: 'system-node-critical' },
        value: 2_000_001_000,
        globalDefault: true,
        preemptionPolicy: 'Odd',
      },
      [
        "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: globalDefault of system-node-critical PriorityClass must be false",
        'preemptionPolicy: Unsupported value: "Odd": supported values: "PreemptLowerPriority", "Never"',
      ],
    ],
    [
      RoleBinding,
      { roleRef: { ...role, kind: 'Magic' } },
      ['roleRef.kind: Unsupported value: "Magic": supported values: "Role", "ClusterRole"'],
    ],
    [
      Lease,
      { spec: { leaseDurationSeconds: 0 } },
      ['spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0'],
    ],
    [
      EndpointSlice,
      { addressType: 'IPv4', endpoints: [{ addresses: ['x'] }] },
      [expect.stringContaining('endpoints[0].addresses[0]: Invalid value: "x"')],
    ],
  ])('%#', (resource, parts, errors) => {
    expect(complaints(resource, parts)).toEqual(errors);
  });
});

describe('a changed object', () => {
  it.each<[Resource, object, object, readonly string[]]>([
    [
      Deployment,
      owned(),
      owned({ selector: { matchLabels: { c: 'd' } } }),
      ['spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: field is immutable'],
    ],
    [
      Service,
      { spec: { ports, clusterIP: '10.0.0.2' } },
      { spec: { ports, clusterIP: '10.0.0.1' } },
      ['spec.clusterIPs[0]: Invalid value: ["10.0.0.2"]: may not change once set'],
    ],
    [
      ConfigMap,
      { data: { a: '2' }, immutable: true },
      { data: { a: '1' }, immutable: true },
      ['data: Forbidden: field is immutable when `immutable` is set'],
    ],
    [
      ConfigMap,
      { data: { a: '1' } },
      { data: { a: '1' }, immutable: true },
      ['immutable: Forbidden: field is immutable when `immutable` is set'],
    ],
    [ConfigMap, { data: { a: '2' } }, { data: { a: '1' } }, []],
    [Secret, { type: 'a/b' }, { type: 'Opaque' }, ['type: Invalid value: "a/b": field is immutable']],
    [PriorityClass, { value: 2 }, { value: 1 }, ['value: Forbidden: may not be changed in an update.']],
    [
      RoleBinding,
      { roleRef: { ...role, name: 's' } },
      { roleRef: role },
      [
        'roleRef: Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"Role","Name":"s"}: cannot change roleRef',
      ],
    ],
  ])('%#', (resource, parts, old, errors) => {
    expect(complaints(resource, parts, old)).toEqual(errors);
  });
});

describe('a changed status', () => {
  const NOT_NEGATIVE = 'must be greater than or equal to 0';
  const TOO_MANY = 'cannot be greater than status.replicas';
  it.each<[Resource, object, object, readonly string[]]>([
    [
      Deployment,
      owned(),
      { replicas: -1, updatedReplicas: 3 },
      [
        `status.replicas: Invalid value: -1: ${NOT_NEGATIVE}`,
        `status.updatedReplicas: Invalid value: 3: ${TOO_MANY}`,
        `status.readyReplicas: Invalid value: 0: ${TOO_MANY}`,
        `status.availableReplicas: Invalid value: 0: ${TOO_MANY}`,
      ],
    ],
    [
      Deployment,
      { ...owned(), status: { collisionCount: 3 } },
      { collisionCount: 2 },
      ['status.collisionCount: Invalid value: 2: cannot be decremented'],
    ],
    [
      ReplicaSet,
      owned(),
      { replicas: 1, fullyLabeledReplicas: 2, availableReplicas: 1 },
      [
        `status.fullyLabeledReplicas: Invalid value: 2: ${TOO_MANY}`,
        'status.availableReplicas: Invalid value: 1: cannot be greater than readyReplicas',
      ],
    ],
    [
      ReplicationController,
      { spec: { template } },
      { readyReplicas: 1 },
      [`status.readyReplicas: Invalid value: 1: ${TOO_MANY}`],
    ],
    [
      PodDisruptionBudget,
      {},
      { disruptionsAllowed: -1 },
      [`status.disruptionsAllowed: Invalid value: -1: ${NOT_NEGATIVE}`],
    ],
    [
      Namespace,
      {},
      { phase: 'Terminating' },
      ['status.Phase: Invalid value: "Terminating": may only be \'Active\' if `deletionTimestamp` is empty'],
    ],
    [Namespace, { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }, { phase: 'Terminating' }, []],
  ])('%#', (resource, parts, status, errors) => {
    const old = stored(resource, parts);
    const next = stored(resource, { ...parts, status });
    const said = resource.validateStatusUpdate?.(next, old) ?? [];
    expect(said.map(error => `${error.field}: ${fieldErrorBody(error)}`)).toEqual(errors);
  });
});
