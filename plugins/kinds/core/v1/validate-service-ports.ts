import {
  duplicate,
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../../../src/api/field-error.ts';
import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import { portProblems, portRefProblems } from '../../../../src/base/port-problems.ts';
import { qualifiedNameProblems } from '../../../../src/base/qualified-name.ts';
import type { ServicePort, ServiceSpec } from './service-spec.ts';

const PROTOCOLS: readonly string[] = ['SCTP', 'TCP', 'UDP'];

/** Each port by itself; where there are several, each has a name. */
export function validateServicePorts({ ports = [] }: ServiceSpec): readonly FieldError[] {
  const names = new Set<string>();
  return ports.flatMap((port, index) => {
    const field = `spec.ports[${index}]`;
    const { name = '' } = port;
    const errors = validateName(name, ports.length > 1, `${field}.name`);
    if (name !== '' && names.has(name)) errors.push(duplicate(`${field}.name`, name));
    names.add(name);
    return [...errors, ...validatePort(port, field)];
  });
}

function validateName(name: string, isNeeded: boolean, field: string): FieldError[] {
  if (name === '') return isNeeded ? [required(field)] : [];
  return dnsLabelProblems(name).map(problem => invalid(field, name, problem));
}

function validatePort({ port, protocol, targetPort, appProtocol }: ServicePort, field: string): readonly FieldError[] {
  const errors = portProblems(port).map(problem => invalid(`${field}.port`, port, problem));
  if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${field}.protocol`, protocol, PROTOCOLS));
  if (targetPort !== undefined) {
    errors.push(...portRefProblems(targetPort).map(problem => invalid(`${field}.targetPort`, targetPort, problem)));
  }
  if (appProtocol !== undefined) {
    errors.push(...qualifiedNameProblems(appProtocol).map(p => invalid(`${field}.appProtocol`, appProtocol, p)));
  }
  return errors;
}

/** What ports take from one another, and node ports where there can be none. */
export function portClashes({ type, ports = [] }: ServiceSpec): readonly FieldError[] {
  const each = ports.map((port, index) => [port, `spec.ports[${index}]`] as const);
  const withNodePort = each.filter(([{ nodePort }]) => nodePort !== undefined);
  return [
    ...(type === 'ClusterIP' ? withNodePort : []).map(([, field]) =>
      forbidden(`${field}.nodePort`, "may not be used when `type` is 'ClusterIP'"),
    ),
    ...repeated(withNodePort, ({ protocol, nodePort }) => `${protocol}/${nodePort}`).map(([{ nodePort }, field]) =>
      duplicate(`${field}.nodePort`, nodePort),
    ),
    ...repeated(each, ({ protocol, port }) => `${protocol}/${port}`).map(([port, field]) =>
      duplicate(field, asGoPrints(port)),
    ),
  ];
}

type Placed = readonly [ServicePort, string];

const repeated = (ports: readonly Placed[], keyOf: (port: ServicePort) => string): readonly Placed[] => {
  const seen = new Set<string>();
  return ports.filter(([port]) => {
    const key = keyOf(port);
    if (seen.has(key)) return true;
    seen.add(key);
    return false;
  });
};

/** The two fields that clash, in Go's own type of a port. */
const asGoPrints = ({ protocol, port }: ServicePort): object => ({
  Name: '',
  Protocol: protocol,
  AppProtocol: null,
  Port: port,
  TargetPort: 0,
  NodePort: 0,
});
