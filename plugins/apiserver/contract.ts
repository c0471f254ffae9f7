import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { Key } from '../../src/api/client.ts';
import type { JsonRecord } from '../../src/api/json-record.ts';
import type { AnyObject, ObjectMeta } from '../../src/api/object-meta.ts';
import type { ObjectOf, Resource } from '../../src/api/resource.ts';
import { qualified, type Status } from '../../src/api/status-error.ts';
import type { UserInfo } from '../../src/api/user-info.ts';
import type { Metric } from '../../src/base/metric.ts';
import type { Steps } from '../../src/base/steps.ts';
import { contributionPoint, serviceRef } from '../../src/kernel/plugin.ts';

/** One request after its path and query were read, once. `null` members do not apply to it. */
export interface RequestInfo {
  readonly verb: string;
  readonly path: string;
  readonly isResourceRequest: boolean;
  readonly group: string;
  readonly version: string;
  /** Plural of the resource, '' for non-resource requests. */
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}

/** Whether the answer begins long before it ends; kube-apiserver's longRunningFunc. */
export const isLongRunning = ({ verb, isResourceRequest, subresource, path }: RequestInfo): boolean =>
  LONG_VERBS.has(verb) || (isResourceRequest ? LONG_SUBRESOURCES.has(subresource) : path.startsWith('/debug/pprof/'));
const LONG_VERBS: ReadonlySet<string> = new Set(['watch', 'proxy']);
const LONG_SUBRESOURCES: ReadonlySet<string> = new Set(['attach', 'exec', 'proxy', 'log', 'portforward']);

/** Says who a connection or header belongs to; the first authenticator with an answer decides. */
export interface Authenticator {
  readonly name: string;
  /** `undefined`: not mine, ask the next. Throws `StatusError` Unauthorized when the credential is mine and bad. */
  authenticate(credential: Credential): Promise<UserInfo | undefined> | UserInfo | undefined;
}
export type Credential =
  /** The chain was verified against the client CA by TLS before this is asked. */
  | { readonly type: 'certificate'; readonly socket: TLSSocket }
  | { readonly type: 'bearer'; readonly token: string }
  /** None at all was shown, for a path as it came; where nobody answers it is the anonymous user. */
  | { readonly type: 'none'; readonly path: string };
export const authenticators = contributionPoint<Authenticator>('apiserver.authenticators');

/** Judges a request; the first that allows decides, and with none allowing it is forbidden. */
export interface Authorizer {
  readonly name: string;
  authorize(user: UserInfo, request: RequestInfo): Promise<Decision> | Decision;
}
export interface Decision {
  readonly allowed: boolean;
  /** An authorizer may forbid at once; otherwise the next is asked. */
  readonly denied?: boolean;
  /** Shown to the client after `is forbidden:`. */
  readonly reason?: string;
}
export const authorizers = contributionPoint<Authorizer>('apiserver.authorizers');

/** Asked by reviews and impersonation as by requests themselves. */
export interface Authorization {
  authorize(user: UserInfo, request: RequestInfo): Promise<Decision>;
}
export const authorization = serviceRef<Authorization>('apiserver.authorization');

/** Verifies a bearer token as the authentication step does, for TokenReview and the kubelet's API. */
export interface Authentication {
  authenticate(credential: Credential): Promise<UserInfo | undefined>;
}
export const authentication = serviceRef<Authentication>('apiserver.authentication');

/** What parts of the server say of a request for the record that is kept of it. */
export interface AuditNotes {
  /** Whether its objects are on record, and with them who changed what. */
  readonly keepsRequests: boolean;
  /** The key has a prefix; what was said first of it counts. */
  annotate(key: string, value: string): void;
  /** Told of a slow request: how long which part of it took. */
  spent(layer: string, ms: number): void;
}

