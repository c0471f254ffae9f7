import type { OpenApiSchema, OpenApiVersion } from '../../../src/schema/openapi.ts';
import { compact } from './compact.ts';
import type { Parameter } from './parameters.ts';

/** What one method of one path does, whichever version of OpenAPI tells it. */
export interface Operation {
  readonly id: string;
  readonly description: string;
  readonly tag: string;
  readonly parameters: readonly Parameter[];
  readonly body?: { readonly schema: OpenApiSchema; readonly types: readonly string[]; readonly isRequired: boolean };
  /** What the answers hold, in which media types, by which codes. */
  readonly answer: { readonly schema: OpenApiSchema; readonly types: readonly string[]; readonly codes: Codes };
  /** What version 2 says it reads, where it reads no body: anything unless given, and of none it says nothing. */
  readonly consumes?: readonly string[];
  readonly action?: string;
  readonly kind?: { readonly group: string; readonly kind: string; readonly version: string };
}
type Codes = readonly (keyof typeof PHRASES)[];

const PHRASES = { 200: 'OK', 201: 'Created', 202: 'Accepted' } as const;

/** The operation with those `parameters` of it that its path does not tell. */
export function writtenOperation(
  { id, description, tag, body, answer, consumes = ['*/*'], action, kind }: Operation,
  parameters: readonly OpenApiSchema[],
  version: OpenApiVersion,
): OpenApiSchema {
  const isV2 = version === 'v2';
  const inBody = isV2 && body !== undefined ? [bodyParameter(body)] : [];
  const all = [...inBody, ...parameters];
  return compact({
    description,
    operationId: id,
    tags: [tag],
    produces: isV2 ? answer.types : undefined,
    schemes: isV2 ? ['https'] : undefined,
    consumes: isV2 && consumes.length > 0 ? (body?.types ?? consumes) : undefined,
    parameters: all.length === 0 ? undefined : all,
    requestBody: !isV2 && body !== undefined ? requestBody(body) : undefined,
    responses: responses(answer, version),
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': kind,
  });
}

type Body = NonNullable<Operation['body']>;

const bodyParameter = ({ schema, isRequired }: Body): OpenApiSchema =>
  compact({ name: 'body', in: 'body', required: isRequired ? true : undefined, schema });

const requestBody = ({ schema, types, isRequired }: Body): OpenApiSchema =>
  compact({ content: contentOf(types, schema), required: isRequired ? true : undefined });

function responses({ schema, types, codes }: Operation['answer'], version: OpenApiVersion): OpenApiSchema {
  const told = version === 'v2' ? { schema } : { content: contentOf(types, schema) };
  return {
    ...Object.fromEntries(codes.map(code => [code, { description: PHRASES[code], ...told }])),
    401: { description: 'Unauthorized' },
  };
}

const contentOf = (types: readonly string[], schema: OpenApiSchema): OpenApiSchema =>
  Object.fromEntries(types.map(type => [type, { schema }]));
