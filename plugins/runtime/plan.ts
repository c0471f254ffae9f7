import type { FileStep } from '../../src/base/file-steps.ts';
import { ByteWriter } from './byte-writer.ts';
import type { ContainerHook, IdRange } from './contract.ts';
import { OP, OP_FLAG, type Op } from './protocol.ts';

/** One step of a plan as a reader of an error message knows it. */
export interface Step {
  readonly op: Op;
  /** The path, program or name it is about; empty where there is none. */
  readonly subject: string;
}

/** From sched.h and linux/mount.h. */
export const ATTRIBUTE = { readOnly: 0x1, noSuid: 0x2, noDev: 0x4, noExec: 0x8, strictAtime: 0x20 } as const;
export const PROPAGATION = { private: 1 << 18, rslave: 1 << 19, rshared: 1 << 20 } as const;
export const NAMESPACE = {
  mount: 0x0002_0000,
  cgroup: 0x0200_0000,
  uts: 0x0400_0000,
  ipc: 0x0800_0000,
  pid: 0x2000_0000,
  net: 0x4000_0000,
} as const;

const S_IFCHR = 0o020000;
const S_IFBLK = 0o060000;

/** What the shim is to do, in order, as data. native/shim/protocol.h describes each step. */
export class Plan {
  readonly #writer = new ByteWriter();
  readonly #steps: Step[] = [];
  #sources = 0;

  get steps(): readonly Step[] {
    return this.#steps;
  }

  encode(): Buffer {
    return this.#writer.finish();
  }

  /** One that is there stays as it is. */
  mkdir(path: string, mode: number, options: { readonly parents?: true } = {}): this {
    const flags = options.parents === true ? OP_FLAG.parents : 0;
    return this.#add(OP.mkdir, flags, path, body => body.u32(mode).string(path));
  }

  /** Made, or emptied before; never through a link. */
  file(path: string, data: string, mode: number): this {
    return this.#add(OP.file, 0, path, body => body.u32(mode).string(path).string(data));
  }

  /** Folders and files as `native.makeFiles` makes them. */
  make(steps: readonly FileStep[]): this {
    for (const { kind, path, data, mode } of steps) {
      if (kind === 'directory') this.mkdir(path, mode, { parents: true });
      else this.file(path, String(data), mode);
    }
    return this;
  }

  rename(path: string, newPath: string): this {
    return this.#add(OP.rename, 0, path, body => body.string(path).string(newPath));
  }

  write(path: string, data: string, options: { readonly optional?: true } = {}): this {
    const flags = options.optional === true ? OP_FLAG.optional : 0;
    return this.#add(OP.write, flags, path, body => body.string(path).string(data));
  }

  hostname(name: string): this {
    return this.#add(OP.hostname, 0, name, body => body.string(name));
  }

  /** What the shim's command line says after its name. */
  label(text: string): this {
    return this.#add(OP.label, 0, text, body => body.string(text));
  }

  loopbackUp(): this {
    return this.#add(OP.loopbackUp, 0, 'lo', body => body);
  }

  podShm(size: string, fallback: string): this {
    return this.#add(OP.podShm, 0, '/dev/shm', body => body.string(size).string(fallback));
  }

  /** What `enter` joins are the namespaces of that container, which has to be running. */
  target(containerId: string): this {
    return this.#add(OP.target, 0, containerId, body => body.raw(Buffer.from(containerId)));
  }

  /** A PID namespace that containers may enter, with a first process that collects what they leave. */
  podPids(): this {
    return this.#add(OP.podPids, 0, '', body => body);
  }

  /** The pod's user namespace, and in it those that the shim goes into. */
  podUsers({ first, count }: IdRange, namespaces: number): this {
    return this.#add(OP.podUsers, 0, 'user namespace', body => body.u32(first).u32(count).u32(namespaces));
  }

  /** As `write` does, but it is the pod's root who writes. */
  podWrite(path: string, data: string): this {
    return this.#add(OP.podWrite, 0, path, body => body.string(path).string(data));
  }

  /** Whose the files are that are made from here on, as the host knows them. */
  owner(uid: number, gid: number): this {
    return this.#add(OP.owner, 0, `${uid}:${gid}`, body => body.u32(uid).u32(gid));
  }

  /** Into the pod's user namespace, as its root, and into new namespaces of its; ids are the pod's from here on. */
  users(namespaces: number): this {
    return this.#add(OP.users, 0, '', body => body.u32(namespaces));
  }

  newCgroupNamespace(): this {
    return this.#add(OP.newCgroupNamespace, 0, '', body => body);
  }