/** A write on its way in, after decoding and defaulting. */
export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  readonly user: UserInfo;
  readonly resource: Resource;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** Absent for DELETE. */
  readonly object: AnyObject | undefined;
  /** Absent for CREATE. */
  readonly oldObject: AnyObject | undefined;
  /** Whose objects `object` and `oldObject` are, where that is not `resource`: of `pods/eviction` an Eviction. */
  readonly body?: Resource;
  readonly dryRun: boolean;
  /** Of an update that came as a patch. */
  readonly isPatch?: true;
  /** Options of the request as the client said them, without those it did not. */
  readonly options?: JsonRecord;
  /** Tells the client something besides the answer. */
  readonly warn?: (text: string) => void;
  /** Absent where no record is kept. */
  readonly audit?: AuditNotes | undefined;
  /** What takes long is done in steps, others served in between. */
  readonly steps: Pick<Steps, 'run'>;
}

/** What `request` brings with it: none for DELETE. */
export type AdmittedRequest = AdmissionRequest & { readonly object: AnyObject };

/** One request's way through the mutators: all look at its object, and once more where one of them wishes so. */
export interface Passage {
  /** Whether they look at it again. */
  readonly isSecond: boolean;
  /** Has all of them look again after the last one; nothing where they do so already. */
  lookAgain(): void;
}

/**
 * Mutators run first, in order of `order`, then validators. Either throws `StatusError` to refuse. A mutator sees a
 * new object before the server names it, where it is to, and says of it what only the server says.
 */
export interface AdmissionPlugin {
  readonly name: string;
  readonly order: number;
  /**
   * Plurals with group (`pods`, `deployments.apps`) it wants to see, subresources by their own name
   * (`pods/status`); `*` for all, subresources included.
   */
  readonly resources: readonly string[];
  /** A new object; shares what it keeps. Defaulting runs again afterwards. */
  mutate?(request: AdmittedRequest, passage: Passage): Promise<AnyObject> | AnyObject;
  validate?(request: AdmissionRequest): Promise<void> | void;
  /**
   * Told what became of a write of an object that `validate` let pass: the revision it is stored at, `undefined` where
   * it is not, as after a dry run.
   */
  ended?(request: AdmissionRequest, revision: number | undefined): void;
}
export const admission = contributionPoint<AdmissionPlugin>('apiserver.admission');

/** An admission plugin for the main resource of one kind, its objects typed. */
export const admissionFor = <R extends Resource>(
  resource: R,
  plugin: {
    readonly name: string;
    readonly order: number;
    readonly operations: readonly AdmissionRequest['operation'][];
    mutate?(object: ObjectOf<R>, request: AdmissionRequest): Promise<ObjectOf<R>> | ObjectOf<R>;
    validate?(object: ObjectOf<R>, request: AdmissionRequest): Promise<void> | void;
  },
): AdmissionPlugin => {
  const concerns = ({ subresource, operation }: AdmissionRequest): boolean =>
    subresource === '' && plugin.operations.includes(operation);
  // Requests of `resource` carry its objects: the server decoded them by its schema.
  const typed = (object: AnyObject): ObjectOf<R> => object as ObjectOf<R>;
  return {
    name: plugin.name,
    order: plugin.order,
    resources: [qualified(resource)],
    mutate: request =>
      plugin.mutate !== undefined && concerns(request) ? plugin.mutate(typed(request.object), request) : request.object,
    validate: request =>
      plugin.validate !== undefined && concerns(request) && request.object !== undefined
        ? plugin.validate(typed(request.object), request)
        : undefined,
  };
};

/** Claims that must commit or fail with the object (cluster IPs, node ports). */
export interface Claimer {
  readonly resource: string;
  /** May complete the object; of a dry run it takes nothing that others would miss. */
  claim(
    object: AnyObject,
    old: AnyObject | undefined,
    options: { readonly dryRun: boolean },
  ): Promise<AnyObject> | AnyObject;
  /** The write that `claimed` was made for did not happen. */
  undo(claimed: AnyObject): Promise<void> | void;
  /**
   * What of the object one of a whole cluster may have at a time, by keys of the store. They are taken and left in the
   * transaction that writes the object, so that servers which do not see each other's writes yet give nothing twice.
   */
  readonly holds?: (object: AnyObject) => readonly string[];
  /** Another object had what the claim was for; resolves once what was written up to `revision` is seen. */
  readonly caughtUp?: (revision: number) => Promise<void>;
  /** `gone` is not stored any more; what `next`, which took its place, holds as well stays. */
  release(gone: AnyObject, next?: AnyObject): Promise<void> | void;
}
export const claimers = contributionPoint<Claimer>('apiserver.claimers');

