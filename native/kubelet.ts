/** The kubelet's room of the addon as TypeScript sees it; native/addon/kubelet.cc is its mirror. */
export interface KubeletNative {
  /** Mounts a fresh tmpfs on an existing directory. `mode` is that of its root. */
  mountTmpfs(path: string, options: { readonly sizeBytes: number | null; readonly mode: number }): void;
  /** Detaches what is mounted on `path`; throws EINVAL when nothing is. */
  unmount(path: string): void;
  /** Mounts a folder on itself, shared (mount_namespaces(7)); what is mounted in it already is not seen there any more. */
  shareFolder(path: string): void;
  /** A connection to a unix socket of bytes; throws ENOENT or ECONNREFUSED where nobody listens. The caller owns it. */
  connectStream(path: string): number;
  /** Makes missing directories of `path` inside `root`, never outside it, whatever links say. */
  makeDirectoryBeneath(root: string, path: string, mode: number): void;
}
