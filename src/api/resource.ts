import { contributionPoint } from '../kernel/plugin.ts';
import { object, type AnySchema, type InputProps, type ObjectNode, type StoredProps } from '../schema/schema.ts';
import type { OpenApiSchema, OpenApiVersion } from '../schema/openapi.ts';
import type { FieldError } from './field-error.ts';
import type { AnyObject, NewObjectMeta } from './object-meta.ts';
import type { UserInfo } from './user-info.ts';

/** A cell of `kubectl get`; the server computes it, the client prints it. */
export interface Column<Object> {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  /** `name` for the object's own; others are only told. */
  readonly format?: string;
  readonly description?: string;
  /** Shown with `-o wide` only. */
  readonly priority?: number;
  value(object: Object, nowMs: number): string | number | boolean | null;
}

/** Something of a whole row of a table, such as that nothing more will happen to its object. */
export interface RowCondition {
  readonly type: string;
  readonly status: 'True';
  readonly reason: string;
  readonly message: string;
}

/** What surrounds a write, for rules that need it. All of it is pure input. */
export interface WriteContext {
  readonly nowMs: number;
  /** Whose write it is. */
  readonly user: UserInfo;
}

/** A subresource by which one part of an object is read and written, as its status is. */
export interface ObjectPart<Object extends AnyObject = AnyObject> {
  /** What a write comes to: `next` where it may say something, `old` everywhere else. */
  keep(next: Object, old: Object, context: WriteContext): Object;
  /** Rules of change through it. */
  validateUpdate?(object: Object, old: Object): readonly FieldError[];
  /** It is of the status, and nothing else is applied to it. */
  readonly isOfStatus?: true;
}

export interface ResourceDefinition<Object extends AnyObject = AnyObject> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  /** Lower-cased kind unless given. */
  readonly singular?: string;
  /** Kind of its lists; the kind and `List` unless given. */
  readonly listKind?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly scope: 'Namespaced' | 'Cluster';
  readonly doc?: string;
  /** Component name of the kind itself, `io.k8s.api.core.v1.Pod`. */
  readonly openapiName: string;
  readonly status?: true;
  /** Subresources besides the status that are written like it, by name. */
  readonly parts?: Readonly<Record<string, ObjectPart<Object>>>;
  /** Dotted paths of the scale subresource. */
  readonly scale?: { readonly spec: string; readonly status: string; readonly selector?: string };
  readonly columns: readonly Column<Object>[];
  readonly rowConditions?: (object: Object) => readonly RowCondition[];
  /** Field selectors besides metadata.name and metadata.namespace. */
  readonly selectableFields?: Readonly<Record<string, (object: Object) => string>>;
  /** What is said of a field selector by a field that is not selectable, where that is words of its own. */
  unknownFieldText?(field: string): string;
  /** Created, answered and never stored (reviews, bindings). */
  readonly virtual?: true;
  /** Read, worked out when it is asked for, and never stored (metrics). */
  readonly computed?: true;
  /** Its group version is left to another server as soon as one is registered for it; its place in discovery until then. */
  readonly yields?: { readonly group: number; readonly version: number };
  /** All verbs unless given; discovery lists them. */
  readonly verbs?: readonly ApiVerb[];
  /** A PUT of an object that is not there makes it. */
  readonly createdByPut?: true;
  /** A PUT must name the revision that it replaces; registry's AllowUnconditionalUpdate, said no. */
  readonly putByRevision?: true;
  /** Of a body that only subresources take: versions of before, taken as this one. */
  readonly formerVersions?: readonly string[];
  /** Told to whoever uses the kind: what succeeds it. `v1 X is deprecated in v1.33+; use ...` */
  readonly deprecation?: string;
  /** A delete that removes an object answers with it, not with a Status; registry's ReturnDeletedObject. */
  readonly answersDeleted?: true;
  /** What becomes of what it owns where a delete does not say: nobody but the oldest kinds has an opinion. */
  readonly leavesDependents?: true;
  /** Said to who deletes one without a word on what it owns. */
  readonly leavingWarning?: string;
  /** Objects expire this long after their last write (Events). */
  readonly ttlSeconds?: number;
  /** Stored as another kind's objects (events.k8s.io as v1 events). */
  readonly storedAs?: StoredAs;
  /** Its schema is a CustomResourceDefinition's, which `fields` is only an outline of. */
  readonly custom?: CustomSchema;
  /** A client that creates it says its status as well; of other kinds that is left out. */
  readonly createdWithStatus?: true;
  /** Whether `metadata.generation` counts changes of the desired state; it does where there is a status. */
  readonly generation?: boolean;
  /** Order of the rows of a table; that of the list unless given. */
  rowOrder?(a: Object, b: Object): number;
  /** Annotations are of the desired state: they are handed on. */
  readonly annotationsCount?: true;
  /** Read as JSON and YAML; in protobuf there is more than its schema tells. */
  readonly textOnly?: true;
  /** Finalizers need not say whose they are. */
  readonly anyFinalizers?: true;
  /** What is wrong with a name; an RFC 1123 subdomain is asked for unless given. */
  nameProblems?(name: string): readonly string[];

  /** Defaults that depend on other fields; constant ones are said in the schema. Pure; shares what it keeps. */
  defaults?(object: Object): Object;
  /** What a create sets or clears beyond the common rules (status is dropped before, defaults are there). */
  prepareForCreate?(object: Object, context: WriteContext): Object;
  /** In place of the common rules: the object as a first delete marks it, held by who has to be done before it goes. */
  beginDeletion?(object: Object, context: Pick<WriteContext, 'nowMs'>): Object;
  /** What an update sets or keeps beyond the common rules. */
  prepareForUpdate?(object: Object, old: Object, context: WriteContext): Object;
  /** What an update of the status sets or keeps. */
  prepareForStatusUpdate?(object: Object, old: Object, context: WriteContext): Object;
  /**
   * Rules that span fields; what one schema node can say is said there. `old` is what an update replaces: what is
   * unchanged may be let pass. Pure, never mutates.
   */
  validate?(object: Object, old?: Object): readonly FieldError[];
  /** What of `validate` may take long, done by steps before it is asked about the same object. */
  validateInSteps?(object: Object, old?: Object): { readonly next: () => IteratorResult<unknown, unknown> };
  /** Rules that only a new object keeps, besides `validate`. */
  validateCreate?(object: Object): readonly FieldError[];
  /** Rules of change, besides `validate`; `object` was already defaulted and prepared. */
  validateUpdate?(object: Object, old: Object): readonly FieldError[];
  /** What is not refused, yet said to whoever wrote it, in `Warning` headers; `old` unless it is new. Pure. */
  warnings?(object: Object, old?: Object): readonly string[];
  /** Rules of change through the status subresource. */
  validateStatusUpdate?(object: Object, old: Object): readonly FieldError[];
  /**
   * Seconds between a delete and the removal; 0 removes at once. Absent: kinds are removed at once.
   * `requestedSeconds` is the client's wish.
   */
  graceSeconds?(object: Object, requestedSeconds: number | undefined): number;
}

