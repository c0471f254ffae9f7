import type { ContainerPort } from './container-port.ts';
import type { Container } from './container.ts';
import type { EphemeralContainer } from './ephemeral-container.ts';
import type { EnvVar } from './env.ts';
import { fractions } from './fractions.ts';

export interface ContainerSeat {
  readonly container: Container | EphemeralContainer;
  readonly path: string;
}

/** What is odd about containers by themselves and among each other. */
export const containerWarnings = (seats: readonly ContainerSeat[]): readonly string[] => [
  ...seats.flatMap(({ container: { resources, env = [] }, path }) => [
    ...fractionsOf('memory', resources, path),
    ...fractionsOf('ephemeral-storage', resources, path),
    ...hiddenVariables(env, `${path}.env`),
  ]),
  ...portWarnings(seats),
  ...portNameWarnings(seats),
];

const fractionsOf = (name: string, resources: Container['resources'] | undefined, path: string): readonly string[] => [
  ...fractions(resources?.limits, [name], `${path}.resources.limits`),
  ...fractions(resources?.requests, [name], `${path}.resources.requests`),
];

/** A variable may build on an earlier one of its name, not silently replace it. */
function hiddenVariables(env: readonly EnvVar[], field: string): readonly string[] {
  const seen = new Set<string>();
  return env.flatMap(({ name, value = '', valueFrom }, index) => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const reference = `$(${name})`;
    const isBuiltOn = valueFrom === undefined && value !== reference && value.includes(reference);
    if (isBuiltOn) return [];
    return [
      `${field}[${index}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`,
    ];
  });
}

interface PortSeat {
  readonly port: ContainerPort;
  readonly path: string;
}

function portWarnings(seats: readonly ContainerSeat[]): readonly string[] {
  const known = new Map<string, PortSeat[]>();
  return seats.flatMap(({ container: { ports = [] }, path }) =>
    ports.flatMap((port, index) => {
      const at = `${path}.ports[${index}]`;
      const key = `${port.containerPort}/${port.protocol}`;
      const others = known.get(key) ?? [];
      const warnings = others.flatMap(other => clash(port, other, at));
      known.set(key, [...others, { port, path: at }]);
      return warnings;
    }),
  );
}

function clash({ hostIP = '', hostPort = 0 }: ContainerPort, { port, path }: PortSeat, at: string): readonly string[] {
  const { hostIP: otherIp = '', hostPort: otherPort = 0 } = port;
  if (hostIP === otherIp && hostPort === otherPort) return [`${at}: duplicate port definition with ${path}`];
  if (hostPort === 0 || otherPort === 0) return [`${at}: overlapping port definition with ${path}`];
  return hostPort === otherPort && (hostIP === '') !== (otherIp === '')
    ? [`${at}: dangerously ambiguous port definition with ${path}`]
    : [];
}

function portNameWarnings(seats: readonly ContainerSeat[]): readonly string[] {
  const known = new Map<string, string>();
  return seats.flatMap(({ container: { ports = [] }, path }) =>
    ports.flatMap(({ name = '' }, index) => {
      if (name === '') return [];
      const at = `${path}.ports[${index}]`;
      const other = known.get(name);
      if (other === undefined) {
        known.set(name, at);
        return [];
      }
      const text = `duplicate port name ${JSON.stringify(name)} with ${other}`;
      return [`${at}: ${text}, services and probes that select ports by name will use ${other}`];
    }),
  );
}
