import { join, resolve } from 'node:path';
import type { World } from '../../src/base/world.ts';
import { silentLogger } from '../../src/kernel/silent-logger.ts';
import type { Image } from './contract.ts';
import { ImageService } from './image-service.ts';
import { ImageStore } from './image-store.ts';
import { loadRegistries } from './registries.ts';
import { parseReference } from './reference.ts';
import { RegistryTransport } from './registry-transport.ts';

/** What `tiphys image` works on; output goes to `write`. */
export interface ImageCommandPlace {
  readonly world: World;
  readonly dataDir: string;
  readonly registriesFile: string;
  readonly signal: AbortSignal;
  write(text: string): void;
}

export async function importImages(place: ImageCommandPlace, files: readonly string[]): Promise<void> {
  await withService(place, async ({ service }) => {
    for (const file of files) {
      const beganMs = place.world.clock.monotonicMs();
      const images = await service.importArchive(resolve(file));
      for (const image of images) place.write(`${line(place, 'imported', image, beganMs)}\n`);
    }
  });
}

export async function pullImages(
  place: ImageCommandPlace,
  references: readonly string[],
  login: { readonly username: string; readonly password: string } | undefined,
): Promise<void> {
  await withService(place, async ({ service }) => {
    for (const reference of references) {
      const beganMs = place.world.clock.monotonicMs();
      const registry = parseReference(reference).domain;
      const credentials = login === undefined ? [] : [{ registry, ...login }];
      const image = await service.pull(reference, { credentials, signal: place.signal });
      place.write(`${line(place, 'pulled', image, beganMs)}\n`);
    }
  });
}

/** As `crictl images` shows them. */
export async function listImages(place: ImageCommandPlace): Promise<void> {
  await withService(place, async ({ service }) => {
    const rows = service.list().flatMap(image => {
      const names = image.tags.length > 0 ? image.tags : [`${image.digests[0]?.split('@')[0] ?? '<none>'}:<none>`];
      return names.map(name => {
        const colon = name.lastIndexOf(':');
        return [name.slice(0, colon), name.slice(colon + 1), image.id.slice(7, 20), humanSize(image.sizeBytes)];
      });
    });
    place.write(table([['IMAGE', 'TAG', 'IMAGE ID', 'SIZE'], ...rows.sort((a, b) => (a.join() < b.join() ? -1 : 1))]));
  });
}

/** Forgets names. The files are freed by the server, which alone knows what containers still run from. */
export async function removeImages(place: ImageCommandPlace, references: readonly string[]): Promise<void> {
  await withService(place, async ({ service }) => {
    for (const reference of references) {
      await service.remove(reference);
      place.write(`removed ${reference}\n`);
    }
  });
}

async function withService(
  place: ImageCommandPlace,
  work: (opened: { readonly service: ImageService }) => Promise<void>,
): Promise<void> {
  const { world, dataDir, registriesFile, signal } = place;
  const store = new ImageStore(world, join(dataDir, 'agent', 'images-store'));
  await store.open();
  const transport = new RegistryTransport(world);
  // The world's timers keep no process alive, and between two tries of a pull there is nothing else.
  const alive = new MessageChannel().port1;
  alive.ref();
  try {
    const registries = await loadRegistries(world.files, registriesFile);
    const options = { world, log: silentLogger, store, transport, registries, preloadFolders: [], signal };
    await work({ service: new ImageService(options) });
  } finally {
    await transport.close();
    alive.close();
  }
}

function line(place: ImageCommandPlace, verb: string, image: Image, beganMs: number): string {
  const seconds = ((place.world.clock.monotonicMs() - beganMs) / 1000).toFixed(2);
  return `${verb} ${image.tags.join(', ') || image.digests.join(', ')}  ${humanSize(image.sizeBytes)} in ${seconds} s`;
}

/** Decimal units with three digits, as crictl prints them. */
export function humanSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${Number((bytes / 1000 ** power).toPrecision(3))}${units[power] ?? 'B'}`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => (row[column] ?? '').length)));
  return rows
    .map(
      row =>
        `${row
          .map((cell, i) => cell.padEnd((widths[i] ?? 0) + 2))
          .join('')
          .trimEnd()}\n`,
    )
    .join('');
}
