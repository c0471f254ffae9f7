/** As much of a Service as its variables need. */
export interface ServiceAddress {
  readonly name: string;
  readonly clusterIp: string;
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: string }[];
}

/** Docker-link style variables of services: `FOO_SERVICE_HOST`, `FOO_PORT_80_TCP_ADDR` ... */
export function serviceVariables(services: readonly ServiceAddress[]): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const service of services) {
    const prefix = variableName(service.name);
    const [first] = service.ports;
    if (first === undefined) continue;
    variables.set(`${prefix}_SERVICE_HOST`, service.clusterIp);
    variables.set(`${prefix}_SERVICE_PORT`, String(first.port));
    for (const { name, port } of service.ports) {
      if (name !== '') variables.set(`${prefix}_SERVICE_PORT_${variableName(name)}`, String(port));
    }
    const host = service.clusterIp.includes(':') ? `[${service.clusterIp}]` : service.clusterIp;
    const urlOf = (port: number, protocol: string) => `${protocol.toLowerCase()}://${host}:${port}`;
    variables.set(`${prefix}_PORT`, urlOf(first.port, first.protocol));
    for (const { port, protocol } of service.ports) {
      const portPrefix = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
      variables.set(portPrefix, urlOf(port, protocol));
      variables.set(`${portPrefix}_PROTO`, protocol.toLowerCase());
      variables.set(`${portPrefix}_PORT`, String(port));
      variables.set(`${portPrefix}_ADDR`, service.clusterIp);
    }
  }
  return variables;
}

const variableName = (name: string): string => name.replaceAll('-', '_').toUpperCase();