  /** Takes a copy of what is mounted at `path` on the host; the number names it in `bind`. */
  source(path: string, subPath: string, propagation: keyof typeof PROPAGATION): number {
    const slot = this.#sources++;
    this.#add(OP.source, OP_FLAG.recursive, path, body =>
      body.u32(slot).u32(PROPAGATION[propagation]).string(path).string(subPath),
    );
    return slot;
  }

  /** The same of layers of an image put together, uppermost first; `mountPoint` is free again afterwards. */
  layers(layers: readonly string[], subPath: string, mountPoint: string): number {
    const slot = this.#sources++;
    this.#add(OP.layers, 0, subPath === '' ? (layers[0] ?? '') : subPath, body => {
      body.u32(slot).string(mountPoint).string(subPath).u32(layers.length);
      for (const layer of layers) body.string(layer);
      return body;
    });
    return slot;
  }

  /** Its owners are shown as the pod's users, 0 as the pod's 0; a device that lies in it does not open. */
  mapped(slot: number, subject: string): this {
    return this.#add(OP.mapped, 0, subject, body => body.u32(slot));
  }

  private(): this {
    return this.#add(OP.private, 0, '/', body => body);
  }

  overlay(options: {
    readonly target: string;
    readonly upper: string;
    readonly work: string;
    readonly lowers: readonly string[];
  }): this {
    return this.#add(OP.overlay, 0, options.target, body => {
      body.string(options.target).string(options.upper).string(options.work).u32(options.lowers.length);
      for (const lower of options.lowers) body.string(lower);
      return body;
    });
  }

  /** A new file system of `type`, at a path no part of which may be a symbolic link. */
  mount(type: string, target: string, attributes: number, options: readonly (readonly [string, string])[]): this {
    return this.#add(OP.mount, OP_FLAG.noLinks, target, body => {
      body.u32(attributes).string(type).string(target).u32(options.length);
      for (const [key, value] of options) body.string(key).string(value);
      return body;
    });
  }

  device(node: DeviceNode): this {
    const type = node.type === 'c' ? S_IFCHR : S_IFBLK;
    return this.#add(OP.node, 0, node.path, body =>
      body
        .u32(type | node.mode)
        .u32(node.major)
        .u32(node.minor)
        .string(node.path),
    );
  }

  symlink(text: string, path: string): this {
    return this.#add(OP.symlink, 0, path, body => body.string(text).string(path));
  }

  shm(target: string): this {
    return this.#add(OP.shm, 0, target, body => body.string(target));
  }

  bind(slot: number, target: string, attributes: number): this {
    return this.#add(OP.bind, 0, target, body => body.u32(slot).u32(attributes).string(target));
  }

  mask(path: string): this {
    return this.#add(OP.mask, 0, path, body => body.string(path));
  }

  readonly(path: string): this {
    return this.#add(OP.readonly, 0, path, body => body.string(path));
  }

  terminal(console: boolean): this {
    return this.#add(OP.terminal, 0, '/dev/pts/ptmx', body =>
      body
        .u32(0)
        .u32(0)
        .u32(console ? 1 : 0),
    );
  }

  pivot(attributes: number): this {
    return this.#add(OP.pivot, 0, '/', body => body.u32(attributes));
  }

  enter(namespaces: number): this {
    return this.#add(OP.enter, 0, '', body => body.u32(namespaces));
  }

  /** A child in the PID namespace that was entered does the rest; everything else open but 0, 1 and 2 is closed. */
  successor(): this {
    return this.#add(OP.successor, 0, '', body => body);
  }

  /** Before `pivot` makes sure that it exists, afterwards goes there. */
  cwd(path: string): this {
    return this.#add(OP.cwd, 0, path, body => body.string(path));
  }

  bound(capabilities: bigint): this {
    return this.#add(OP.bound, 0, '', body => body.u64(capabilities));
  }

  identity(capabilities: bigint, uid: number, gid: number, groups: readonly number[]): this {
    return this.#add(OP.identity, 0, `${uid}:${gid}`, body => {
      body.u64(capabilities).u32(uid).u32(gid).u32(groups.length);
      for (const group of groups) body.u32(group);
      return body;
    });
  }

  noNewPrivileges(): this {
    return this.#add(OP.noNewPrivileges, 0, '', body => body);
  }

  seccomp(filter: Buffer): this {
    return this.#add(OP.seccomp, 0, '', body => body.raw(filter));
  }

  /** A program that has to end well; `runtimePid`: it runs in the namespaces of that process, not in the container's. */
  hook(hook: HookStep, { beforePid, afterPid }: HookState, runtimePid = 0): this {
    const { name, path, args, env, timeoutMs } = hook;
    return this.#add(OP.hook, 0, name, body => {
      body.u32(runtimePid).u32(timeoutMs).u32(args.length).u32(env.length);
      for (const text of [path, beforePid, afterPid, ...args, ...env]) body.string(text);
      return body;
    });
  }

  /** Tries each candidate; `args[0]` is what the program is told it is called. */
  exec(args: readonly string[], env: readonly string[], candidates: readonly string[]): this {
    return this.#add(OP.exec, 0, args[0] ?? '', body => {
      body.u32(args.length).u32(env.length).u32(candidates.length);
      for (const text of [...args, ...env, ...candidates]) body.string(text);
      return body;
    });
  }

  #add(op: Op, flags: number, subject: string, fill: (body: ByteWriter) => ByteWriter): this {
    this.#writer.u32(op | (flags << 16)).sized(fill);
    this.#steps.push({ op, subject });
    return this;
  }
}

interface HookStep extends Pick<ContainerHook, 'path' | 'args' | 'env'> {
  /** For messages. */
  readonly name: string;
  readonly timeoutMs: number;
}

/** What a hook reads, but for the container's process id in its middle. */
interface HookState {
  readonly beforePid: string;
  readonly afterPid: string;
}

export interface DeviceNode {
  readonly path: string;
  readonly type: 'c' | 'b';
  readonly major: number;
  readonly minor: number;
  readonly mode: number;
}
