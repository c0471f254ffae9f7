import { forbidden, invalid, notSupported, required, type FieldError } from '../../../../src/api/field-error.ts';
import { validateLabelSelector } from '../../../../src/api/label-selector.ts';
import { cidrProblems } from '../../../../src/base/ip-problems.ts';
import { contains, parseIpRange } from '../../../../src/base/ip-range.ts';
import { portNameProblems, portProblems } from '../../../../src/base/port-problems.ts';
import type { IPBlock, NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec } from './network-policy-spec.ts';

const PROTOCOLS: readonly string[] = ['TCP', 'UDP', 'SCTP'];
const TYPES: readonly string[] = ['Ingress', 'Egress'];

/** Networking validation's ValidateNetworkPolicySpec, in its order. */
export function validateNetworkPolicySpec(spec: NetworkPolicySpec): readonly FieldError[] {
  const { podSelector, ingress = [], egress = [], policyTypes = [] } = spec;
  return [
    ...validateLabelSelector(podSelector, 'spec.podSelector'),
    ...ingress.flatMap(({ ports, from }, index) => [
      ...portsErrors(ports, `spec.ingress[${index}].ports`),
      ...peersErrors(from, `spec.ingress[${index}].from`),
    ]),
    ...egress.flatMap(({ ports, to }, index) => [
      ...portsErrors(ports, `spec.egress[${index}].ports`),
      ...peersErrors(to, `spec.egress[${index}].to`),
    ]),
    ...typesErrors(policyTypes, 'spec.policyTypes'),
  ];
}

function typesErrors(types: readonly string[], field: string): readonly FieldError[] {
  if (types.length > TYPES.length) return [invalid(field, types, 'may not specify more than two policyTypes')];
  return types.flatMap((type, index) =>
    TYPES.includes(type) ? [] : [notSupported(`${field}[${index}]`, type, TYPES)],
  );
}

const portsErrors = (ports: readonly NetworkPolicyPort[] = [], field: string): readonly FieldError[] =>
  ports.flatMap((port, index) => portErrors(port, `${field}[${index}]`));

/** That a last number is too low is told of the first. */
function portErrors({ protocol, port, endPort }: NetworkPolicyPort, field: string): readonly FieldError[] {
  const [at, end] = [`${field}.port`, `${field}.endPort`];
  const errors: FieldError[] = PROTOCOLS.includes(protocol)
    ? []
    : [notSupported(`${field}.protocol`, protocol, PROTOCOLS)];
  if (typeof port === 'number') {
    errors.push(...portProblems(port).map(problem => invalid(at, port, problem)));
    if (endPort === undefined) return errors;
    if (endPort < port) errors.push(invalid(end, port, 'must be greater than or equal to `port`'));
    return [...errors, ...portProblems(endPort).map(problem => invalid(end, endPort, problem))];
  }
  if (endPort !== undefined) {
    const without = port === undefined ? 'not specified' : 'non-numeric';
    errors.push(invalid(end, endPort, `may not be specified when \`port\` is ${without}`));
  }
  return port === undefined
    ? errors
    : [...errors, ...portNameProblems(port).map(problem => invalid(at, port, problem))];
}

const peersErrors = (peers: readonly NetworkPolicyPeer[] = [], field: string): readonly FieldError[] =>
  peers.flatMap((peer, index) => peerErrors(peer, `${field}[${index}]`));

function peerErrors(
  { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer,
  field: string,
): readonly FieldError[] {
  const isSelecting = podSelector !== undefined || namespaceSelector !== undefined;
  return [
    ...validateLabelSelector(podSelector, `${field}.podSelector`),
    ...validateLabelSelector(namespaceSelector, `${field}.namespaceSelector`),
    ...(ipBlock === undefined ? [] : blockErrors(ipBlock, `${field}.ipBlock`)),
    ...(isSelecting || ipBlock !== undefined ? [] : [required(field, 'must specify a peer')]),
    ...(isSelecting && ipBlock !== undefined
      ? [forbidden(field, 'may not specify both ipBlock and another peer')]
      : []),
  ];
}

function blockErrors({ cidr, except = [] }: IPBlock, field: string): readonly FieldError[] {
  if (cidr === '') return [required(`${field}.cidr`)];
  const errors = cidrProblems(cidr).map(problem => invalid(`${field}.cidr`, cidr, problem));
  const whole = parseIpRange(cidr);
  if (whole === undefined) return errors;
  return [
    ...errors,
    ...except.flatMap((text, index) => {
      const at = `${field}.except[${index}]`;
      const part = parseIpRange(text);
      const isPart = part === undefined || (contains(whole, part) && whole.prefix < part.prefix);
      return [
        ...cidrProblems(text).map(problem => invalid(at, text, problem)),
        ...(isPart ? [] : [invalid(at, text, 'must be a strict subset of `cidr`')]),
      ];
    }),
  ];
}
