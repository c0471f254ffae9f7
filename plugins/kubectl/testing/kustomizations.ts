const WORKLOADS = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {tier: front}, finalizers: [old.io/f]}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}
  template:
    metadata: {labels: {app: web}}
    spec:
      serviceAccountName: acc
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {matchLabels: {app: web}}, topologyKey: z}]
      topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: web}}}]
      initContainers: [{name: init, image: 'reg.io:5000/tool/init:1'}]
      containers:
      - name: main
        image: nginx:1.7.9
        args: [a, b]
        ports: [{containerPort: 80}, {containerPort: 81, protocol: UDP}]
        env:
        - {name: A, value: 'yes'}
        - {name: FROM, valueFrom: {configMapKeyRef: {name: settings, key: a}}}
        - {name: SECRET, valueFrom: {secretKeyRef: {name: keys, key: p}}}
        envFrom: [{configMapRef: {name: settings}}, {secretRef: {name: other}}]
        volumeMounts: [{name: v, mountPath: /v}]
      - {name: side, image: 'busybox@sha256:aaaa'}
      volumes:
      - {name: v, configMap: {name: settings}}
      - {name: p, projected: {sources: [{secret: {name: keys}}, {configMap: {name: settings}}]}}
      - {name: c, persistentVolumeClaim: {claimName: claim}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: svc
  selector: {matchLabels: {app: db}}
  template: {metadata: {labels: {app: db}}, spec: {containers: [{name: c, image: postgres}]}}
  volumeClaimTemplates: [{metadata: {name: d}, spec: {storageClassName: fast}}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: cron}
spec:
  schedule: '* * * * *'
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: nginx, envFrom: [{configMapRef: {name: settings}}]}]}}}}
---
apiVersion: v1
kind: Service
metadata: {name: svc}
spec: {selector: {app: web}, ports: [{name: a, port: 80}, {name: b, port: 81, protocol: UDP}]}
`;

const OTHERS = `
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ServiceAccount, metadata: {name: acc}, imagePullSecrets: [{name: keys}]}
- {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: claim}, spec: {storageClassName: fast}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: x
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules: [{apiGroups: [''], resources: [configmaps], resourceNames: [settings], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: bind}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: acc, namespace: default}, {kind: ServiceAccount, name: default, namespace: other}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: cbind}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: acc, namespace: default}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: np}
spec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {a: b}}}]}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: ing, annotations: {nginx.ingress.kubernetes.io/auth-secret: keys}}
spec: {tls: [{secretName: keys}], rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: svc, port: {number: 80}}}}]}}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: hpa}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, maxReplicas: 3}
---
apiVersion: example.com/v1
kind: Thing
metadata: {name: thing}
spec: {list: [{name: a, v: 1}, {name: b}], on: off, m: {x: 1, y: 2}}
---
apiVersion: v1
kind: Namespace
metadata: {name: ns}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: local, annotations: {config.kubernetes.io/local-config: 'true'}}
`;

const BASE = `
resources: [workloads.yaml, others.yaml]
configMapGenerator:
- {name: settings, literals: [a=b, 'q="quoted"', e=x=y], files: [f.txt, key=f.txt], envs: [e.env]}
- {name: plain, options: {disableNameSuffixHash: true, labels: {l: m}, annotations: {an: other}, immutable: true}, literals: [a=1]}
- {name: binary, files: [bytes.bin]}
secretGenerator:
- {name: keys, type: example.com/x, literals: [p=q, long=${'0123456789'.repeat(9)}]}
`;

const STRATEGIC = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, finalizers: [new.io/f], labels: {tier: null, more: x}}
spec:
  strategy: {$patch: replace, type: Recreate}
  template:
    spec:
      containers:
      - {name: side, $patch: delete}
      - {name: added, image: added}
      - name: main
        args: [c]
        ports: [{containerPort: 82}, {containerPort: 80, name: http}]
        env: [{name: A, $patch: delete}, {name: Z, value: z}]
        volumeMounts: [{$patch: replace}, {name: w, mountPath: /w}]
---
apiVersion: example.com/v1
kind: Thing
metadata: {name: thing}
spec: {list: [{name: c}], m: {x: null, z: 3}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: np}, $patch: delete}
`;

