import type { World } from '../../src/base/world.ts';
import type { EtcdConnection } from './connection.ts';

/** Writes what etcd streams of itself to `path`, synced before it has that name. */
export async function saveSnapshot(
  connection: EtcdConnection,
  { files }: Pick<World, 'files'>,
  path: string,
): Promise<void> {
  const part = `${path}.part`;
  const file = await files.open(part, 'w', 0o600);
  try {
    try {
      for await (const bytes of connection.snapshot()) await file.appendFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await files.rm(part, { force: true });
    throw error;
  }
  await files.rename(part, path);
}
