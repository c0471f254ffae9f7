import type { ContainerSpec, Pod } from '../pod.ts';

/** Why the pod cannot have the volume of a claim in the way its containers name it; `undefined` if it can. */
export function modeProblem({ spec }: Pod, name: string, mode: 'Block' | 'Filesystem'): string | undefined {
  const containers: readonly Pick<ContainerSpec, 'volumeMounts' | 'volumeDevices'>[] = [
    ...(spec.initContainers ?? []),
    ...spec.containers,
    ...(spec.ephemeralContainers ?? []),
  ];
  const wrong = mode === 'Block' ? 'volumeMounts' : 'volumeDevices';
  const isWrong = containers.some(container => container[wrong]?.some(used => used.name === name) === true);
  return isWrong ? `volume ${name} has volumeMode ${mode}, but is specified in ${wrong}` : undefined;
}
