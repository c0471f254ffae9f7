import { messageOf } from '../../../src/base/message-of.ts';
import type { World } from '../../../src/base/world.ts';
import { ImageError, type Image, type Images, type RegistryCredential } from '../../images/contract.ts';
import { nextDelay } from '../plan/restart-time.ts';
import type { WaitingReason } from '../plan/container-record.ts';
import { BACK_OFF_INITIAL_MS } from '../limits.ts';
import type { ContainerSpec } from '../pod.ts';

export type ImageEvent = (
  type: 'Normal' | 'Warning',
  reason: 'Pulling' | 'Pulled' | 'Failed' | 'BackOff' | 'ErrImageNeverPull' | 'InspectFailed',
  message: string,
) => void;

export type ImageState =
  | { readonly state: 'ready'; readonly image: Image }
  | { readonly state: 'waiting'; readonly waiting: WaitingReason | undefined; readonly retryInMs: number | undefined };

/** A container, or what stands for a volume that shows an image. */
export type Pulled = Pick<ContainerSpec, 'name' | 'image' | 'imagePullPolicy'>;

export interface ImageGateDeps {
  readonly world: Pick<World, 'clock'>;
  readonly images: Images;
  /** Told when `image` may answer something else. */
  readonly changed: () => void;
}

interface Failure {
  readonly reason: string;
  readonly message: string;
  readonly delayMs: number;
  /** By the monotonic clock. */
  readonly retryAtMs: number;
  /** By the monotonic clock; until then the failure itself is shown, afterwards that it is waited for. */
  readonly shownUntilMs: number;
  readonly announced: boolean;
}

/** How long a failed pull reads ErrImagePull before it reads ImagePullBackOff. */
const SHOWN_MS = 1000;

/** Brings one pod's images, one pull a container at a time, with back-off between failures. */
export class ImageGate implements Disposable {
  readonly #deps: ImageGateDeps;
  readonly #pulling = new Set<string>();
  readonly #failures = new Map<string, Failure>();
  /** Pulled for the attempt that waits for it: `Always` does not mean again and again until it starts. */
  readonly #fresh = new Map<string, Image>();
  readonly #stop = new AbortController();
  #preloaded = false;

  constructor(deps: ImageGateDeps) {
    this.#deps = deps;
    deps.images.preloaded.then(
      () => this.#noteSettled(),
      () => this.#noteSettled(),
    );
  }

  #noteSettled(): void {
    this.#preloaded = true;
    if (!this.#stop.signal.aborted) this.#deps.changed();
  }

