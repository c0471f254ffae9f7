/** One request of a scenario, the same for both servers. `NS` in a path or body is the scenario's own namespace. */
export interface Step {
  readonly method: 'GET' | 'HEAD' | 'OPTIONS' | 'TRACE' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** An object goes as JSON, text as it is. */
  readonly body?: unknown;
  /** JSON unless given; for PATCH a merge patch. */
  readonly type?: string;
  readonly accept?: string;
  /** Asked in the name of this user, who may do nothing but what is granted here. */
  readonly as?: string;
  /** Asked again until it is answered so: what a server has to do first takes its time. */
  readonly until?: number;
}

/** Steps that build upon one another, in a namespace of their own that has a default service account. */
export type Scenario = Readonly<Record<string, Step>>;

export const post = (path: string, body: unknown, type?: string): Step => ({
  method: 'POST',
  path,
  body,
  ...(type === undefined ? {} : { type }),
});

/** A POST that makes nothing. */
export const dry = (path: string, body: unknown): Step => post(`${path}?dryRun=All`, body);

/** What is said of it in the namespace that both servers were given. */
export const get = (path: string): Step => ({ method: 'GET', path });

/** Somebody else asks. */
export const as = (user: string, step: Step): Step => ({ ...step, as: user });

/** Fields that are meant to be there from now on, by their owner. */
export const apply = (path: string, body: unknown): Step => ({
  method: 'PATCH',
  path,
  body,
  type: 'application/apply-patch+yaml',
});

export const change = (path: string, body: unknown): Step => ({ method: 'PATCH', path, body });

export const remove = (path: string): Step => ({ method: 'DELETE', path });

export const table = (path: string): Step => ({
  method: 'GET',
  path,
  accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
});
