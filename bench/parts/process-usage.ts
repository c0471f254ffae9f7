import { readFileSync } from 'node:fs';

/** What proc_pid_stat(5), proc_pid_status(5) and proc_pid_io(5) say of a process so far. */
export interface ProcessUsage {
  readonly cpuMs: number;
  readonly residentMb: number;
  readonly writtenBytes: number;
}

export function processUsage(pid: number): ProcessUsage {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  const written = /^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1];
  return {
    cpuMs: (Number(fields[11]) + Number(fields[12])) * 10,
    residentMb: Number(kilobytes) / 1024,
    writtenBytes: Number(written),
  };
}
