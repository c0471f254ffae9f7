import { describe, expect, it } from 'vitest';
import { complaints } from '../../testing/complaints.ts';
import { Pod } from './pod.ts';

const pod = (spec: object) => ({ spec: { containers: [{ name: 'a', image: 'i' }], ...spec } });
const container = (fields: object, spec: object = {}) =>
  pod({ containers: [{ name: 'a', image: 'i', ...fields }], ...spec });
const volume = (source: object) => pod({ volumes: [{ name: 'v', ...source }] });

describe('a container of a new pod', () => {
  it.each<[object, readonly string[]]>([
    [
      container({ ports: [{ containerPort: 0 }, { containerPort: 70_000, protocol: 'ICMP' }] }),
      [
        'spec.containers[0].ports[0].containerPort: Required value',
        'spec.containers[0].ports[1].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
        'spec.containers[0].ports[1].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
      ],
    ],
    [
      container({
        env: [
          { name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.odd' } } },
          { name: 'B', valueFrom: { fieldRef: { fieldPath: '' } } },
          { name: 'C', valueFrom: { fieldRef: { fieldPath: 'status.phase' } } },
          { name: 'D', valueFrom: { fieldRef: { fieldPath: "spec.odd['x']" } } },
          { name: 'E', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '2' } } },
        ],
      }),
      [
        'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.odd": error converting fieldPath: field label not supported: spec.odd',
        'spec.containers[0].env[1].valueFrom.fieldRef.fieldPath: Required value',
        'spec.containers[0].env[2].valueFrom.fieldRef.fieldPath: Unsupported value: "status.phase": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"',
        "spec.containers[0].env[3].valueFrom.fieldRef.fieldPath: Invalid value: \"spec.odd['x']\": error converting fieldPath: field label does not support subscript: spec.odd['x']",
        'spec.containers[0].env[4].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor\'s values 1m and 1 are supported with the cpu resource',
      ],
    ],
    [
      container({ envFrom: [{}, { configMapRef: { name: 'a' }, secretRef: { name: '' } }] }),
      [
        'spec.containers[0].envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`',
        'spec.containers[0].envFrom[1].secretRef.name: Required value',
        'spec.containers[0].envFrom: Invalid value: "": may not have more than one field specified at a time',
      ],
    ],
    [
      container({ volumeMounts: [{ name: '', mountPath: '' }] }),
      [
        'spec.containers[0].volumeMounts[0].name: Required value',
        'spec.containers[0].volumeMounts[0].name: Not found: ""',
        'spec.containers[0].volumeMounts[0].mountPath: Required value',
      ],
    ],
    [
      container(
        {
          volumeMounts: [
            { name: 'v', mountPath: '/x', mountPropagation: 'Bidirectional', recursiveReadOnly: 'Enabled' },
          ],
        },
        { volumes: [{ name: 'v' }] },
      ),
      [
        'spec.containers[0].volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged containers',
        'spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true',
        'spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when mountPropagation is None or not specified',
      ],
    ],
    [
      container({ volumeDevices: [{ name: 'v', devicePath: '/../x' }] }, { volumes: [{ name: 'v' }] }),
      [
        'spec.containers[0].volumeDevices[0].name: Invalid value: "v": can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
        'spec.containers[0].volumeDevices[0].devicePath: Invalid value: "/../x": can not contain backsteps (\'..\')',
      ],
    ],
    [
      container({ resources: { requests: { something: '1' } } }),
      [
        'spec.containers[0].resources.requests[something]: Invalid value: "something": must be a standard resource type or fully qualified',
        'spec.containers[0].resources.requests[something]: Invalid value: "something": must be a standard resource for containers',
      ],
    ],
    [
      container({ resources: { requests: { 'hugepages-2Mi': '1Mi' } } }),
      [
        'spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources',
        'spec.containers[0].resources.requests[hugepages-2Mi]: Invalid value: "1Mi": 1Mi is not positive integer multiple of hugepages-2Mi',
        'spec.containers[0].resources: Forbidden: HugePages require cpu or memory',
      ],
    ],
    [
      container({ resources: { claims: [{ name: 'x' }, { name: 'x' }] } }),
      [
        'spec.containers[0].resources.claims[0]: Not found: "x": must be one of the names in pod.spec.resourceClaims which is empty',
        'spec.containers[0].resources.claims[1]: Duplicate value: "x"',
        'spec.containers[0].resources.claims[1]: Not found: "x": must be one of the names in pod.spec.resourceClaims which is empty',
      ],
    ],
    [
      container({
        livenessProbe: { exec: { command: ['x'] }, httpGet: { port: 80 }, periodSeconds: -1, successThreshold: 2 },
        readinessProbe: { exec: { command: ['x'] }, terminationGracePeriodSeconds: 1 },
      }),
      [
        'spec.containers[0].livenessProbe.httpGet: Forbidden: may not specify more than 1 handler type',
        'spec.containers[0].livenessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0',
        'spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1',
        'spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 1: must not be set for readinessProbes',
      ],
    ],
    [
      container({ livenessProbe: { httpGet: { port: 80, scheme: 'FTP', httpHeaders: [{ name: 'a b' }] } } }),
      [
        'spec.containers[0].livenessProbe.httpGet.scheme: Unsupported value: "FTP": supported values: "HTTP", "HTTPS"',
        "spec.containers[0].livenessProbe.httpGet.httpHeaders: Invalid value: \"a b\": a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')",
      ],
    ],
    [
      container({ lifecycle: { preStop: {}, postStart: { sleep: { seconds: 31 } } } }),
      [
        'spec.containers[0].lifecycle.postStart.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)',
        'spec.containers[0].lifecycle.preStop: Required value: must specify a handler type',
      ],
    ],
    [
      container({ securityContext: { procMount: 'Unmasked', seccompProfile: { type: 'Odd' } } }),
      [
        'spec.containers[0].securityContext.procMount: Invalid value: "Unmasked": `hostUsers` must be false to use `Unmasked`',
        'spec.containers[0].securityContext.seccompProfile.type: Unsupported value: "Odd": supported values: "Localhost", "RuntimeDefault", "Unconfined"',
      ],
    ],
    [
      container({ resizePolicy: [{ resourceName: 'disk', restartPolicy: 'Odd' }] }),
      [
        'spec.containers[0].resizePolicy: Unsupported value: "disk": supported values: "cpu", "memory"',
        'spec.containers[0].resizePolicy: Unsupported value: "Odd": supported values: "NotRequired", "RestartContainer"',
      ],
    ],
    [
      container({ restartPolicy: 'Odd', restartPolicyRules: [{ action: 'Stop' }] }),
      [
        'spec.containers[0].restartPolicy: Unsupported value: "Odd": supported values: "Always", "Never", "OnFailure"',
        'spec.containers[0].restartPolicyRules[0].action: Unsupported value: "Stop": supported values: "Restart", "RestartAllContainers"',
        'spec.containers[0].restartPolicyRules[0].exitCodes: Required value: must be specified',
      ],
    ],
  ])('%j', (parts, errors) => {
    expect(complaints(Pod, parts)).toEqual(errors);
  });
});

