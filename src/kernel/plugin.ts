import type { World } from '../base/world.ts';
import type { Bus } from '../bus/bus.ts';
import type { Logger } from './logger.ts';
import type { Schema } from '../schema/schema.ts';

declare const TYPE: unique symbol;

/** How plugins meet: a name with a type, declared in a contract file, provided by exactly one plugin. */
export interface ServiceRef<T> {
  readonly id: string;
  readonly [TYPE]?: T;
}
export const serviceRef = <T>(id: string): ServiceRef<T> => Object.freeze({ id });

/** What a plugin adds to a point, known before anything starts. */
export interface Contribution {
  readonly point: string;
  readonly items: readonly unknown[];
}

/** Where plugins add to one another; the owner of the point collects what all others contributed. */
export interface ContributionPoint<T> {
  (...items: readonly T[]): Contribution;
  readonly id: string;
  readonly [TYPE]?: T;
}
export const contributionPoint = <T>(id: string): ContributionPoint<T> =>
  Object.freeze(Object.assign((...items: readonly T[]): Contribution => ({ point: id, items }), { id }));

export type ServiceRefs = Readonly<Record<string, ServiceRef<unknown>>>;
export type ServicesOf<Refs> = { readonly [K in keyof Refs]: Refs[K] extends ServiceRef<infer T> ? T : never };

/** What a starting plugin is given; everything acquired through it is released, in reverse, when it stops. */
export interface PluginContext<Config = unknown, Needs extends ServiceRefs = ServiceRefs> {
  readonly config: Config;
  readonly needs: ServicesOf<Needs>;
  readonly world: World;
  readonly bus: Bus;
  readonly log: Logger;
  /** Aborted when the plugin is to stop, before its `defer`red releases run. */
  readonly signal: AbortSignal;
  /** A live view: static contributions at once, those made by `contribute` as plugins start. */
  collect<T>(this: void, point: ContributionPoint<T>): readonly T[];
  /** Contributes what only exists once this plugin runs; withdrawn when that is disposed, or when it stops. */
  contribute<T>(this: void, point: ContributionPoint<T>, ...items: readonly T[]): Disposable;
  provide<T>(this: void, ref: ServiceRef<T>, implementation: T): void;
  /** Runs after every plugin's `start` has returned, in dependency order: open doors and start loops here. */
  ready(this: void, run: () => void | Promise<void>): void;
  /**
   * Tells what is contributed to a point, at once, and each further batch when it comes. What `added` answers is
   * disposed when that batch is withdrawn or this plugin stops.
   */
  follow<T>(this: void, point: ContributionPoint<T>, added: (items: readonly T[]) => Disposable | undefined): void;
  defer(this: void, release: () => void | Promise<void>): void;
  /** This plugin cannot go on: it is stopped and started again after a while. What nobody catches does the same. */
  fail(this: void, error: unknown): void;
}

export interface Plugin<Config = unknown, Needs extends ServiceRefs = ServiceRefs> {
  readonly name: string;
  /** One line for `tiphys server --verbose` and the docs. */
  readonly description?: string;
  readonly config?: Schema<Config, unknown>;
  readonly needs?: Needs;
  readonly provides?: readonly ServiceRef<unknown>[];
  readonly contributes?: readonly Contribution[];
  /** Nothing may be done without it, not even for a moment: its crash starts the whole process anew. */
  readonly essential?: boolean;
  start?(context: PluginContext<Config, Needs>): void | Promise<void>;
}

type NoServices = Readonly<Record<string, never>>;

/** A plugin as the kernel holds it, its type parameters erased. */
export type AnyPlugin = Plugin<never, ServiceRefs> | Plugin;

export const definePlugin = <Config = unknown, const Needs extends ServiceRefs = NoServices>(
  plugin: Plugin<Config, Needs>,
): Plugin<Config, Needs> => Object.freeze(plugin);
