import { messageOf } from '../../../src/base/message-of.ts';
import type { Timers } from '../../../src/base/world.ts';
import type { Runtime } from '../../runtime/contract.ts';
import { expandReferences } from '../container/expand-references.ts';
import { MAX_PROBE_BODY_BYTES } from '../limits.ts';
import type { ContainerSpec, Probe } from '../pod.ts';
import { execCommand } from './exec-command.ts';
import { grpcCheck } from './grpc-check.ts';
import { httpGet, type HttpTarget } from './http-request.ts';
import { failure, success, type ProbeResult } from './probe-result.ts';
import { tcpDial } from './tcp-dial.ts';

export interface ProbeTarget {
  readonly container: ContainerSpec;
  readonly containerId: string;
  readonly podIp: string;
}

/** Runs a probe once. Rejects where nothing can be said about the container; that counts as no outcome. */
export async function runProbe(
  deps: { readonly runtime: Pick<Runtime, 'exec'>; readonly timers: Timers },
  probe: Probe,
  target: ProbeTarget,
): Promise<ProbeResult> {
  const deadlineMs = Math.max(1, probe.timeoutSeconds ?? 1) * 1000;
  const { container, podIp } = target;
  if (probe.exec !== undefined) return execProbe(deps, probe.exec.command ?? [], target, deadlineMs);
  if (probe.httpGet !== undefined)
    return httpProbe(httpTarget(container, probe.httpGet, podIp), deadlineMs, deps.timers);
  if (probe.tcpSocket !== undefined) {
    const host = probe.tcpSocket.host || podIp;
    return tcpDial(host, portNumber(container, probe.tcpSocket.port), deadlineMs, deps.timers);
  }
  if (probe.grpc === undefined) throw new Error(`missing probe handler for ${container.name}`);
  return grpcCheck(podIp, probe.grpc.port, probe.grpc.service ?? '', deadlineMs, deps.timers);
}

async function execProbe(
  { runtime, timers }: { readonly runtime: Pick<Runtime, 'exec'>; readonly timers: Timers },
  command: readonly string[],
  { container, containerId }: ProbeTarget,
  deadlineMs: number,
): Promise<ProbeResult> {
  const own = new Map((container.env ?? []).map(({ name, value }) => [name, value]));
  const args = command.map(word => expandReferences(word, name => own.get(name)));
  const limits = { deadlineMs, maxOutputBytes: MAX_PROBE_BODY_BYTES };
  const { exitCode, output } = await execCommand(runtime, timers, containerId, args, limits);
  if (exitCode === 0) return success(output);
  if (exitCode !== undefined) return failure(output);
  return failure(`command timed out: ${JSON.stringify(args.join(' '))} timed out after ${deadlineMs / 1000}s`);
}

async function httpProbe(target: HttpTarget, deadlineMs: number, timers: Timers): Promise<ProbeResult> {
  try {
    const { status, body } = await httpGet(target, deadlineMs, timers);
    return status >= 200 && status < 400 ? success(body) : failure(`HTTP probe failed with statuscode: ${status}`);
  } catch (error) {
    return failure(messageOf(error));
  }
}

type HttpGetAction = NonNullable<Probe['httpGet']>;

/** Where an httpGet action of a probe or hook goes. */
export function httpTarget(container: ContainerSpec, action: HttpGetAction, podIp: string): HttpTarget {
  return {
    scheme: action.scheme === 'HTTPS' ? 'https' : 'http',
    host: action.host || podIp,
    port: portNumber(container, action.port),
    path: action.path ?? '/',
    headers: action.httpHeaders ?? [],
  };
}

function portNumber(container: ContainerSpec, port: number | string): number {
  const found = typeof port === 'number' ? port : container.ports?.find(({ name }) => name === port)?.containerPort;
  if (found === undefined)
    throw new Error(`couldn't find port: ${JSON.stringify(port)} in container ${container.name}`);
  if (found < 1 || found > 65_535) throw new Error(`invalid port number: ${found}`);
  return found;
}
