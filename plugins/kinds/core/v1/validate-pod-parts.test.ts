import { describe, expect, it } from 'vitest';
import { complaints } from '../../testing/complaints.ts';
import { Pod } from './pod.ts';

const pod = (spec: object) => ({ spec: { containers: [{ name: 'a', image: 'i' }], ...spec } });
const container = (fields: object, spec: object = {}) =>
  pod({ containers: [{ name: 'a', image: 'i', ...fields }], ...spec });
const NAME =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const REQUIRED = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
const expressions = (...matchExpressions: readonly object[]) =>
  pod({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] },
      },
    },
  });

describe('where a new pod wants to be', () => {
  it.each<[object, readonly string[]]>([
    [
      pod({
        tolerations: [
          { key: 'a', operator: 'Exists', value: 'x' },
          { effect: 'Odd', tolerationSeconds: 1 },
          { key: 'a', operator: 'Gt', value: '1' },
        ],
      }),
      [
        'spec.tolerations[0].operator: Invalid value: "x": value must be empty when `operator` is \'Exists\'',
        'spec.tolerations[1].operator: Invalid value: "": operator must be Exists when `key` is empty, which means "match all values and all keys"',
        'spec.tolerations[1].effect: Invalid value: "Odd": effect must be \'NoExecute\' when `tolerationSeconds` is set',
        'spec.tolerations[1].effect: Unsupported value: "Odd": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
        'spec.tolerations[2].operator: Unsupported value: "Gt": supported values: "Equal", "Exists", "Lt", "Gt"',
      ],
    ],
    [
      expressions({ key: 'a', operator: 'Near' }, { key: 'b', operator: 'Exists', values: ['x'] }),
      [
        `${REQUIRED}[0].matchExpressions[0].operator: Invalid value: "Near": not a valid selector operator`,
        `${REQUIRED}[0].matchExpressions[1].values: Forbidden: may not be specified when \`operator\` is 'Exists' or 'DoesNotExist'`,
      ],
    ],
    [
      expressions({ key: '', operator: 'Lt', values: [] }),
      [
        `${REQUIRED}[0].matchExpressions[0].values: Required value: must be specified single value when \`operator\` is 'Lt' or 'Gt'`,
        `${REQUIRED}[0].matchExpressions[0].key: Invalid value: "": name part must be non-empty`,
        `${REQUIRED}[0].matchExpressions[0].key: Invalid value: "": ${NAME}`,
      ],
    ],
    [
      pod({ topologySpreadConstraints: [{ maxSkew: 0, topologyKey: '', whenUnsatisfiable: 'Maybe' }] }),
      [
        'spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero',
        'spec.topologySpreadConstraints[0].topologyKey: Required value: can not be empty',
        'spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "Maybe": supported values: "DoNotSchedule", "ScheduleAnyway"',
      ],
    ],
    [
      pod({
        topologySpreadConstraints: [
          { maxSkew: 1, topologyKey: 'a', whenUnsatisfiable: 'ScheduleAnyway', minDomains: 1 },
          { maxSkew: 1, topologyKey: 'a', whenUnsatisfiable: 'ScheduleAnyway', matchLabelKeys: ['b'] },
        ],
      }),
      [
        'spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{a, ScheduleAnyway}"',
        'spec.topologySpreadConstraints[0].minDomains: Invalid value: 1: can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway',
        'spec.topologySpreadConstraints[1].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set',
      ],
    ],
    [
      pod({ nodeName: 'n', schedulingGates: [{ name: 'a' }] }),
      ['spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared'],
    ],
    [
      pod({ schedulingGates: [{ name: 'a' }, { name: 'a' }], readinessGates: [{ conditionType: 'a b' }] }),
      [
        `spec.readinessGates[0].conditionType: Invalid value: "a b": ${NAME}`,
        'spec.schedulingGates[1]: Duplicate value: "a"',
      ],
    ],
  ])('%j', (parts, errors) => {
    expect(complaints(Pod, parts)).toEqual(errors);
  });
});

describe('what annotations of a new pod say', () => {
  const noted = (annotations: object, spec: object = {}) => ({ ...pod(spec), metadata: { annotations } });
  const COST = 'controller.kubernetes.io/pod-deletion-cost';
  const MIRROR = 'kubernetes.io/config.mirror';
  it.each<[object, readonly string[]]>([
    [noted({ [COST]: '-2147483648' }), []],
    ...['x', '+1', '01', '2147483648'].map((cost): [object, readonly string[]] => [
      noted({ [COST]: cost }),
      [`metadata.annotations[${COST}]: Invalid value: "${cost}": must be a 32bit integer`],
    ]),
    [noted({ [MIRROR]: 'x' }, { nodeName: 'n' }), []],
    [
      noted({ [MIRROR]: 'x' }),
      [`metadata.annotations[${MIRROR}]: Invalid value: "x": must set spec.nodeName if mirror pod annotation is set`],
    ],
  ])('%j', (parts, errors) => {
    expect(complaints(Pod, parts)).toEqual(errors);
  });
});