const OVERLAY = `
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: prod
namePrefix: pre-
nameSuffix: -suf
resources: [../base, extra.yaml]
components: [../component]
labels:
- {pairs: {sel: 'true'}, includeSelectors: true}
- {pairs: {tmpl: x}, includeTemplates: true}
- {pairs: {meta: some}, fields: [{path: spec/labels, kind: Thing, create: true}]}
commonAnnotations: {note: '1'}
images:
- {name: nginx, newName: reg.io/web, newTag: '2'}
- {name: busybox, newTag: v1}
- {name: 'reg.io:5000/tool/init', digest: 'sha256:bbbb'}
- {name: post.*, newName: pg}
replicas: [{name: web, count: 5}, {name: db, count: 0}]
generatorOptions: {labels: {gen: g}}
configMapGenerator:
- {name: settings, behavior: merge, literals: [a=changed, new=1]}
secretGenerator:
- {name: other, literals: [a=b]}
patches:
- path: strategic.yaml
- target: {kind: Service}
  patch: |-
    - {op: replace, path: /spec/ports/0/port, value: 8080}
    - {op: add, path: /spec/ports/-, value: {name: c, port: 83}}
    - {op: add, path: /metadata/annotations, value: {a~b: c}}
- target: {group: apps, kind: (Deployment|StatefulSet), labelSelector: 'more=x'}
  patch: '{apiVersion: v1, kind: X, metadata: {name: ignored}, spec: {minReadySeconds: 7}}'
- target: {name: c.*, kind: CronJob, namespace: default}
  patch: '[{"op": "test", "path": "/kind", "value": "CronJob"}, {"op": "move", "from": "/spec/schedule", "path": "/spec/timeZone"}]'
`;

/** Files of kustomizations, by path; both clients build them. */
export const KUSTOMIZATIONS: Readonly<Record<string, string | Uint8Array>> = {
  'k/base/kustomization.yaml': BASE,
  'k/base/workloads.yaml': WORKLOADS,
  'k/base/others.yaml': OTHERS,
  'k/base/f.txt': 'a file\nof lines\n',
  'k/base/e.env': 'ENV=1\n# not this\n  EMPTY\n',
  'k/base/bytes.bin': Buffer.from([0xff, 0xfe, 0, 1]),
  'k/component/kustomization.yaml': `
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
configMapGenerator: [{name: component, literals: [a=b]}]
patches: [{patch: '{apiVersion: v1, kind: ServiceAccount, metadata: {name: acc, labels: {from: component}}}'}]
`,
  'k/overlay/kustomization.yaml': OVERLAY,
  'k/overlay/strategic.yaml': STRATEGIC,
  'k/overlay/extra.yaml':
    '{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: ds}, spec: {template: {spec: {containers: [{name: c, image: x, envFrom: [{secretRef: {name: other}}]}]}}}}',
  'k/again/kustomization.yml': `
resources: [../overlay]
namePrefix: again-
commonLabels: {common: label}
patchesStrategicMerge:
- |-
  {apiVersion: v1, kind: Service, metadata: {name: svc}, spec: {ports: [{port: 81, protocol: UDP, name: changed}]}}
patchesJson6902:
- target: {version: v1, kind: Service, name: again-pre-svc-suf}
  patch: '[{"op": "add", "path": "/spec/type", "value": "NodePort"}]'
sortOptions: {order: fifo}
`,
  'k/two/kustomization.yaml': 'resources: [../one-a, ../one-b]\n',
  'k/one-a/kustomization.yaml': 'namePrefix: a-\nresources: [../small]\n',
  'k/one-b/kustomization.yaml': 'namePrefix: b-\nresources: [../small]\n',
  'k/small/Kustomization': 'resources: [pod.yaml]\nconfigMapGenerator: [{name: cm, literals: [k=v]}]\n',
  'k/small/pod.yaml':
    '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: i, envFrom: [{configMapRef: {name: cm}}]}]}}',
  'k/small2/kustomization.yaml': 'resources: [../small]\nnamePrefix: x-\n',
  'k/outside/kustomization.yaml': 'configMapGenerator: [{name: o, files: [../base/f.txt]}]\n',
  'k/legacy/kustomization.yaml': `
resources: [../small, ns.yaml]
sortOptions: {order: legacy, legacySortOptions: {orderFirst: [Pod], orderLast: [Namespace]}}
`,
  'k/legacy/ns.yaml': '{apiVersion: v1, kind: Namespace, metadata: {name: last}}',
  'k/empty/kustomization.yaml': '{}',
  'k/unknown/kustomization.yaml': 'foo: 1',
  'k/broken/kustomization.yaml': 'kind: Foo\nresources: [a.yaml]',
  'k/missing/kustomization.yaml': 'resources: [nope.yaml]',
  'k/twice/kustomization.yaml': 'resources: [../small, ../small]',
  'k/cycle/kustomization.yaml': 'resources: [../cycle]',
  'k/no-replica/kustomization.yaml': 'resources: [../small]\nreplicas: [{name: zz, count: 1}]',
  'k/no-target/kustomization.yaml':
    "resources: [../small]\npatches: [{patch: '{apiVersion: v1, kind: X, metadata: {name: a}}'}]",
  'k/no-literal/kustomization.yaml': 'configMapGenerator: [{name: a, literals: [xx]}]',
  'k/untyped/kustomization.yaml': 'commonLabels: {a: yes}',
  'k/untyped-pairs/kustomization.yaml': 'labels: [{pairs: {a: 1}}]',
  'k/as-resource/kustomization.yaml': 'resources: [../component]',
};
