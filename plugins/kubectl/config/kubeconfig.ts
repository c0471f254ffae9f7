import { dirname, isAbsolute, join } from 'node:path';
import { messageOf } from '../../../src/base/message-of.ts';
import { fieldsAt, listAt, textAt, type Fields } from '../dig.ts';
import { Failure } from '../failures.ts';

export type Section = 'clusters' | 'users' | 'contexts';
export const SECTIONS: readonly Section[] = ['clusters', 'contexts', 'users'];
/** What an entry of each is called within it. */
export const ENTRY: Readonly<Record<Section, string>> = { clusters: 'cluster', users: 'user', contexts: 'context' };

export interface Entry {
  readonly value: Fields;
  /** The file it comes from. */
  readonly file: string;
}

/** One file, or several as one. */
export interface Kubeconfig {
  readonly currentContext: string;
  readonly clusters: ReadonlyMap<string, Entry>;
  readonly users: ReadonlyMap<string, Entry>;
  readonly contexts: ReadonlyMap<string, Entry>;
  readonly preferences: Fields;
}

export const EMPTY_KUBECONFIG: Kubeconfig = {
  currentContext: '',
  clusters: new Map(),
  users: new Map(),
  contexts: new Map(),
  preferences: {},
};

export async function parseKubeconfig(text: string, file: string): Promise<Kubeconfig> {
  let parsed: unknown;
  try {
    parsed = (await import('yaml')).parse(text);
  } catch (error) {
    throw new Failure(`error loading config file "${file}": ${messageOf(error)}`);
  }
  const section = (name: Section): ReadonlyMap<string, Entry> =>
    new Map(
      listAt(parsed, name).map(each => [textAt(each, 'name'), { value: fieldsAt(each, ENTRY[name]), file }] as const),
    );
  return {
    currentContext: textAt(parsed, 'current-context'),
    clusters: section('clusters'),
    users: section('users'),
    contexts: section('contexts'),
    preferences: fieldsAt(parsed, 'preferences'),
  };
}

/** Several files as one: of each entry, the first file that has it is heard. */
export function mergeKubeconfigs(configs: readonly Kubeconfig[]): Kubeconfig {
  const first = (section: Section): ReadonlyMap<string, Entry> =>
    new Map(configs.toReversed().flatMap(config => [...config[section]]));
  return {
    currentContext: configs.find(({ currentContext }) => currentContext !== '')?.currentContext ?? '',
    clusters: first('clusters'),
    users: first('users'),
    contexts: first('contexts'),
    preferences: Object.assign({}, ...configs.toReversed().map(({ preferences }) => preferences)) as Fields,
  };
}

/** As it is written to a file: entries by name. */
export function kubeconfigObject(config: Kubeconfig): Fields {
  const section = (name: Section): unknown => {
    const entries = [...config[name]].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return entries.length === 0 ? null : entries.map(([key, { value }]) => ({ [ENTRY[name]]: value, name: key }));
  };
  return {
    apiVersion: 'v1',
    clusters: section('clusters'),
    contexts: section('contexts'),
    'current-context': config.currentContext,
    kind: 'Config',
    preferences: config.preferences,
    users: section('users'),
  };
}

/** A file that an entry names, from the folder of the file that says so. */
export function fileOf({ value, file }: Entry, field: string): string {
  const path = textAt(value, field);
  return path === '' || isAbsolute(path) ? path : join(dirname(file), path);
}
