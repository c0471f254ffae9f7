import {
  ALL_FLAG,
  DRY_RUN_FLAG,
  FIELD_SELECTOR_FLAG,
  fieldManager,
  FILE_FLAGS,
  LOCAL_FLAG,
  PRINT_FLAGS,
  SELECTOR_FLAG,
} from '../builder/builder-flags.ts';
import { findAll, shownName, type Found } from '../builder/found.ts';
import { bool, text } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { textsAt, withField } from '../dig.ts';
import { Failure } from '../failures.ts';
import type { KubeObject } from '../kube-object.ts';
import { dryRunOf, dryRunQuery } from './dry-run.ts';
import { keyChanges, type KeyChanges } from './key-changes.ts';
import { patchObject } from './patch-object.ts';
import { reporter } from './report.ts';

export interface KeyVerb {
  readonly what: 'label' | 'annotation';
  readonly field: 'labels' | 'annotations';
  readonly usage: string;
  readonly about: string;
  readonly manager: string;
}

/** `kubectl label` and `kubectl annotate`. */
export function keyVerb(verb: KeyVerb): Verb {
  return {
    usage: verb.usage,
    about: verb.about,
    flags: [
      ...FILE_FLAGS,
      ...PRINT_FLAGS,
      SELECTOR_FLAG,
      FIELD_SELECTOR_FLAG,
      ALL_FLAG,
      DRY_RUN_FLAG,
      LOCAL_FLAG,
      fieldManager(verb.manager),
      bool('all-namespaces', 'Objects of all namespaces.', { short: 'A' }),
      bool('list', 'Show what there is.'),
      bool('overwrite', 'Overwrite what is there.'),
      text('resource-version', 'Only where the object is of this version.'),
    ],
    run: call => changeKeys(call, verb),
  };
}

async function changeKeys(call: Call, verb: KeyVerb): Promise<void> {
  const { flags } = call;
  const dryRun = dryRunOf(flags);
  const report = await reporter(call, dryRun);
  const changes = keyChanges(call, verb.what);
  const isEmpty = Object.keys(changes.set).length === 0 && changes.removed.length === 0;
  if (isEmpty && !flags.bool('list')) throw new Failure(`at least one ${verb.what} update is required`);
  const found = await findAll(call, {
    args: changes.resources,
    latest: !flags.bool('local'),
    local: flags.bool('local'),
    allNamespaces: flags.bool('all-namespaces'),
  });
  for (const each of found) {
    const next = changed(each, changes, verb, flags.bool('overwrite'));
    const operation = operationOf(call, each, next, changes, verb);
    if (isEmpty) {
      tellList(call, each, verb, found.length > 1);
      continue;
    }
    const writes = dryRun !== 'client' && !flags.bool('local') && !operation.startsWith('not ');
    const patch = {
      metadata: { [verb.field]: { ...changes.set, ...Object.fromEntries(changes.removed.map(key => [key, null])) } },
    };
    const object = writes
      ? await patchObject(await call.cluster.client(), each, patch, {
          type: 'merge',
          fieldManager: flags.text('field-manager'),
          dryRun: dryRunQuery(dryRun),
        })
      : next;
    report(each, object, operation);
  }
}

function changed({ object }: Found, { set, removed }: KeyChanges, verb: KeyVerb, overwrite: boolean): KubeObject {
  const old = textsAt(object, 'metadata', verb.field);
  if (!overwrite) {
    const taken = Object.entries(set).filter(([key, value]) => Object.hasOwn(old, key) && old[key] !== value);
    const [first] = taken;
    if (first !== undefined) {
      if (verb.what === 'label')
        throw new Failure(
          taken.map(([key]) => `'${key}' already has a value (${old[key]}), and --overwrite is false`).join(', '),
        );
      throw new Failure(
        `--overwrite is false but found the following declared annotation(s): ${taken.map(([key]) => `'${key}' already has a value (${old[key]})`).join('; ')}`,
      );
    }
  }
  const kept = Object.entries({ ...old, ...set }).filter(([key]) => !removed.includes(key));
  return withField(object, ['metadata', verb.field], Object.fromEntries(kept)) as KubeObject;
}

function operationOf(
  { terminal }: Call,
  { object }: Found,
  next: KubeObject,
  { set, removed }: KeyChanges,
  verb: KeyVerb,
): string {
  if (verb.what === 'annotation') return 'annotated';
  const [old, now] = [textsAt(object, 'metadata', 'labels'), textsAt(next, 'metadata', 'labels')];
  for (const key of removed) if (!Object.hasOwn(old, key)) terminal.out(`label ${JSON.stringify(key)} not found.\n`);
  const isSame = JSON.stringify(Object.entries(old).toSorted()) === JSON.stringify(Object.entries(now).toSorted());
  if (isSame) return 'not labeled';
  return Object.keys(set).length === 0 ? 'unlabeled' : 'labeled';
}

function tellList({ terminal }: Call, found: Found, { field, what }: KeyVerb, isOneOfSeveral: boolean): void {
  const entries = Object.entries(textsAt(found.object, 'metadata', field)).toSorted();
  if (isOneOfSeveral || what === 'annotation') terminal.out(`Listing ${field} for ${shownName(found)}:\n`);
  const indent = isOneOfSeveral || what === 'annotation' ? ' ' : '';
  for (const [key, value] of entries) terminal.out(`${indent}${key}=${value}\n`);
}