/** Says of what the store holds whether it is to be written anew by an update that changes nothing. */
export interface Rewriter {
  isStale(key: string, value: Buffer): boolean;
}
export const rewriters = contributionPoint<Rewriter>('apiserver.rewriters');

/** Answers virtual kinds (SubjectAccessReview ...): what is returned is the body of the 201. */
export interface VirtualKind {
  readonly resource: string;
  create(object: AnyObject, request: VirtualRequest): Promise<AnyObject>;
}
export interface VirtualRequest {
  readonly user: UserInfo;
  readonly namespace: string;
  readonly dryRun: boolean;
}
export const virtualKinds = contributionPoint<VirtualKind>('apiserver.virtual-kinds');

/** A virtual kind with its objects typed. */
export const virtualKindFor = <R extends Resource>(
  resource: R,
  answer: (object: ObjectOf<R>, request: VirtualRequest) => Promise<ObjectOf<R>> | ObjectOf<R>,
): VirtualKind => ({
  resource: qualified(resource),
  // The server decoded the object by this resource's schema.
  create: async (object, request) => await answer(object as ObjectOf<R>, request),
});

/** Answers reads of a computed kind; `T` is an object without what only stored ones have. */
export interface ComputedKind<T = object> {
  readonly resource: Resource;
  /** Rejects with `StatusError` NotFound. */
  get(key: Key): Promise<T>;
  /** Those of one namespace, or of all; selectors are applied to what comes back. */
  list(namespace: string | undefined): Promise<readonly T[]>;
}
export const computedKinds = contributionPoint<ComputedKind>('apiserver.computed-kinds');

/** What is answered of a computed kind; its version and kind are filled in. */
export type ComputedObject<R extends Resource> = Omit<ObjectOf<R>, 'apiVersion' | 'kind' | 'metadata'> & {
  readonly metadata: Pick<ObjectMeta, 'name' | 'namespace' | 'labels' | 'creationTimestamp'>;
};

/** A computed kind with its objects typed. */
export const computedKindFor = <R extends Resource>(
  resource: R,
  answers: Omit<ComputedKind<ComputedObject<R>>, 'resource'>,
): ComputedKind => ({ resource, ...answers });

/**
 * Reads of an API by its path, whoever answers it: also kinds that only another server knows. Judged as requests of
 * `user`; rejects with `StatusError`.
 */
export interface ApiReads {
  get(user: UserInfo, path: string): Promise<unknown>;
}
export const apiReads = serviceRef<ApiReads>('apiserver.reads');

/** A subresource that neither status nor scale is: `pods/binding`, `serviceaccounts/token`. */
export interface SubresourceHandler {
  readonly resource: string;
  readonly subresource: string;
  /** Kind of the body, named in discovery. */
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly verbs: readonly string[];
  /** The body's schema holder, so that protobuf bodies can be read. */
  readonly body?: Resource;
  create?(request: SubresourceRequest & { readonly body: AnyObject }): Promise<AnyObject | Status>;
}
export interface SubresourceRequest {
  readonly user: UserInfo;
  readonly namespace: string;
  readonly name: string;
  readonly dryRun: boolean;
  readonly audit?: AuditNotes | undefined;
}
export const subresourceHandlers = contributionPoint<SubresourceHandler>('apiserver.subresources');