export interface StoredAs {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  toStored(object: AnyObject): AnyObject;
  fromStored(stored: AnyObject): AnyObject;
}

/** How objects of a custom kind are read and kept, in place of what follows from `fields` otherwise. */
export interface CustomSchema {
  /** Defaults filled in; shares what it keeps. */
  settle(object: AnyObject): AnyObject;
  /** A whole object without what its schema does not describe, and the paths of that. */
  prune(this: void, object: unknown): { readonly value: unknown; readonly unknown: readonly string[] };
  /** Members of the object itself that no field tells of are kept. */
  readonly keepsUnknown?: boolean;
  openApi(version: OpenApiVersion): OpenApiSchema;
  /** Aborts when it is served no more: watches of it end. */
  readonly retired?: AbortSignal;
  /** Objects are stored in this version; one of each kind's versions is. */
  readonly isStored: boolean;
  /** Where what is stored and what is shown may differ: in version and in defaults. */
  readonly conversion?: Pick<StoredAs, 'toStored' | 'fromStored'>;
  /** The same where others have to be asked for it. */
  readonly askedConversion?: AskedConversion;
}

/**
 * Turns objects of any of a kind's versions into those that are stored, or shown, all at once and in their order; what
 * is in that version already stays as it is. Rejects with `StatusError`.
 */
export interface AskedConversion {
  toStored(objects: readonly AnyObject[]): Promise<readonly AnyObject[]>;
  fromStored(stored: readonly AnyObject[]): Promise<readonly AnyObject[]>;
}

export type ApiVerb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

/** A grant for a controller's ClusterRole, in RBAC's own terms. */
export interface Permission {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  /** Of all unless given. */
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

declare const OBJECT: unique symbol;
declare const INPUT: unique symbol;

export interface Resource<Object extends AnyObject = AnyObject, In = unknown> extends ResourceDefinition {
  readonly [OBJECT]?: Object;
  readonly [INPUT]?: In;
  /** `v1`, `apps/v1`. */
  readonly apiVersion: string;
  readonly singular: string;
  /** Everything but apiVersion, kind and metadata, which is protobuf field 1 of every kind. */
  readonly fields: ObjectNode;
  can(...verbs: readonly ApiVerb[]): Permission;
  canOn(subresource: string, ...verbs: readonly ApiVerb[]): Permission;
}

export type ObjectOf<R> = R extends { readonly [OBJECT]?: infer O } ? NonNullable<O> : never;
/** What a client sends to create one: apiVersion and kind are filled in, metadata is a client's share of it. */
export type InputOf<R> = R extends { readonly [INPUT]?: infer I } ? NonNullable<I> : never;
export type StatusOf<R> = ObjectOf<R> extends { readonly status?: infer S } ? NonNullable<S> : never;

type Props = Readonly<Record<string, AnySchema>>;
type Flat<T> = { [K in keyof T]: T[K] };
type ObjectFrom<P extends Props> = Flat<AnyObject & StoredProps<P>>;
type InputFrom<P extends Props> = Flat<{ readonly metadata: NewObjectMeta } & InputProps<P>>;

/** Turns a kind's definition into the value that every interpreter and client works with. */
export function defineResource<const P extends Props>(
  definition: { readonly fields: P } & ResourceDefinition<ObjectFrom<P>>,
): Resource<ObjectFrom<P>, InputFrom<P>> {
  const { group, version, plural, kind, fields } = definition;
  const grant = (resource: string, verbs: readonly ApiVerb[]): Permission => ({
    apiGroups: [group],
    resources: [resource],
    verbs,
  });
  return Object.freeze({
    ...definition,
    singular: definition.singular ?? kind.toLowerCase(),
    apiVersion: group === '' ? version : `${group}/${version}`,
    fields: object(fields).node as ObjectNode,
    can: (...verbs: readonly ApiVerb[]) => grant(plural, verbs),
    canOn: (subresource: string, ...verbs: readonly ApiVerb[]) => grant(`${plural}/${subresource}`, verbs),
  }) as unknown as Resource<ObjectFrom<P>, InputFrom<P>>;
}

/** The kinds this cluster serves; the API server collects them. */
export const resources = contributionPoint<Resource>('api.resources');
