import { messageOf } from '../../../src/base/message-of.ts';
import { DRY_RUN_FLAG, fieldManager, PRINT_FLAGS } from '../builder/builder-flags.ts';
import { guessedResource, type Found } from '../builder/found.ts';
import { bool, type FlagSpec } from '../command/flag.ts';
import { usageFailure, type Call, type Verb } from '../command/verb.ts';
import { withField } from '../dig.ts';
import { Failure, StatusFailure } from '../failures.ts';
import type { KubeObject } from '../kube-object.ts';
import { nameOf } from '../kube-object.ts';
import { withLastApplied } from '../apply/last-applied.ts';
import { groupResource } from '../rest/api-resource.ts';
import { createObject } from '../write/create-object.ts';
import { dryRunOf, dryRunQuery } from '../write/dry-run.ts';
import { fieldValidation, VALIDATE_FLAG } from '../write/field-validation.ts';
import { reporter } from '../write/report.ts';

export interface Generator {
  readonly usage: string;
  readonly about: string;
  readonly flags: readonly FlagSpec[];
  readonly namespaced: boolean;
  /** Said before why it could not be created: `failed to create configmap`. */
  readonly failed?: string;
  readonly build: (call: Call, name: string) => KubeObject | Promise<KubeObject>;
}

/** A command that makes one object of its flags. */
export function generatorVerb({ usage, about, flags, namespaced, failed, build }: Generator): Verb {
  return {
    usage,
    about,
    flags: [
      ...PRINT_FLAGS,
      ...flags,
      DRY_RUN_FLAG,
      VALIDATE_FLAG,
      fieldManager('kubectl-create'),
      bool('save-config', 'Keep the configuration in its annotation, for a later apply.'),
    ],
    async run(call) {
      const object = await build(call, onlyName(call));
      await createGenerated(call, object, { namespaced, ...(failed === undefined ? {} : { failed }) });
    },
  };
}

/** The one argument there is to be. */
export function onlyName(call: Pick<Call, 'args' | 'path' | 'dash'>): string {
  const names = call.dash < 0 ? call.args : call.args.slice(0, call.dash);
  const [name, ...more] = names;
  if (name === undefined || more.length > 0) {
    throw usageFailure(call, `exactly one NAME is required, got ${names.length}`);
  }
  return name;
}

export async function createGenerated(
  call: Call,
  object: KubeObject,
  {
    namespaced,
    failed,
    operation = 'created',
  }: { readonly namespaced: boolean; readonly failed?: string; readonly operation?: string },
): Promise<KubeObject> {
  const { flags, cluster } = call;
  const dryRun = dryRunOf(flags);
  const report = await reporter(call, dryRun);
  const { namespace, isNamespaceGiven } = await cluster.access();
  const isPlaced = namespaced && (isNamespaceGiven || dryRun !== 'client');
  const placed = isPlaced ? (withField(object, ['metadata', 'namespace'], namespace) as KubeObject) : object;
  const whole = flags.has('save-config') && flags.bool('save-config') ? withLastApplied(placed) : placed;
  const guessed = guessedResource(object);
  let made: KubeObject = whole;
  if (dryRun !== 'client') {
    const resource = (await cluster.names()).ofKind(object.apiVersion, object.kind);
    if (resource === undefined) {
      const message = `the server could not find the requested resource (post ${groupResource(guessed)})`;
      throw new StatusFailure({ reason: 'NotFound', message });
    }
    const found = { resource, namespace: namespaced ? namespace : '' };
    try {
      made = await createObject(await cluster.client(), found, whole, {
        fieldManager: flags.text('field-manager'),
        dryRun: dryRunQuery(dryRun),
        fieldValidation: flags.has('validate') ? fieldValidation(flags) : undefined,
      });
    } catch (error) {
      throw failed === undefined ? error : new Failure(`${failed}: ${messageOf(error)}`);
    }
  }
  const shown: Pick<Found, 'resource' | 'name'> = { resource: guessed, name: nameOf(made) };
  report(shown, made, operation);
  return made;
}

/** What every generated object begins with; Go writes the time it does not have. */
export const newMetadata = (
  name: string,
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> => ({
  creationTimestamp: null,
  name,
  ...more,
});
