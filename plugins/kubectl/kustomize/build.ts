import type { Files } from '../../../src/base/world.ts';
import { dig, listAt, textsAt, type Fields } from '../dig.ts';
import { Failure } from '../failures.ts';
import type { KubeObject } from '../kube-object.ts';
import { fixReferences } from './fix-references.ts';
import { Folder } from './folder.ts';
import { generate } from './generate.ts';
import { hashNames } from './hash-names.ts';
import { currentId, idText, isSameId, newItem, type Item } from './item.ts';
import { readKustomization, type Kustomization } from './kustomization.ts';
import { parseObjects } from './parse-objects.ts';
import { sortItems } from './sort-items.ts';
import { transform } from './transform.ts';

export interface BuildOptions {
  readonly files: Files;
  /** The folder that paths are from. */
  readonly from: string;
  /** Told of what had better be written otherwise. */
  readonly warn: (text: string) => void;
  /** Whether files from outside of a kustomization's folder may be read. */
  readonly isOpen: boolean;
}

const LOCAL = 'config.kubernetes.io/local-config';

/** The objects that the kustomization of a folder comes to, in the order in which they are to be made. */
export async function build(path: string, options: BuildOptions): Promise<readonly KubeObject[]> {
  const folder = await Folder.at(path, options.from, options.files, options.isOpen);
  const kustomization = await readKustomization(folder, options.warn);
  const items = fixReferences(hashNames(await accumulate(folder, kustomization, [], options)));
  const meant = items.filter(({ object }) => {
    const local = textsAt(object, 'metadata', 'annotations')[LOCAL];
    return local === undefined || local === 'false';
  });
  return sortItems(meant, dig(kustomization.fields, 'sortOptions')).map(({ object }) => object);
}

/** What a folder makes of its resources, or a component of what is there already. */
async function accumulate(
  folder: Folder,
  { fields }: Kustomization,
  items: readonly Item[],
  options: BuildOptions,
): Promise<readonly Item[]> {
  let all = await withListed('resources', fields, items, (path, before) => withResource(folder, path, before, options));
  all = await generate(folder, fields, all);
  all = await withListed('components', fields, all, async (path, before) =>
    ofFolder(await folder.at(path), true, before, options),
  );
  return transform(folder, fields, all);
}

/** What each path of a list makes of what those before it came to. */
const withListed = (
  list: 'resources' | 'components',
  fields: Fields,
  items: readonly Item[],
  add: (path: string, before: readonly Item[]) => Promise<readonly Item[]>,
): Promise<readonly Item[]> =>
  wrapped(`accumulating ${list}`, async () => {
    let all = items;
    for (const path of listAt(fields, list).map(String)) all = await add(path, all);
    return all;
  });

/** Objects of a file, or what another folder comes to. */
async function withResource(
  folder: Folder,
  path: string,
  items: readonly Item[],
  options: BuildOptions,
): Promise<readonly Item[]> {
  const ofFile = `accumulating resources from '${path}'`;
  let text: string;
  try {
    text = await folder.text(path);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return wrapped(`accumulation err='${ofFile}: ${error.message}'`, async () => {
      const below = await folder.at(path);
      const made = await ofFolder(below, false, [], options);
      return wrapped(`recursed merging from path '${below.root}'`, async () => appended(items, made));
    });
  }
  return wrapped(ofFile, async () => {
    const objects = await parseObjects(text, path);
    return wrapped(`merging resources from '${path}'`, async () =>
      appended(
        items,
        objects.map(object => newItem(object)),
      ),
    );
  });
}

async function ofFolder(
  folder: Folder,
  asComponent: boolean,
  items: readonly Item[],
  options: BuildOptions,
): Promise<readonly Item[]> {
  const kustomization = await wrapped(`couldn't make target for path '${folder.root}'`, () =>
    readKustomization(folder, options.warn),
  );
  if (asComponent && !kustomization.isComponent) {
    throw new Failure(`expected kind 'Component' for path '${folder.root}' but got 'Kustomization'`);
  }
  if (!asComponent && kustomization.isComponent) {
    throw new Failure(`expected kind != 'Component' for path '${folder.root}'`);
  }
  return wrapped(`recursed accumulation of path '${folder.root}'`, () =>
    accumulate(folder, kustomization, items, options),
  );
}

function appended(items: readonly Item[], more: readonly Item[]): readonly Item[] {
  const all = [...items];
  for (const item of more) {
    const id = currentId(item);
    if (all.some(each => isSameId(currentId(each), id))) {
      throw new Failure(`may not add resource with an already registered id: ${idText(id)}`);
    }
    all.push(item);
  }
  return all;
}

/** Says what was under way when it failed. */
async function wrapped<T>(what: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(`${what}: ${error.message}`);
  }
}
