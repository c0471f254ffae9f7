import type { AnyObject } from '../../src/api/object-meta.ts';
import { qualified } from '../../src/api/status-error.ts';
import type { AdmissionPlugin, AdmissionRequest, AdmittedRequest, Passage } from './contract.ts';
import { withSoundManagers } from './sound-managers.ts';

/** The contributed admission rules in their order. They come and go with their plugins. */
export class AdmissionChain {
  readonly #live: readonly AdmissionPlugin[];

  constructor(live: readonly AdmissionPlugin[]) {
    this.#live = live;
  }

  async mutate(request: AdmittedRequest): Promise<AnyObject> {
    const plugins = this.#concerned(request);
    const passage = new Rounds();
    const first = await mutateBy(plugins, request, passage);
    const object = passage.goesOn() ? await mutateBy(plugins, { ...request, object: first }, passage) : first;
    return withSoundManagers(request, object);
  }

  async validate(request: AdmissionRequest): Promise<void> {
    for (const plugin of this.#concerned(request)) await plugin.validate?.(request);
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

async function mutateBy(
  plugins: readonly AdmissionPlugin[],
  request: AdmittedRequest,
  passage: Passage,
): Promise<AnyObject> {
  let { object } = request;
  for (const plugin of plugins) {
    if (plugin.mutate !== undefined) object = await plugin.mutate({ ...request, object }, passage);
  }
  return object;
}
