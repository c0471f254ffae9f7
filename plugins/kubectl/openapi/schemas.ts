import type { Call } from '../command/verb.ts';
import { dig, fieldsAt, listAt, textAt, type Fields } from '../dig.ts';
import { apiVersionOf, type ApiResource } from '../rest/api-resource.ts';
import { isReason } from '../failures.ts';

/** The schemas of one group's version: OpenAPI 3. */
export class Schemas {
  readonly #all: Fields;

  constructor(document: unknown) {
    this.#all = fieldsAt(document, 'components', 'schemas');
  }

  ofKind({ group, version, kind }: Pick<ApiResource, 'group' | 'version' | 'kind'>): Fields | undefined {
    const found = Object.values(this.#all).find(schema =>
      listAt(schema, 'x-kubernetes-group-version-kind').some(
        each => textAt(each, 'group') === group && textAt(each, 'version') === version && textAt(each, 'kind') === kind,
      ),
    );
    return found === undefined ? undefined : (found as Fields);
  }

  /** What a schema refers to, in place of it. */
  resolve(schema: unknown): Fields {
    const ref = textAt(schema, '$ref') || textAt(schema, 'allOf', 0, '$ref');
    if (ref === '') return fieldsAt(schema);
    return fieldsAt(this.#all, ref.split('/').at(-1) ?? '');
  }

  /** The name of what it refers to: `io.k8s.api.core.v1.Container`. */
  referred(schema: unknown): string {
    const ref = textAt(schema, '$ref') || textAt(schema, 'allOf', 0, '$ref');
    return ref.split('/').at(-1) ?? '';
  }

  property(schema: Fields, name: string): Fields | undefined {
    const found = dig(schema, 'properties', name) ?? dig(schema, 'additionalProperties');
    return found === undefined ? undefined : (found as Fields);
  }
}

/** `undefined` where the server tells none for this group. */
export async function schemasOf(
  { cluster }: Pick<Call, 'cluster'>,
  resource: ApiResource,
): Promise<Schemas | undefined> {
  const root = resource.group === '' ? 'api' : 'apis';
  try {
    const document = await (await cluster.client()).json(`/openapi/v3/${root}/${apiVersionOf(resource)}`);
    return new Schemas(document);
  } catch (error) {
    if (isReason(error, 'NotFound') || isReason(error, 'Forbidden')) return undefined;
    throw error;
  }
}
