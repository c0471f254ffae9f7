/** One request of a scenario, the same for both servers. `NS` in a path or body is the scenario's own namespace. */
export interface Step {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** An object goes as JSON, text as it is. */
  readonly body?: unknown;
  /** JSON unless given; for PATCH a merge patch. */
  readonly type?: string;
  readonly accept?: string;
}

/** Steps that build upon one another, in a namespace of their own that has a default service account. */
export type Scenario = Readonly<Record<string, Step>>;

export const post = (path: string, body: unknown, type?: string): Step => ({
  method: 'POST',
  path,
  body,
  ...(type === undefined ? {} : { type }),
});
