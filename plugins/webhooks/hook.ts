import { labelMatcher } from '../../src/api/label-selector.ts';
import { compileCondition } from '../kinds/admissionregistration/cel/compile-condition.ts';
import type { MutatingWebhookConfiguration } from '../kinds/admissionregistration/v1/mutating-webhook-configuration.ts';
import type { ValidatingWebhookConfiguration } from '../kinds/admissionregistration/v1/validating-webhook-configuration.ts';
import type { MutatingWebhook, ValidatingWebhook } from '../kinds/admissionregistration/v1/webhook.ts';
import type { Concern } from './asked-as.ts';
import type { Condition } from './evaluate-request.ts';

export type Configuration = MutatingWebhookConfiguration | ValidatingWebhookConfiguration;
export type Webhook = MutatingWebhook | ValidatingWebhook;

/** A webhook of a configuration, its selectors and conditions read. */
export interface Hook<W extends Webhook = Webhook> {
  /** The name of its configuration. */
  readonly configuration: string;
  readonly webhook: W;
  readonly concern: Concern;
  readonly conditions: readonly Condition[];
}

/** The webhooks of all configurations, in the order of these' names. */
export const hooksOf = <C extends Configuration>(configurations: readonly C[]): readonly Hook<WebhookOf<C>>[] =>
  configurations
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    .flatMap(configuration => readOnce(configuration));

type WebhookOf<C extends Configuration> = NonNullable<C['webhooks']>[number];

const read = new WeakMap<Configuration, readonly Hook[]>();

function readOnce<C extends Configuration>(configuration: C): readonly Hook<WebhookOf<C>>[] {
  let hooks = read.get(configuration);
  if (hooks === undefined) {
    hooks = (configuration.webhooks ?? []).map(webhook => ({
      configuration: configuration.metadata.name,
      webhook,
      concern: {
        namespaces: labelMatcher(webhook.namespaceSelector),
        objects: labelMatcher(webhook.objectSelector),
        rules: webhook.rules ?? [],
        excluded: [],
        matchPolicy: webhook.matchPolicy,
      },
      conditions: (webhook.matchConditions ?? []).map(({ expression }) => ({
        expression,
        compiled: compileCondition(expression.trim()),
      })),
    }));
    read.set(configuration, hooks);
  }
  return hooks;
}
