const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What every program finds in its environment unless the pod says otherwise, as containerd has it. */
export function processEnvironment(env: readonly string[], hostname: string, tty: boolean): readonly string[] {
  const given = new Set(env.map(entry => entry.split('=', 1)[0]));
  const defaults = [`PATH=${DEFAULT_PATH}`, `HOSTNAME=${hostname}`, ...(tty ? ['TERM=xterm'] : [])];
  return [...defaults.filter(entry => !given.has(entry.split('=', 1)[0])), ...env];
}

/** Where a program may be: itself when it names a path, else in each folder of PATH. */
export function executableCandidates(program: string, env: readonly string[]): readonly string[] {
  if (program.includes('/') || program === '') return [program];
  const path = env.findLast(entry => entry.startsWith('PATH='))?.slice('PATH='.length) ?? DEFAULT_PATH;
  return path.split(':').map(folder => `${folder === '' ? '.' : folder}/${program}`);
}