describe('what a new pod takes from its host', () => {
  it.each<[object, readonly string[]]>([
    [
      pod({ hostUsers: false, hostPID: true, hostnameOverride: 'x', setHostnameAsFQDN: true }),
      [
        'spec.HostPID: Forbidden: when `hostUsers` is false',
        'spec.hostnameOverride: Forbidden: may not be specified when setHostnameAsFQDN is true',
      ],
    ],
    [
      pod({ hostPID: true, shareProcessNamespace: true }),
      [
        'spec.securityContext.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot both be enabled',
      ],
    ],
    [
      pod({ securityContext: { runAsUser: -1, fsGroup: -2, supplementalGroups: [-3] } }),
      [
        'spec.securityContext.fsGroup: Invalid value: -2: must be between 0 and 2147483647, inclusive',
        'spec.securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive',
        'spec.securityContext.supplementalGroups[0]: Invalid value: -3: must be between 0 and 2147483647, inclusive',
      ],
    ],
    [
      pod({ securityContext: { seccompProfile: { type: 'Localhost' }, appArmorProfile: { type: '' } } }),
      [
        'spec.securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost',
        'spec.securityContext.appArmorProfile.type: Required value: type is required when appArmorProfile is set',
      ],
    ],
    [
      pod({ securityContext: { seccompProfile: { type: 'Unconfined', localhostProfile: 'x' } } }),
      [
        'spec.securityContext.seccompProfile.localhostProfile: Invalid value: {"Type":"Unconfined","LocalhostProfile":"x"}: can only be set when seccomp type is Localhost',
      ],
    ],
    [
      pod({ hostNetwork: true, securityContext: { sysctls: [{ name: 'A' }, { name: 'net.a' }, { name: 'net.a' }] } }),
      [
        'spec.securityContext.sysctls[0].name: Invalid value: "A": must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$',
        'spec.securityContext.sysctls[1].name: Invalid value: "net.a": may not be specified when \'hostNetwork\' is true',
        'spec.securityContext.sysctls[2].name: Duplicate value: "net.a"',
        'spec.securityContext.sysctls[2].name: Invalid value: "net.a": may not be specified when \'hostNetwork\' is true',
      ],
    ],
    [
      pod({ os: { name: 'windows' }, hostPID: true, securityContext: { runAsUser: 1 } }),
      [
        'spec.hostPID: Forbidden: cannot be set for a windows pod',
        'spec.securityContext.runAsUser: Forbidden: cannot be set for a windows pod',
      ],
    ],
    [
      container(
        { securityContext: { windowsOptions: { hostProcess: false } } },
        {
          securityContext: { windowsOptions: { hostProcess: true, runAsUserName: 'a\\b\\c', gmsaCredentialSpec: '' } },
        },
      ),
      [
        'spec.securityContext.windowsOptions.gmsaCredentialSpec: Invalid value: "": gmsaCredentialSpec cannot be an empty string',
        'spec.securityContext.windowsOptions.runAsUserName: Invalid value: "a\\\\b\\\\c": runAsUserName cannot contain more than one backslash',
        'spec.containers[0].securityContext.windowsOptions.hostProcess: Invalid value: false: pod hostProcess value must be identical if both are specified, was true',
      ],
    ],
    [
      pod({ securityContext: { windowsOptions: { hostProcess: true, runAsUserName: 'a:\\b@' } } }),
      [
        'spec.securityContext.windowsOptions.runAsUserName: Invalid value: "a:\\\\b@": runAsUserName\'s Domain doesn\'t match the NetBios nor the DNS format',
        'spec.securityContext.windowsOptions.runAsUserName: Invalid value: "a:\\\\b@": runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]',
        'spec.hostNetwork: Invalid value: false: hostNetwork must be true if pod contains any hostProcess containers',
      ],
    ],
    [
      container({ securityContext: { windowsOptions: {} } }, { os: { name: 'linux' } }),
      ['spec.containers[0].securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod'],
    ],
    [
      pod({ dnsConfig: { searches: ['.', 'a_b.', 'a b'], options: [{ value: '1' }] } }),
      [
        "spec.dnsConfig.searches[2]: Invalid value: \"a b\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')",
        'spec.dnsConfig.options[0]: Required value: must not be empty',
      ],
    ],
    [
      container({ resources: { requests: { cpu: '2' } } }, { resources: { limits: { cpu: '1' } } }),
      ['spec.resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1'],
    ],
    [
      pod({ resources: { requests: { disk: '1' } } }),
      ['spec.resources.requests[disk]: Invalid value: "disk": must be a standard resource type or fully qualified'],
    ],
    [
      pod({ resourceClaims: [{ name: 'a' }, { name: 'a', resourceClaimName: 'b' }] }),
      [
        'spec.resourceClaims[0]: Invalid value: {"Name":"a","ResourceClaimName":null,"ResourceClaimTemplateName":null}: must specify one of: `resourceClaimName`, `resourceClaimTemplateName`',
        'spec.resourceClaims[1].name: Duplicate value: "a"',
      ],
    ],
    [
      pod({ ephemeralContainers: [{ name: 'e', image: 'i' }] }),
      ['spec.ephemeralContainers: Forbidden: cannot be set on create'],
    ],
  ])('%j', (parts, errors) => {
    expect(complaints(Pod, parts)).toEqual(errors);
  });
});
