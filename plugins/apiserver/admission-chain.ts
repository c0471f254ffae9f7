import type { AnyObject } from '../../src/api/object-meta.ts';
import { qualified } from '../../src/api/status-error.ts';
import type { Clock } from '../../src/base/world.ts';
import { AdmissionSeries } from './measures/admission-series.ts';
import type { AdmissionPlugin, AdmissionRequest, AdmittedRequest, Passage } from './contract.ts';
import { withSoundManagers } from './objects/sound-managers.ts';

/** The contributed admission rules in their order. They come and go with their plugins. */
export class AdmissionChain {
  readonly series: AdmissionSeries;
  readonly #live: readonly AdmissionPlugin[];

  constructor(live: readonly AdmissionPlugin[], clock: Pick<Clock, 'monotonicMs'>) {
    this.#live = live;
    this.series = new AdmissionSeries(clock);
  }

  async mutate(request: AdmittedRequest): Promise<AnyObject> {
    const plugins = this.#concerned(request);
    const passage = new Rounds();
    const object = await this.series.time('admit', request.operation, '', async () => {
      const first = await this.#mutateBy(plugins, request, passage);
      return passage.goesOn() ? this.#mutateBy(plugins, { ...request, object: first }, passage) : first;
    });
    return withSoundManagers(request, object);
  }

  validate(request: AdmissionRequest): Promise<void> {
    const { operation } = request;
    return this.series.time('validate', operation, '', async () => {
      for (const plugin of this.#concerned(request)) {
        if (plugin.validate !== undefined)
          await this.series.time('validate', operation, plugin.name, () => plugin.validate?.(request));
      }
    });
  }

  /** Runs `write`, which was let pass, and tells those who want to know how it ended; of a dry run nothing stays. */
  async ending<T extends { readonly revision: number }>(
    request: AdmissionRequest,
    write: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const told = this.#concerned(request).filter(plugin => plugin.ended !== undefined);
    if (told.length === 0) return write();
    let stored: T | undefined;
    try {
      stored = await write();
      return stored;
    } finally {
      for (const plugin of told) plugin.ended?.(request, request.dryRun ? undefined : stored?.revision);
    }
  }

  async #mutateBy(plugins: readonly AdmissionPlugin[], request: AdmittedRequest, passage: Passage): Promise<AnyObject> {
    let { object } = request;
    for (const plugin of plugins) {
      if (plugin.mutate === undefined) continue;
      const shown = { ...request, object };
      object = await this.series.time(
        'admit',
        request.operation,
        plugin.name,
        () => plugin.mutate?.(shown, passage) ?? shown.object,
      );
    }
    return object;
  }

  #concerned({ resource, subresource }: AdmissionRequest): readonly AdmissionPlugin[] {
    const name = subresource === '' ? qualified(resource) : `${qualified(resource)}/${subresource}`;
    return this.#live
      .filter(({ resources }) => resources.includes(name) || resources.includes('*'))
      .toSorted((a, b) => a.order - b.order);
  }
}

/** Two rounds at most. */
class Rounds implements Passage {
  isSecond = false;
  #isWished = false;

  lookAgain(): void {
    this.#isWished = true;
  }

  goesOn(): boolean {
    this.isSecond = this.#isWished;
    return this.isSecond;
  }
}
