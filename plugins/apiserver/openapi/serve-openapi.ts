import { createHash } from 'node:crypto';
import type { JsonRecord } from '../../../src/api/json-record.ts';
import type { Resource } from '../../../src/api/resource.ts';
import type { Api } from '../api.ts';
import type { Catalog } from '../catalog.ts';
import type { Aggregation, RemoteApi } from '../contract.ts';
import { groupVersions, type GroupVersion } from '../discovery/served-kinds.ts';
import { withEtag } from '../discovery/serve-discovery.ts';
import type { Answer } from '../http/answer.ts';
import type { HttpRequest } from '../http/http-request.ts';
import { mediaRanges, notAcceptable } from '../http/negotiate.ts';
import { groupVersionDocument, rootDocuments, swagger, type DescribedApis } from './api-document.ts';
import { openApiV2Protobuf } from './openapi-v2-protobuf.ts';
import { mergeSwagger } from './merge-swagger.ts';
import { RemoteDocuments } from './remote-documents.ts';

/** Upstream says so of its index, which it leaves to be guessed. */
const INDEX_TYPE = 'text/plain; charset=utf-8';
const V2_PROTOBUF = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
/** A media type holds no `@`: clients that read the answer's own type fail at it. */
const V2_PROTOBUF_ANSWER = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/** `/openapi/v2` and `/openapi/v3`: made when first asked for, and again when the kinds served change. */
export class ServedOpenApi {
  readonly #catalog: Catalog;
  readonly #parts: Omit<DescribedApis, 'kinds'>;
  readonly #aggregations: readonly Aggregation[];
  readonly #remote: RemoteDocuments;
  #generation = '';
  #documents = new Map<string, Buffer>();
  #merged: readonly (Buffer | undefined)[] = [];

  constructor({ catalog, subresources, world }: OpenApiParts, { aggregations, connects, routes }: Contributed) {
    this.#catalog = catalog;
    this.#parts = { subresources, connects, routes };
    this.#aggregations = aggregations;
    this.#remote = new RemoteDocuments(world.clock, () => this.#remotes);
  }

  /** `undefined` for paths that are not OpenAPI's. */
  async serve({ segments, headers, query }: OpenApiRequest): Promise<Answer | undefined> {
    const [root, version, ...rest] = segments;
    if (root !== 'openapi') return undefined;
    if (version === 'v2' && rest.length === 0) return this.#v2(headers);
    if (version !== 'v3') return undefined;
    if (rest.length === 0) return withEtag(json(await this.#index()), INDEX_TYPE, headers);
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
        const make = await this.#mergedSwagger();
        return withEtag(
          this.#document('v2', () => json(make())),
          'application/json',
          headers,
        );
      }
      if (type === V2_PROTOBUF || type === V2_PROTOBUF_ANSWER) {
        const make = await this.#mergedSwagger();
        const bytes = this.#document('v2 protobuf', () => openApiV2Protobuf(make()));
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
        swagger(this.#apis()),
        remotes.flatMap(({ group, version }, index) => {
          const document = jsonOf(theirs[index]);
          return document === undefined ? [] : [{ group, version, document }];
        }),
      );
  }

  async #index(): Promise<object> {
    const names = [...rootDocuments(this.#apis()).keys(), ...groupVersions(this.#served).map(nameOf)];
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
    if (found === undefined) {
      const root = rootDocuments(this.#apis()).get(name);
      return root === undefined ? undefined : this.#document(name, () => json(root()));
    }
    if (found.remote !== undefined) return this.#remote.get(found.remote, `/openapi/v3/${name}`);
    return this.#document(name, () => json(groupVersionDocument(this.#apis(found.kinds))));
  }

  /** What is served here; of one version of a group, only its kinds. */
  #apis(kinds?: readonly Resource[]): DescribedApis {
    const isHere = ({ group, version }: Resource): boolean => this.#aggregations[0]?.find(group, version) === undefined;
    return { ...this.#parts, kinds: kinds ?? this.#catalog.all.filter(isHere) };
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
interface Contributed {
  /** One at most. */
  readonly aggregations: readonly Aggregation[];
  readonly connects: DescribedApis['connects'];
  readonly routes: DescribedApis['routes'];
}
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
