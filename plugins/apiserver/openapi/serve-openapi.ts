import { createHash } from 'node:crypto';
import { openApiComponents } from '../../../src/api/openapi-components.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { Scale } from '../../kinds/autoscaling/v1/scale.ts';
import type { Catalog } from '../catalog.ts';
import type { SubresourceHandler } from '../contract.ts';
import { groupVersions } from '../discovery/served-kinds.ts';
import { withEtag } from '../discovery/serve-discovery.ts';
import type { Answer } from '../http/answer.ts';
import type { HttpRequest } from '../http/http-request.ts';
import { mediaRanges, notAcceptable } from '../http/negotiate.ts';
import { VERSION } from '../version.ts';
import { openApiV2Protobuf } from './gnostic.ts';
import { pathItem } from './operations.ts';
import { servedPaths } from './served-paths.ts';

const INFO = { title: 'Kubernetes', version: VERSION.gitVersion };
const V2_PROTOBUF = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
/** A media type holds no `@`: clients that read the answer's own type fail at it. */
const V2_PROTOBUF_ANSWER = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/** `/openapi/v2` and `/openapi/v3`: made when first asked for, and again when the kinds served change. */
export class OpenApi {
  readonly #catalog: Catalog;
  readonly #subresources: readonly SubresourceHandler[];
  #generation = -1;
  #documents = new Map<string, Buffer>();

  constructor(catalog: Catalog, subresources: readonly SubresourceHandler[]) {
    this.#catalog = catalog;
    this.#subresources = subresources;
  }

  /** `undefined` for paths that are not OpenAPI's. */
  serve({ segments, headers, query }: Pick<HttpRequest, 'segments' | 'headers' | 'query'>): Answer | undefined {
    const [root, version, ...rest] = segments;
    if (root !== 'openapi') return undefined;
    if (version === 'v2' && rest.length === 0) return this.#v2(headers);
    if (version !== 'v3') return undefined;
    if (rest.length === 0)
      return withEtag(
        this.#document('v3', () => json(this.#index())),
        'application/json',
        headers,
      );
    const name = rest.join('/');
    const document = this.#groupVersion(name);
    if (document === undefined) return undefined;
    const answer = withEtag(document, 'application/json', headers);
    const isPinned = query.get('hash') === hashOf(document);
    if (answer.type !== 'text' || !isPinned) return answer;
    return { ...answer, headers: { ...answer.headers, 'cache-control': 'public, immutable' } };
  }

  #v2(headers: HttpRequest['headers']): Answer {
    for (const { type } of mediaRanges(headers.accept)) {
      if (['application/json', '*/*', 'application/*'].includes(type)) {
        return withEtag(
          this.#document('v2', () => json(this.#swagger())),
          'application/json',
          headers,
        );
      }
      if (type === V2_PROTOBUF || type === V2_PROTOBUF_ANSWER) {
        const bytes = this.#document('v2 protobuf', () => openApiV2Protobuf(this.#swagger()));
        return withEtag(bytes, V2_PROTOBUF_ANSWER, headers);
      }
    }
    throw notAcceptable();
  }

  #index(): object {
    const names = groupVersions(this.#catalog).map(
      ({ group, apiVersion }) => `${group === '' ? 'api' : 'apis'}/${apiVersion}`,
    );
    const entries = names.flatMap(name => {
      const document = this.#groupVersion(name);
      return document === undefined
        ? []
        : [[name, { serverRelativeURL: `/openapi/v3/${name}?hash=${hashOf(document)}` }] as const];
    });
    return { paths: Object.fromEntries(entries) };
  }

  #groupVersion(name: string): Buffer | undefined {
    const found = groupVersions(this.#catalog).find(
      ({ group, apiVersion }) => name === `${group === '' ? 'api' : 'apis'}/${apiVersion}`,
    );
    if (found === undefined) return undefined;
    return this.#document(name, () =>
      json({
        openapi: '3.0.0',
        info: INFO,
        paths: this.#paths(found.kinds, 'v3'),
        components: {
          schemas: openApiComponents(this.#bodies(found.kinds), 'v3'),
          securitySchemes: {
            BearerToken: {
              type: 'apiKey',
              description: 'Bearer Token authentication',
              name: 'authorization',
              in: 'header',
            },
          },
        },
      }),
    );
  }

  #swagger(): Readonly<Record<string, unknown>> {
    const kinds = this.#catalog.all;
    return {
      swagger: '2.0',
      info: INFO,
      paths: this.#paths(kinds, 'v2'),
      definitions: openApiComponents(this.#bodies(kinds), 'v2'),
      securityDefinitions: {
        BearerToken: {
          description: 'Bearer Token authentication',
          type: 'apiKey',
          name: 'authorization',
          in: 'header',
        },
      },
      security: [{ BearerToken: [] }],
    };
  }

  /** The kinds and what their subresources take, each once. */
  #bodies(kinds: readonly Resource[]): readonly Resource[] {
    const scaled = kinds.some(({ scale }) => scale !== undefined) ? [Scale] : [];
    const bodies = kinds.flatMap(kind => servedPaths(kind, this.#subresources).map(({ answer }) => answer.openapiName));
    const handled = this.#subresources.flatMap(({ body }) =>
      body !== undefined && bodies.includes(body.openapiName) ? [body] : [],
    );
    const all: readonly Resource[] = [...kinds, ...scaled, ...handled];
    return [...new Map(all.map(kind => [kind.openapiName, kind])).values()];
  }

  #paths(kinds: readonly Resource[], version: 'v2' | 'v3'): object {
    const all = kinds.flatMap(kind => servedPaths(kind, this.#subresources));
    return Object.fromEntries(all.map(path => [path.path, pathItem(path, version)]));
  }

  #document(name: string, make: () => Buffer): Buffer {
    if (this.#generation !== this.#catalog.generation) {
      this.#generation = this.#catalog.generation;
      this.#documents = new Map();
    }
    let document = this.#documents.get(name);
    if (document === undefined) {
      document = make();
      this.#documents.set(name, document);
    }
    return document;
  }
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const hashOf = (document: Buffer): string => createHash('sha256').update(document).digest('hex').toUpperCase();
