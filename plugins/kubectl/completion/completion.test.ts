import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const MAIN = join(import.meta.dirname, '../../../src/main.js');
/** The words of a shell that calls this client kubectl. */
const CLIENT = `kubectl() { "${process.execPath}" "${MAIN}" kubectl "$@"; }`;

/** A shell that takes a line and prints what its last word may become. */
const SHELLS: Readonly<Record<string, (line: string) => string>> = {
  bash: line => `${CLIENT}
    source <(kubectl completion bash)
    compopt() { :; }
    COMP_LINE='${line}' COMP_POINT=${line.length}
    __kubectl_complete
    printf '%s\\n' "\${COMPREPLY[@]}"`,
  fish: line => `function kubectl; "${process.execPath}" "${MAIN}" kubectl $argv; end
    kubectl completion fish | source
    complete -C '${line}' | string replace -r '\\t.*' ''; true`,
};

const isThere = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;

describe.each(Object.entries(SHELLS))('the script of %s', (shell, script) => {
  it.skipIf(!isThere(shell)).each([
    ['kubectl rollo', ['rollout']],
    ['kubectl rollout p', ['pause']],
    ['kubectl rollout st', ['status']],
    ['kubectl get -o js', ['json', 'jsonpath', 'jsonpath-as-json', 'jsonpath-file']],
    ['kubectl apply -f package', ['package-lock.json', 'package.json']],
    ['kubectl get --nam', ['--namespace']],
  ])('%s', async (line, expected) => {
    const { stdout } = await promisify(execFile)(shell, ['-c', script(line)], {
      cwd: join(import.meta.dirname, '../../..'),
      env: { ...process.env, KUBECONFIG: '/nonexistent' },
    });
    expect(stdout.trim().split('\n').toSorted()).toEqual(expected);
  });
});