/** A subresource answered as a byte stream or an upgraded connection: log, exec, attach, portforward, proxy. */
export interface ConnectHandler {
  readonly resource: string;
  readonly subresource: string;
  /** GET (and POST where it upgrades) are authorized as `get` and `create`. */
  readonly verbs: readonly string[];
  /** What of the request admission sees, as an object of this kind of `v1`. Without it, it is not asked. */
  readonly options?: { readonly kind: string; readonly fields: Readonly<Record<string, ConnectField>> };
  /** Plain answers (`log`). `write` resolves when the client has room; ends the answer by returning. */
  stream?(request: ConnectRequest, answer: StreamAnswer): Promise<void>;
  /** Upgrades; owns `socket` from here on. */
  upgrade?(request: ConnectRequest & { readonly raw: IncomingMessage }, socket: Duplex, head: Buffer): Promise<void>;
}
/** How a parameter is read; `path` is what follows the subresource in the path. */
export type ConnectField = 'boolean' | 'string' | 'strings' | 'integers' | 'path';
export interface ConnectRequest extends SubresourceRequest {
  readonly method: string;
  readonly query: URLSearchParams;
  /** The query as it came, with its `?`; '' without one. */
  readonly search: string;
  /** The path as it came, up to the subresource, and what follows that: '' or from a slash on. */
  readonly base: string;
  readonly rest: string;
  /** The host that the client asked. */
  readonly host: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  /** Empty where none was sent, or the connection is upgraded. */
  readonly body: Buffer;
  readonly signal: AbortSignal;
}
export interface StreamAnswer {
  /** Before the first write; afterwards errors can only end the stream. Without it the answer is 204. */
  head(headers: Iterable<readonly [name: string, value: string]>, code?: number): void;
  write(chunk: Uint8Array): Promise<void>;
}
export const connectHandlers = contributionPoint<ConnectHandler>('apiserver.connect');

/** A version of a group that another server answers. */
export interface RemoteApi extends Required<Pick<ConnectHandler, 'stream' | 'upgrade'>> {
  readonly group: string;
  readonly version: string;
  /** Its resources as its server told them last. */
  readonly resources: readonly RemoteResource[];
  /** Whether its server answered when it was asked last. */
  readonly isFresh: boolean;
  /**
   * A JSON document of its server, asked for in the name of this one or of `user`.
   * Rejects with `StatusError` when there is none or it does not answer.
   */
  document(path: string, user?: UserInfo): Promise<Buffer>;
}

/** `metav1.APIResource`. */
export interface RemoteResource {
  /** `pods`, `pods/status`. */
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
}

/** Who answers which API, and in what order discovery tells of them. */
export interface Aggregation {
  /** Another after every change of what follows. */
  readonly generation: number;
  readonly remotes: readonly RemoteApi[];
  /** `undefined` for what this server answers itself. */
  find(group: string, version: string): RemoteApi | undefined;
  /** Of a group version that is registered. */
  priority(group: string, version: string): { readonly group: number; readonly version: number } | undefined;
}
/** There is one at most. */
export const aggregations = contributionPoint<Aggregation>('apiserver.aggregations');

/** A fixed non-resource answer: `/openid/v1/jwks`. Authorized as `get` of its path. */
export interface NonResourceRoute {
  readonly path: string;
  readonly contentType: string;
  /** `/` does not name it. */
  readonly isUnlisted?: boolean;
  /** How OpenAPI tells of it; it does not of others. */
  readonly openApi?: { readonly id: string; readonly description: string; readonly tag: string };
  body(query: URLSearchParams): Promise<string> | string;
}
export const nonResourceRoutes = contributionPoint<NonResourceRoute>('apiserver.routes');

/** A named check of `/readyz` (and `/livez` where `live`). */
export interface HealthCheck {
  readonly name: string;
  readonly live: boolean;
  /** Throws when not healthy. */
  check(): Promise<void> | void;
}
export const healthChecks = contributionPoint<HealthCheck>('apiserver.health');

/** What `/metrics` tells besides of the server itself. */
export interface MetricSource {
  /** Asked each time. */
  collect(this: void): readonly Metric[];
}

export const metricSources = contributionPoint<MetricSource>('apiserver.metrics');

/** A part of the control plane that runs, by the name that its ComponentStatus has. */
export interface Component {
  readonly name: string;
}
export const components = contributionPoint<Component>('apiserver.components');

/** Where the API is served once `ready`. */
export interface ApiAddress {
  readonly advertiseAddress: string;
  readonly port: number;
}
export const apiAddress = serviceRef<ApiAddress>('apiserver.address');
