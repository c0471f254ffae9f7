import { duplicate, invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import { portNameProblems, portProblems } from '../../../../src/base/port-problems.ts';
import type { ContainerPort } from './container-port.ts';

export function validatePorts(ports: readonly ContainerPort[], field: string): readonly FieldError[] {
  const names = new Set<string>();
  return ports.flatMap(({ name = '', containerPort, hostPort }, index) => {
    const path = `${field}[${index}]`;
    const errors: FieldError[] = [];
    if (name !== '') {
      const problems = portNameProblems(name);
      errors.push(...problems.map(problem => invalid(`${path}.name`, name, problem)));
      if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
      if (problems.length === 0) names.add(name);
    }
    if (containerPort === 0) errors.push(required(`${path}.containerPort`));
    else {
      errors.push(
        ...portProblems(containerPort).map(problem => invalid(`${path}.containerPort`, containerPort, problem)),
      );
    }
    if (hostPort !== undefined) {
      errors.push(...portProblems(hostPort).map(problem => invalid(`${path}.hostPort`, hostPort, problem)));
    }
    return errors;
  });
}

interface Serving {
  readonly ports?: readonly ContainerPort[];
}

/** Two containers cannot have one port of the host. */
export function portConflicts(containers: readonly Serving[], field: string): readonly FieldError[] {
  const taken = new Set<string>();
  return containers.flatMap(({ ports = [] }, index) =>
    ports.flatMap(({ hostPort, protocol, hostIP = '' }, port) => {
      if (hostPort === undefined) return [];
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(key)) return [duplicate(`${field}[${index}].ports[${port}].hostPort`, key)];
      taken.add(key);
      return [];
    }),
  );
}
