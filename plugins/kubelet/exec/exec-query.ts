import { badRequestError } from '../../../src/api/status-error.ts';
import { MAX_EXEC_ARGUMENTS } from '../limits.ts';
import { isTrue } from '../logs/log-options.ts';

/** `PodAttachOptions`. */
export interface StreamQuery {
  readonly container: string;
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** `PodExecOptions`. */
export interface ExecQuery extends StreamQuery {
  readonly command: readonly string[];
}

export function parseStreamQuery(query: URLSearchParams): StreamQuery {
  const flag = (name: string): boolean => isTrue(query.get(name));
  const [stdin, stdout, tty] = [flag('stdin'), flag('stdout'), flag('tty')];
  // A terminal has one output; upstream's kubelet passes over the wish for another.
  const stderr = flag('stderr') && !tty;
  if (!stdin && !stdout && !stderr) throw badRequestError('you must specify at least 1 of stdin, stdout, stderr');
  return { container: query.get('container') ?? '', stdin, stdout, stderr, tty };
}

export function parseExecQuery(query: URLSearchParams): ExecQuery {
  const command = query.getAll('command');
  if (command.length === 0) throw badRequestError('you must specify at least one command for the container');
  if (command.length > MAX_EXEC_ARGUMENTS)
    throw badRequestError(`a command may have ${MAX_EXEC_ARGUMENTS} words at most`);
  return { ...parseStreamQuery(query), command };
}
