import { ByteWriter } from './byte-writer.ts';
import type { CgroupEntry } from './cgroups.ts';
import type { ContainerConfig } from './contract.ts';
import type { Plan } from './plan.ts';
import { PROCESS } from './protocol.ts';

/** Bodies of requests to the shim; native/shim reads them in this order. */
export function encodeStartRequest(
  id: string,
  config: ContainerConfig,
  options: {
    readonly newPid: boolean;
    /** Of its standard streams, as the host knows it. */
    readonly owner: number;
    readonly cgroup: CgroupEntry;
    readonly oomFile: string;
    readonly prepare: Plan;
    readonly child: Plan;
  },
): Buffer {
  const flags =
    (config.tty ? PROCESS.tty : 0) |
    (config.stdin ? PROCESS.stdin : 0) |
    (config.stdinOnce === true ? PROCESS.stdinOnce : 0) |
    (options.newPid ? PROCESS.newPid : 0);
  const prepare = options.prepare.encode();
  return new ByteWriter()
    .raw(Buffer.from(id))
    .u32(flags)
    .u32(options.owner)
    .string(options.cgroup.unified ?? '')
    .string(options.oomFile)
    .string(config.logPath)
    .u32(config.logMaxFiles)
    .u64(BigInt(config.logMaxBytes))
    .u32(prepare.length)
    .raw(prepare)
    .raw(options.child.encode())
    .finish();
}

export function encodeExecRequest(
  id: string,
  options: {
    readonly tty: boolean;
    readonly stdin: boolean;
    readonly owner: number;
    readonly cgroup: CgroupEntry;
    readonly plan: Plan;
  },
): Buffer {
  return new ByteWriter()
    .raw(Buffer.from(id))
    .u32((options.tty ? PROCESS.tty : 0) | (options.stdin ? PROCESS.stdin : 0))
    .u32(options.owner)
    .string(options.cgroup.unified ?? '')
    .raw(options.plan.encode())
    .finish();
}

/** `session` 0 is the container's first process; what follows depends on the request. */
export function encodeProcessRequest(id: string, session: number, ...numbers: readonly number[]): Buffer {
  const writer = new ByteWriter().raw(Buffer.from(id)).u32(session);
  for (const number of numbers) writer.u32(number);
  return writer.finish();
}
