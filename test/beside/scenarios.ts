import { addresses } from './scenarios/addresses.ts';
import { autoscalers } from './scenarios/autoscalers.ts';
import { basics } from './scenarios/basics.ts';
import { changes } from './scenarios/changes.ts';
import { collections } from './scenarios/collections.ts';
import { customObjects } from './scenarios/custom-objects.ts';
import { documents } from './scenarios/documents.ts';
import { evictions } from './scenarios/evictions.ts';
import { everyKind } from './scenarios/every-kind.ts';
import { frozen } from './scenarios/frozen.ts';
import { least } from './scenarios/least.ts';
import { managers } from './scenarios/managers.ts';
import { methods } from './scenarios/methods.ts';
import { rights } from './scenarios/rights.ts';
import { rows } from './scenarios/rows.ts';
import { typos } from './scenarios/typos.ts';
import { devicesScenario } from './scenarios/devices.ts';
import { ingresses } from './scenarios/ingresses.ts';
import { invalidObjects } from './scenarios/invalid-objects.ts';
import { jobs } from './scenarios/jobs.ts';
import { lists } from './scenarios/lists.ts';
import { mutatedObjects } from './scenarios/mutated-objects.ts';
import { namedKinds } from './scenarios/named-kinds.ts';
import { mutatingPolicies } from './scenarios/mutating-policies.ts';
import { networkPolicies } from './scenarios/network-policies.ts';
import { patches } from './scenarios/patches.ts';
import { podParts } from './scenarios/pod-parts.ts';
import { podSecurity } from './scenarios/pod-security.ts';
import { pods } from './scenarios/pods.ts';
import { quotas } from './scenarios/quotas.ts';
import { reviews } from './scenarios/reviews.ts';
import { admissionPolicies } from './scenarios/admission-policies.ts';
import { appliedObjects } from './scenarios/applied-objects.ts';
import { ruledObjects } from './scenarios/ruled-objects.ts';
import { rules } from './scenarios/rules.ts';
import { runtimeClasses } from './scenarios/runtime-classes.ts';
import { sets } from './scenarios/sets.ts';
import { storage } from './scenarios/storage.ts';
import { tables } from './scenarios/tables.ts';
import { validObjects } from './scenarios/valid-objects.ts';
import { webhookConfigurations } from './scenarios/webhook-configurations.ts';
import type { Scenario } from './step.ts';

export const scenarios: Readonly<Record<string, Scenario>> = {
  'admission-policies': admissionPolicies,
  addresses,
  autoscalers,
  basics,
  valid: validObjects,
  invalid: invalidObjects,
  changes,
  collections,
  custom: customObjects,
  documents,
  evictions,
  'every-kind': everyKind,
  frozen,
  least,
  managers,
  methods,
  rights,
  rows,
  typos,
  devices: devicesScenario,
  ingresses,
  jobs,
  'mutating-policies': mutatingPolicies,
  'named-kinds': namedKinds,
  'mutated-objects': mutatedObjects,
  reviews,
  lists,
  'network-policies': networkPolicies,
  patches,
  'pod-parts': podParts,
  'pod-security': podSecurity,
  pods,
  quotas,
  rules,
  'applied-objects': appliedObjects,
  'ruled-objects': ruledObjects,
  'runtime-classes': runtimeClasses,
  sets,
  storage,
  tables,
  'webhook-configurations': webhookConfigurations,
};
