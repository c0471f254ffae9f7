/** What a filter sees of a system call: struct seccomp_data of linux/seccomp.h. */
export interface SyscallData {
  readonly number: number;
  readonly arch: number;
  readonly firstArgument: number;
  /** All of them, where more than the first one matters. */
  readonly all?: readonly bigint[];
}

/**
 * Runs a seccomp filter as the kernel would, for the instructions that `compileFilter` uses: the oracle
 * of its tests. Throws where the kernel's checker would refuse the program.
 */
export function runFilter(filter: Buffer, data: SyscallData): number {
  const memory = Buffer.alloc(64);
  memory.writeUInt32LE(data.number >>> 0, 0);
  memory.writeUInt32LE(data.arch >>> 0, 4);
  memory.writeUInt32LE(data.firstArgument >>> 0, 16);
  for (const [index, argument] of (data.all ?? []).entries()) memory.writeBigUInt64LE(argument, 16 + 8 * index);
  let accumulator = 0;
  for (let at = 0; at * 8 < filter.length; at++) {
    const k = filter.readUInt32LE(at * 8 + 4);
    const jump = (taken: boolean): number => filter.readUInt8(at * 8 + (taken ? 2 : 3));
    switch (filter.readUInt16LE(at * 8)) {
      case 0x20:
        accumulator = memory.readUInt32LE(k);
        break;
      case 0x05:
        at += k;
        break;
      case 0x15:
        at += jump(accumulator === k);
        break;
      case 0x25:
        at += jump(accumulator > k);
        break;
      case 0x54:
        accumulator = (accumulator & k) >>> 0;
        break;
      case 0x35:
        at += jump(accumulator >= k);
        break;
      case 0x45:
        at += jump((accumulator & k) !== 0);
        break;
      case 0x06:
        return k;
      default:
        throw new Error(`instruction ${at} is not one of ours`);
    }
  }
  throw new Error('the filter runs past its end');
}