describe('a volume of a new pod', () => {
  it.each<[object, readonly string[]]>([
    [volume({ hostPath: { path: '', type: 'Odd' } }), ['spec.volumes[0].hostPath.path: Required value']],
    [
      volume({ hostPath: { path: '/a/..', type: 'Odd' } }),
      [
        'spec.volumes[0].hostPath.path: Invalid value: "/a/..": must not contain \'..\'',
        'spec.volumes[0].hostPath.type: Unsupported value: "Odd": supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"',
      ],
    ],
    [
      volume({ secret: { defaultMode: 512, items: [{ key: '', path: '/abs' }] } }),
      [
        'spec.volumes[0].secret.secretName: Required value',
        'spec.volumes[0].secret.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
        'spec.volumes[0].secret.items[0].key: Required value',
        'spec.volumes[0].secret.items[0].path: Invalid value: "/abs": must be a relative path',
      ],
    ],
    [
      volume({ downwardAPI: { items: [{ path: '', fieldRef: { fieldPath: 'spec.nodeName' } }, { path: 'a' }] } }),
      [
        'spec.volumes[0].downwardAPI.path: Required value',
        'spec.volumes[0].downwardAPI.fieldRef.fieldPath: Unsupported value: "spec.nodeName": supported values: "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"',
        'spec.volumes[0].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required',
      ],
    ],
    [
      volume({
        projected: {
          sources: [
            { secret: { name: 'a', items: [{ key: 'a', path: 'p' }] }, configMap: { name: 'b' } },
            { configMap: { name: 'b', items: [{ key: 'a', path: 'p' }] } },
            { serviceAccountToken: { path: '', expirationSeconds: 5 } },
          ],
        },
      }),
      [
        'spec.volumes[0].projected.sources[0]: Forbidden: may not specify more than 1 volume type per source',
        'spec.volumes[0].projected: Invalid value: "b": conflicting duplicate paths',
        'spec.volumes[0].projected.sources[2].serviceAccountToken.expirationSeconds: Invalid value: 5: may not specify a duration less than 10 minutes',
        'spec.volumes[0].projected.path: Required value',
      ],
    ],
    [
      volume({ gcePersistentDisk: { pdName: '', partition: 300 } }),
      [
        'spec.volumes[0].persistentDisk.pdName: Required value',
        'spec.volumes[0].persistentDisk.partition: Invalid value: 300: must be between 1 and 255, inclusive',
      ],
    ],
    [
      volume({ iscsi: { targetPortal: 'p', iqn: 'iqn.x', lun: 300, chapAuthSession: true, initiatorName: 'y' } }),
      [
        'spec.volumes[0].iscsi.iqn: Invalid value: "iqn.x": must be valid format',
        'spec.volumes[0].iscsi.lun: Invalid value: 300: must be between 0 and 255, inclusive',
        'spec.volumes[0].iscsi.secretRef: Required value',
        'spec.volumes[0].iscsi.initiatorname: Invalid value: "y": must be valid format starting with iqn, eui, or naa',
      ],
    ],
    [
      volume({ quobyte: { registry: 'a:1,b', volume: 'v' } }),
      [
        'spec.volumes[0].quobyte.registry: Invalid value: "a:1,b": must be a host:port pair or multiple pairs separated by commas',
      ],
    ],
    [
      volume({ emptyDir: {}, secret: { items: [{ key: '' }] } }),
      ['spec.volumes[0].secret: Forbidden: may not specify more than 1 volume type'],
    ],
    [
      volume({ flocker: {} }),
      ['spec.volumes[0].flocker: Required value: one of datasetName and datasetUUID is required'],
    ],
    [
      volume({ azureDisk: { diskName: 'd', diskURI: 'x', kind: 'Managed' } }),
      [
        'spec.volumes[0].azureDisk.diskURI: Unsupported value: "x": supported values: "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"',
      ],
    ],
    [
      volume({ flexVolume: { driver: 'd', options: { 'a.k8s.io/b': '', 'k8s.io.x/b': '' } } }),
      [
        'spec.volumes[0].flexVolume.options[a.k8s.io/b]: Invalid value: "a.k8s.io/b": kubernetes.io and k8s.io namespaces are reserved',
      ],
    ],
    [volume({ storageos: {} }), ['spec.volumes[0].storageos.volumeName: Required value']],
    [
      volume({ nfs: { server: '', path: 'a' } }),
      [
        'spec.volumes[0].nfs.server: Required value',
        'spec.volumes[0].nfs.path: Invalid value: "a": must be an absolute path',
      ],
    ],
    [
      volume({ ephemeral: { volumeClaimTemplate: { spec: {} } } }),
      [
        'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes: Required value: at least 1 access mode is required',
        'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources[storage]: Required value',
      ],
    ],
    [
      container({ volumeMounts: [{ name: 'v', mountPath: '/x' }] }, { volumes: [{ name: 'v', secret: {} }] }),
      ['spec.volumes[0].secret.secretName: Required value', 'spec.containers[0].volumeMounts[0].name: Not found: "v"'],
    ],
  ])('%j', (parts, errors) => {
    expect(complaints(Pod, parts)).toEqual(errors);
  });
});
