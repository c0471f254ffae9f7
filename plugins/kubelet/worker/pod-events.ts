import type { EventRecorder } from '../../../src/sdk/events.ts';
import type { ContainerSpec, Pod } from '../pod.ts';

export type Tell = (type: 'Normal' | 'Warning', reason: string, message: string) => void;

/** Events about a pod, or about one of its containers by its place in the spec. */
export class PodEvents {
  readonly #recorder: EventRecorder;
  readonly #pod: () => Pod;

  constructor(recorder: EventRecorder, pod: () => Pod) {
    this.#recorder = recorder;
    this.#pod = pod;
  }

  readonly pod: Tell = (type, reason, message) => this.#recorder.event(this.#reference(), type, reason, message);

  readonly container = ({ name }: ContainerSpec, type: 'Normal' | 'Warning', reason: string, message: string): void => {
    const { spec } = this.#pod();
    const list = (spec.initContainers ?? []).some(container => container.name === name)
      ? 'initContainers'
      : spec.containers.some(container => container.name === name)
        ? 'containers'
        : 'ephemeralContainers';
    const reference = { ...this.#reference(), fieldPath: `spec.${list}{${name}}` };
    this.#recorder.event(reference, type, reason, message);
  };

  about(container: ContainerSpec): Tell {
    return (type, reason, message) => this.container(container, type, reason, message);
  }

  #reference() {
    const { metadata } = this.#pod();
    const { name, namespace = '', uid, resourceVersion } = metadata;
    return { apiVersion: 'v1', kind: 'Pod', name, namespace, uid, resourceVersion };
  }
}

export const podFullName = ({ metadata }: Pod): string =>
  `${metadata.name}_${metadata.namespace ?? ''}(${metadata.uid})`;
