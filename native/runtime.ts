import type { FileStep } from '../src/base/file-steps.ts';

/** The runtime room of the addon as TypeScript sees it; native/addon/runtime.cc is its mirror. */
export interface RuntimeNative {
  /** A descriptor of memory nobody can change any more; the caller closes it. */
  sealedMemfd(name: string, bytes: Buffer, executable: boolean): number;
  closeFd(fd: number): void;
  /** Execs `program` in new namespaces on a worker thread. The caller owns both descriptors. */
  spawnShim(options: SpawnShimOptions): Promise<SpawnedShim>;
  /** Throws ECONNREFUSED or ENOENT where no shim listens. The caller owns the socket. */
  connectShim(path: string): { readonly socket: number; readonly pid: number };
  openPidfd(pid: number): number;
  /** Throws ESRCH once the process is gone. Signal 0 only asks. */
  signalPidfd(pidfd: number, signal: number): void;
  /** Takes over the socket. `onEnd` comes once, unless `close` came first. */
  openChannel(socket: number, onMessage: (bytes: Buffer, fds: readonly number[]) => void, onEnd: () => void): Channel;
  /** Takes over the pidfd; calls `onExit` once, with the process reaped if it was this process's child. */
  watchPidfd(pidfd: number, onExit: () => void): { close(): void };
  /** Parents included. Idempotent. */
  makeCgroups(paths: readonly string[]): Promise<void>;
  killCgroups(paths: readonly string[]): Promise<void>;
  /** With what is below, and kills what runs in them. Rejects with EBUSY while that is not yet gone. Idempotent. */
  removeCgroups(paths: readonly string[]): Promise<void>;
  /** An eBPF program that decides on the use of devices; throws where this kernel or process may not have one. */
  loadDeviceFilter(program: Buffer): number;
  /** For as long as the cgroup v2 directory exists, which is made where it does not. */
  attachDeviceFilter(filter: number, cgroup: string): Promise<void>;
  /** Throws ENODEV where the kernel has no file system of this type. */
  requireFileSystem(type: string): void;
}

export interface SpawnShimOptions {
  /** Made before, as `makeFiles` does. */
  readonly files: readonly FileStep[];
  /** An executable memfd. */
  readonly program: number;
  readonly args: readonly string[];
  /** CLONE_NEW* flags of clone(2). */
  readonly namespaces: number;
  /** The cgroup v2 directory to be born in. */
  readonly cgroup: string | null;
}

export interface SpawnedShim {
  readonly pid: number;
  readonly pidfd: number;
  readonly socket: number;
}

export interface Channel {
  /** Never blocks; throws EAGAIN when the other side does not read, EPIPE when it is gone. */
  send(bytes: Buffer, fd: number | null): void;
  close(): void;
}
