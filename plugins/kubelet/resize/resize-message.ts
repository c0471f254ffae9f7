import type { ContainerSpec, Pod } from '../pod.ts';

/** What an event says of a resize: what was asked for, in upstream's form. */
export function resizeMessage(what: string, { spec }: Pod, generation: number, error = ''): string {
  const shown = (containers: readonly ContainerSpec[]) =>
    containers.map(({ name, resources: { limits, requests } }) => ({
      name,
      resources: { ...(limits === undefined ? {} : { limits }), ...(requests === undefined ? {} : { requests }) },
    }));
  const { initContainers = [] } = spec;
  const summary = {
    ...(initContainers.length === 0 ? {} : { initContainers: shown(initContainers) }),
    containers: shown(spec.containers),
    generation,
    ...(error === '' ? {} : { error }),
  };
  return `Pod resize ${what}: ${JSON.stringify(summary)}`;
}