  /** The image for one attempt of a container, or what it waits for; starts a pull where one is due. */
  image(container: Pulled, credentials: () => readonly RegistryCredential[], tell: ImageEvent): ImageState {
    const reference = container.image ?? '';
    const name = keyOf(container);
    const fresh = this.#fresh.get(name);
    if (fresh !== undefined) return { state: 'ready', image: fresh };
    const policy = container.imagePullPolicy ?? 'IfNotPresent';
    if (policy !== 'Always' || !this.#preloaded) {
      const present = this.#deps.images.find(reference);
      if (present !== undefined && policy !== 'Always') {
        this.#failures.delete(name);
        this.#fresh.set(name, present);
        tell(
          'Normal',
          'Pulled',
          `Container image ${JSON.stringify(reference)} already present on machine and can be accessed by the pod`,
        );
        return { state: 'ready', image: present };
      }
      if (!this.#preloaded) return pending();
      if (policy === 'Never') return this.#neverPulled(name, reference, tell);
    }
    const failure = this.#failures.get(name);
    if (this.#pulling.has(name)) return failure === undefined ? pending() : waitingFor(failure);
    if (failure?.reason === 'InvalidImageName') return waitingFor(failure);
    if (failure !== undefined && failure.retryAtMs > this.#deps.world.clock.monotonicMs()) {
      return this.#backOff(name, reference, failure, tell);
    }
    this.#pull(name, reference, credentials(), tell);
    return failure === undefined ? pending() : waitingFor(failure);
  }

  /** The attempt has begun; the next one asks anew. */
  used(container: Pulled): void {
    this.#fresh.delete(keyOf(container));
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
  }

  #neverPulled(name: string, reference: string, tell: ImageEvent): ImageState {
    const message = `Container image ${JSON.stringify(reference)} is not present with pull policy of Never`;
    if (!this.#failures.has(name)) {
      tell('Warning', 'ErrImageNeverPull', message);
      tell('Warning', 'Failed', 'Error: ErrImageNeverPull');
    }
    this.#failures.set(name, {
      reason: 'ErrImageNeverPull',
      message,
      delayMs: 0,
      retryAtMs: 0,
      shownUntilMs: 0,
      announced: true,
    });
    return {
      state: 'waiting',
      waiting: { reason: 'ErrImageNeverPull', message },
      retryInMs: BACK_OFF_INITIAL_MS,
    };
  }

  #backOff(name: string, reference: string, failure: Failure, tell: ImageEvent): ImageState {
    const nowMs = this.#deps.world.clock.monotonicMs();
    if (failure.shownUntilMs > nowMs) return { ...waitingFor(failure), retryInMs: failure.shownUntilMs - nowMs };
    const message = `Back-off pulling image ${JSON.stringify(reference)}: ${failure.reason}: ${failure.message}`;
    if (!failure.announced) {
      this.#failures.set(name, { ...failure, announced: true });
      tell('Normal', 'BackOff', `Back-off pulling image ${JSON.stringify(reference)}`);
      tell('Warning', 'Failed', 'Error: ImagePullBackOff');
    }
    return { state: 'waiting', waiting: { reason: 'ImagePullBackOff', message }, retryInMs: failure.retryAtMs - nowMs };
  }

  #pull(name: string, reference: string, credentials: readonly RegistryCredential[], tell: ImageEvent): void {
    this.#pulling.add(name);
    const { clock } = this.#deps.world;
    const askedMs = clock.monotonicMs();
    const pull = async (): Promise<void> => {
      let beganMs = askedMs;
      const began = (): void => {
        beganMs = clock.monotonicMs();
      };
      tell('Normal', 'Pulling', `Pulling image ${JSON.stringify(reference)}`);
      const image = await this.#deps.images.pull(reference, { credentials, signal: this.#stop.signal, began });
      const spent = seconds(clock.monotonicMs() - beganMs);
      const waited = seconds(clock.monotonicMs() - askedMs);
      const text = `Successfully pulled image ${JSON.stringify(reference)} in ${spent} (${waited} including waiting). Image size: ${image.sizeBytes} bytes.`;
      tell('Normal', 'Pulled', text);
      this.#failures.delete(name);
      this.#fresh.set(name, image);
    };
    pull()
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted) this.#failed(name, reference, error, tell);
      })
      .finally(() => {
        this.#pulling.delete(name);
        if (!this.#stop.signal.aborted) this.#deps.changed();
      });
  }

  #failed(name: string, reference: string, error: unknown, tell: ImageEvent): void {
    const reason = error instanceof ImageError ? error.reason : 'ErrImagePull';
    const message = messageOf(error);
    if (reason === 'InvalidImageName') tell('Warning', 'InspectFailed', message);
    else tell('Warning', 'Failed', `Failed to pull image ${JSON.stringify(reference)}: ${message}`);
    tell('Warning', 'Failed', `Error: ${reason}`);
    const delayMs = nextDelay(this.#failures.get(name)?.delayMs ?? 0);
    const nowMs = this.#deps.world.clock.monotonicMs();
    this.#failures.set(name, {
      reason,
      message,
      delayMs,
      retryAtMs: nowMs + delayMs,
      shownUntilMs: nowMs + SHOWN_MS,
      announced: false,
    });
  }
}

/** A container whose image is changed starts anew with it, whatever became of the old one. */
const keyOf = ({ name, image = '' }: Pulled): string => `${name} ${image}`;

const pending = (): ImageState => ({ state: 'waiting', waiting: undefined, retryInMs: undefined });
const waitingFor = ({ reason, message }: Failure) => ({
  state: 'waiting' as const,
  waiting: { reason, message },
  retryInMs: undefined,
});
const seconds = (ms: number): string => (ms < 1000 ? `${Math.round(ms)}ms` : `${(ms / 1000).toFixed(3)}s`);
