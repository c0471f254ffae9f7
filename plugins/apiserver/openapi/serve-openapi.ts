import { createHash } from 'node:crypto';
import { openApiComponents } from '../../../src/api/openapi-components.ts';
import type { JsonRecord } from '../../../src/api/json-record.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { Scale } from '../../kinds/autoscaling/v1/scale.ts';
import type { Api } from '../api.ts';
import type { Catalog } from '../catalog.ts';
import type { Aggregation, RemoteApi, SubresourceHandler } from '../contract.ts';
import { groupVersions, type GroupVersion } from '../discovery/served-kinds.ts';
import { withEtag } from '../discovery/serve-discovery.ts';
import type { Answer } from '../http/answer.ts';
import type { HttpRequest } from '../http/http-request.ts';
import { mediaRanges, notAcceptable } from '../http/negotiate.ts';
import { VERSION } from '../version.ts';
import { openApiV2Protobuf } from './openapi-v2-protobuf.ts';
import { mergeSwagger } from './merge-swagger.ts';
import { pathItem } from './path-item.ts';
import { RemoteDocuments } from './remote-documents.ts';
import { servedPaths } from './served-paths.ts';

const INFO = { title: 'Kubernetes', version: VERSION.gitVersion };
const V2_PROTOBUF = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
/** A media type holds no `@`: clients that read the answer's own type fail at it. */
const V2_PROTOBUF_ANSWER = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/** `/openapi/v2` and `/openapi/v3`: made when first asked for, and again when the kinds served change. */
export class ServedOpenApi {
  readonly #catalog: Catalog;
  readonly #subresources: readonly SubresourceHandler[];
  readonly #aggregations: readonly Aggregation[];
  readonly #remote: RemoteDocuments;
  #generation = '';
  #documents = new Map<string, Buffer>();
  #merged: readonly (Buffer | undefined)[] = [];

  constructor({ catalog, subresources, world }: OpenApiParts, aggregations: readonly Aggregation[]) {
    this.#catalog = catalog;
    this.#subresources = subresources;
    this.#aggregations = aggregations;
    this.#remote = new RemoteDocuments(world.clock, () => this.#remotes);
  }

  /** `undefined` for paths that are not OpenAPI's. */
  async serve({ segments, headers, query }: OpenApiRequest): Promise<Answer | undefined> {
    const [root, version, ...rest] = segments;
    if (root !== 'openapi') return undefined;
    if (version === 'v2' && rest.length === 0) return this.#v2(headers);
    if (version !== 'v3') return undefined;
    if (rest.length === 0) return withEtag(json(await this.#index()), 'application/json', headers);
    const name = rest.join('/');
    const document = await this.#groupVersion(name);
    if (document === undefined) return undefined;
    const answer = withEtag(document, 'application/json', headers);
    const isPinned = query.get('hash') === hashOf(document);
    if (answer.type !== 'text' || !isPinned) return answer;
    return { ...answer, headers: { ...answer.headers, 'cache-control': 'public, immutable' } };
  }

  async #v2(headers: HttpRequest['headers']): Promise<Answer> {
    for (const { type } of mediaRanges(headers.accept)) {
      if (['application/json', '*/*', 'application/*'].includes(type)) {
        const swagger = await this.#mergedSwagger();
        return withEtag(
          this.#document('v2', () => json(swagger())),
          'application/json',
          headers,
        );
      }
      if (type === V2_PROTOBUF || type === V2_PROTOBUF_ANSWER) {
        const swagger = await this.#mergedSwagger();
        const bytes = this.#document('v2 protobuf', () => openApiV2Protobuf(swagger()));
        return withEtag(bytes, V2_PROTOBUF_ANSWER, headers);
      }
    }
    throw notAcceptable();
  }

  /** What makes the document with the APIs of other servers in it; what was made goes when one of theirs changed. */
  async #mergedSwagger(): Promise<() => JsonRecord> {
    const remotes = this.#remotes;
    const theirs = await Promise.all(remotes.map(remote => this.#remote.get(remote, '/openapi/v2')));
    if (theirs.length !== this.#merged.length || theirs.some((bytes, index) => bytes !== this.#merged[index])) {
      this.#merged = theirs;
      this.#documents.delete('v2');
      this.#documents.delete('v2 protobuf');
    }
    return () =>
      mergeSwagger(
        this.#swagger(),
        remotes.flatMap(({ group, version }, index) => {
          const document = jsonOf(theirs[index]);
          return document === undefined ? [] : [{ group, version, document }];
        }),
      );
  }

  async #index(): Promise<object> {
    const names = groupVersions(this.#served).map(nameOf);
    const entries = await Promise.all(
      names.map(async name => {
        const document = await this.#groupVersion(name);
        if (document === undefined) return [];
        return [[name, { serverRelativeURL: `/openapi/v3/${name}?hash=${hashOf(document)}` }] as const];
      }),
    );
    return { paths: Object.fromEntries(entries.flat()) };
  }

  async #groupVersion(name: string): Promise<Buffer | undefined> {
    const found = groupVersions(this.#served).find(each => nameOf(each) === name);
    if (found === undefined) return undefined;
    if (found.remote !== undefined) return this.#remote.get(found.remote, `/openapi/v3/${name}`);
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
    const kinds = this.#catalog.all.filter(
      ({ group, version }) => this.#aggregations[0]?.find(group, version) === undefined,
    );
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

  get #served() {
    return { catalog: this.#catalog, aggregation: this.#aggregations[0] };
  }

  get #remotes(): readonly RemoteApi[] {
    return this.#aggregations[0]?.remotes ?? [];
  }

  #document(name: string, make: () => Buffer): Buffer {
    const generation = `${this.#catalog.generation}/${this.#aggregations[0]?.generation}`;
    if (this.#generation !== generation) {
      this.#generation = generation;
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

type OpenApiParts = Pick<Api, 'catalog' | 'subresources' | 'world'>;
type OpenApiRequest = Pick<HttpRequest, 'segments' | 'headers' | 'query'>;

const nameOf = ({ group, apiVersion }: GroupVersion): string => `${group === '' ? 'api' : 'apis'}/${apiVersion}`;

/** Of another server, which may send what it likes. */
function jsonOf(bytes: Buffer | undefined): unknown {
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(bytes.toString());
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const hashOf = (document: Buffer): string => createHash('sha256').update(document).digest('hex').toUpperCase();
