import { dirname, isAbsolute, join } from 'node:path';
import type { World } from '../../../src/base/world.ts';
import { timeMs } from '../../../src/base/timestamp.ts';
import { dig, listAt, textAt, type Fields } from '../dig.ts';
import { BareFailure, ConnectionFailure, Failure } from '../failures.ts';
import type { Entry } from './kubeconfig.ts';

export interface Credentials {
  /** '' for none. */
  readonly token: string;
  readonly cert: string;
  readonly key: string;
}

const GROUP = 'client.authentication.k8s.io';
const VERSIONS = ['v1', 'v1beta1'].map(version => `${GROUP}/${version}`);
const DEADLINE_MS = 600_000;

/** What a program of the kubeconfig says who the user is, asked again once it is over or was refused. */
export class ExecCredentials {
  readonly #spec: Fields;
  readonly #command: string;
  readonly #cluster: Fields;
  readonly #world: World;
  readonly #isTerminal: boolean;
  #asked?: Promise<Credentials>;
  #endMs = Number.POSITIVE_INFINITY;

  /** `cluster` is what the program is told of where it is wanted for. */
  constructor(user: Entry, name: string, cluster: Fields, world: World, isTerminal: boolean) {
    const spec = checked(dig(user.value, 'exec'), name);
    this.#spec = spec;
    const command = textAt(spec, 'command');
    const isFromFile = command.includes('/') && !isAbsolute(command);
    this.#command = isFromFile ? join(dirname(user.file), command) : command;
    this.#cluster = cluster;
    this.#world = world;
    this.#isTerminal = isTerminal;
  }

  current(): Promise<Credentials> {
    if (this.#asked === undefined || this.#world.clock.now() > this.#endMs) this.#asked = this.#ask();
    return this.#asked;
  }

  /** Asks again, after these were refused; not where others have come meanwhile. */
  async renew(refused: Credentials): Promise<void> {
    if ((await this.#asked) !== refused) return;
    this.#asked = this.#ask();
    await this.#asked;
  }

  async #ask(): Promise<Credentials> {
    const isInteractive = this.#isInteractive();
    const told = {
      kind: 'ExecCredential',
      apiVersion: textAt(this.#spec, 'apiVersion'),
      spec: {
        ...(dig(this.#spec, 'provideClusterInfo') === true ? { cluster: this.#cluster } : {}),
        interactive: isInteractive,
      },
    };
    const own = listAt(this.#spec, 'env').map(each => [textAt(each, 'name'), textAt(each, 'value')] as const);
    const env = { ...Object.fromEntries(own), KUBERNETES_EXEC_INFO: `${JSON.stringify(told)}\n` };
    const args = listAt(this.#spec, 'args').map(String);
    const ran = await this.#world.processes.read(this.#command, args, {
      env,
      hasInput: isInteractive,
      timeoutMs: DEADLINE_MS,
    });
    if (ran === undefined) throw failure(this.#notFound());
    if (ran.code !== 0) throw failure(`exec: executable ${this.#command} failed with exit code ${ran.code}`);
    return this.#read(ran.stdout);
  }

  #isInteractive(): boolean {
    const mode = textAt(this.#spec, 'interactiveMode') || 'IfAvailable';
    if (mode === 'Always' && !this.#isTerminal) {
      throw failure('exec plugin cannot support interactive mode: standard input is not a terminal');
    }
    return mode !== 'Never' && this.#isTerminal;
  }

  #notFound(): string {
    const hint = textAt(this.#spec, 'installHint');
    return `exec: executable ${this.#command} not found

It looks like you are trying to use a client-go credential plugin that is not installed.

To learn more about this feature, consult the documentation available at:
      https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins${hint === '' ? '' : `\n\n${hint}`}`;
  }

  #read(stdout: string): Credentials {
    const answer = parsed(stdout);
    const [wanted, given] = [textAt(this.#spec, 'apiVersion'), textAt(answer, 'apiVersion') || `${GROUP}/__internal`];
    if (given !== wanted) {
      throw failure(`exec plugin is configured to use API version ${wanted}, plugin returned version ${given}`);
    }
    const status = dig(answer, 'status');
    if (status === undefined || status === null) throw failure(`exec plugin didn't return a status field`);
    const [token, cert, key] = [
      textAt(status, 'token'),
      textAt(status, 'clientCertificateData'),
      textAt(status, 'clientKeyData'),
    ];
    if (token === '' && cert === '' && key === '') {
      throw failure(`exec plugin didn't return a token or cert/key pair`);
    }
    if ((cert === '') !== (key === '')) throw failure('exec plugin returned only certificate or key, not both');
    this.#endMs = timeMs(textAt(status, 'expirationTimestamp')) ?? Number.POSITIVE_INFINITY;
    return { token, cert, key };
  }
}

const failure = (message: string): ConnectionFailure =>
  new ConnectionFailure(`Unable to connect to the server: getting credentials: ${message}`);

function parsed(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw failure(`decoding stdout: ${error.message}`);
    throw error;
  }
}

function checked(spec: unknown, user: string): Fields {
  const version = textAt(spec, 'apiVersion');
  const isMissing = (field: string): boolean =>
    textAt(spec, field) === '' && !(field === 'interactiveMode' && version === `${GROUP}/v1beta1`);
  const missing = ['command', 'apiVersion', 'interactiveMode'].filter(isMissing);
  const problems = missing.map(field => `${field} must be specified for ${user} to use exec authentication plugin`);
  const [first, ...more] = problems;
  if (first !== undefined && more.length === 0) throw new Failure(first);
  if (first !== undefined) {
    throw new BareFailure(`Error in configuration: \n${problems.map(problem => `* ${problem}`).join('\n')}`);
  }
  if (!VERSIONS.includes(version)) throw new Failure(`exec plugin: invalid apiVersion ${JSON.stringify(version)}`);
  const mode = textAt(spec, 'interactiveMode') || 'IfAvailable';
  if (!['Never', 'IfAvailable', 'Always'].includes(mode)) {
    throw new Failure(
      `invalid interactiveMode for ${user}: ${JSON.stringify(mode)}: must be one of "Never", "IfAvailable", "Always"`,
    );
  }
  return dig(spec) as Fields;
}
