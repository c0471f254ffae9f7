import { badRequestError } from '../../../src/api/status-error.ts';
import { MAX_EXEC_ARGUMENTS } from '../limits.ts';
import { isTrue } from '../logs/log-options.ts';

/** `PodExecOptions`. */
export interface ExecQuery {
  readonly container: string;
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

export function parseExecQuery(query: URLSearchParams): ExecQuery {
  const command = query.getAll('command');
  const flag = (name: string): boolean => isTrue(query.get(name));
  const [stdin, stdout, stderr, tty] = [flag('stdin'), flag('stdout'), flag('stderr'), flag('tty')];
  if (command.length === 0) throw badRequestError('you must specify at least one command for the container');
  if (command.length > MAX_EXEC_ARGUMENTS)
    throw badRequestError(`a command may have ${MAX_EXEC_ARGUMENTS} words at most`);
  if (!stdin && !stdout && !stderr) throw badRequestError('you must specify at least 1 of stdin, stdout, stderr');
  if (tty && stderr) throw badRequestError('tty and stderr cannot both be true');
  return { container: query.get('container') ?? '', command, stdin, stdout, stderr, tty };
}
