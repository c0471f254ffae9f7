import { messageOf } from '../../src/base/message-of.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import { PLAIN, type AtRest } from '../../src/store/at-rest.ts';
import type { EncryptionConfiguration, ProviderConfiguration } from './encryption-configuration.ts';
import type { Random } from './cipher.ts';
import { groupResourceText, parseGroupResource, resourceOfKey } from './resource-of-key.ts';
import { ValueTransformer, type Opened } from './value-transformer.ts';

/** Objects that are told of one by one. */
const TOLD_KEYS = 20;

/** Seals values as a configuration says; what it opens it knows again. */
export class EncryptionAtRest implements AtRest {
  readonly #random: Random;
  readonly #log: Logger;
  /** What cannot be read is asked for again and again. */
  readonly #told = new Set<string>();
  #transformers: ReadonlyMap<string, ValueTransformer>;
  /** What was read or written, with whether it lies as it would be written by the transformer there was. */
  readonly #known = new WeakMap<Buffer, { readonly by: ValueTransformer | undefined; readonly isStale: boolean }>();

  constructor(configuration: EncryptionConfiguration, random: Random, log: Logger) {
    this.#random = random;
    this.#log = log;
    this.#transformers = transformersOf(configuration, random);
  }

  /** What is written from now on is sealed so; what was written is read by this one alone. */
  replace(configuration: EncryptionConfiguration): void {
    this.#told.clear();
    this.#transformers = transformersOf(configuration, this.#random);
  }

  seal(key: string, value: Buffer): Buffer {
    const by = this.#transformerOf(key);
    if (by === undefined) return value;
    this.#known.set(value, { by, isStale: false });
    return by.seal(key, value);
  }

  open(key: string, written: Buffer, finish: (value: Buffer) => Buffer = value => value): Buffer {
    const by = this.#transformerOf(key);
    if (by === undefined) return PLAIN.open(key, written, finish);
    const { value, isStale } = this.#opened(by, key, written);
    const finished = finish(value);
    this.#known.set(finished, { by, isStale });
    return finished;
  }

  /** Whether a value that a store holds is to be written anew, though it is the same. */
  isStale(key: string, value: Buffer): boolean {
    const by = this.#transformerOf(key);
    const known = this.#known.get(value);
    if (known === undefined) return by?.seals === true;
    return known.isStale || known.by !== by;
  }

  #opened(by: ValueTransformer, key: string, written: Buffer): Opened {
    try {
      return by.open(key, written);
    } catch (error) {
      if (!this.#told.has(key) && this.#told.size < TOLD_KEYS) {
        this.#told.add(key);
        this.#log.error('an object cannot be decrypted', { key, error: messageOf(error) });
      }
      throw error;
    }
  }

  #transformerOf(key: string): ValueTransformer | undefined {
    const found = resourceOfKey(key);
    if (found === undefined) return undefined;
    const transformers = this.#transformers;
    return (
      transformers.get(groupResourceText(found)) ??
      transformers.get(groupResourceText({ ...found, resource: '*' })) ??
      transformers.get('*.*')
    );
  }
}

/** Several lists may name one resource: what is read is tried by all of them, and written by the first. */
function transformersOf(
  { resources: lists }: EncryptionConfiguration,
  random: Random,
): ReadonlyMap<string, ValueTransformer> {
  const providersOf = new Map<string, readonly ProviderConfiguration[]>();
  for (const { resources, providers } of lists) {
    for (const text of resources) {
      const name = groupResourceText(parseGroupResource(text));
      providersOf.set(name, [...(providersOf.get(name) ?? []), ...providers]);
    }
  }
  return new Map([...providersOf].map(([name, providers]) => [name, new ValueTransformer(providers, random)]));
}
