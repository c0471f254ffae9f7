import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { parse } from 'yaml';

/** An API server and how to be let in. */
export interface ApiTarget {
  readonly url: string;
  readonly ca: string;
  readonly token?: string;
  readonly cert?: string;
  readonly key?: string;
}

export function targetOf(file: string): ApiTarget {
  const { clusters, users } = parse(readFileSync(file, 'utf8')) as {
    readonly clusters: readonly { cluster: Readonly<Record<string, string>> }[];
    readonly users: readonly { user: Readonly<Record<string, string>> }[];
  };
  const [cluster, user] = [clusters[0]?.cluster ?? {}, users[0]?.user ?? {}];
  const text = (of: Readonly<Record<string, string>>, name: string): string => {
    const path = of[name];
    return path === undefined ? Buffer.from(of[`${name}-data`] ?? '', 'base64').toString() : readFileSync(path, 'utf8');
  };
  const { token } = user;
  return {
    url: cluster['server'] ?? '',
    ca: text(cluster, 'certificate-authority'),
    ...(token === undefined ? { cert: text(user, 'client-certificate'), key: text(user, 'client-key') } : { token }),
  };
}

export function openSession({ url, ca, cert, key }: ApiTarget): ClientHttp2Session {
  return connect(url, { ca, ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }) });
}

/** A request under way; its answer has not been read. An object goes as JSON, text as it is. */
export function request(
  session: ClientHttp2Session,
  { token }: ApiTarget,
  method: string,
  path: string,
  body?: object | string,
  { type = 'application/json', accept = 'application/json', as }: RequestTypes = {},
): ClientHttp2Stream {
  const stream = session.request(
    {
      ':method': method,
      ':path': path,
      accept,
      'user-agent': 'bench',
      ...(as === undefined ? {} : { 'impersonate-user': as }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': type }),
    },
    { endStream: body === undefined },
  );
  if (body !== undefined) stream.end(typeof body === 'object' ? JSON.stringify(body) : body);
  return stream;
}

export interface RequestTypes {
  readonly type?: string;
  readonly accept?: string;
  /** Another user, in whose name it is asked. */
  readonly as?: string;
}

/** The status of an answer whose body is thrown away. */
export async function statusOf(stream: ClientHttp2Stream): Promise<number> {
  let code = 0;
  stream.once('response', ({ ':status': status }) => (code = Number(status)));
  stream.resume();
  await once(stream, 'close');
  return code;
}
