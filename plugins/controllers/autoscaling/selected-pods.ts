import { messageOf } from '../../../src/base/message-of.ts';
import { parseLabelSelector, type LabelMatcher } from '../../../src/api/label-selector.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';

interface Known {
  readonly name: string;
  readonly namespace: string;
  readonly matcher: LabelMatcher;
}

export type SelectedPods =
  | { readonly type: 'selected'; readonly pods: readonly Pod[] }
  /** Why none may be scaled: of the condition, and of the event and its reason. */
  | {
      readonly type: 'refused';
      readonly reason: string;
      readonly event: string;
      readonly message: string;
      readonly told: string;
    };

/** Which pods each autoscaler scales; none may be scaled by two. */
export class PodSelections {
  readonly #known = new Map<string, Known>();

  forget(key: string): void {
    this.#known.delete(key);
  }

  select(
    autoscaler: { readonly name: string; readonly namespace: string },
    selector: string,
    pods: readonly Pod[],
  ): SelectedPods {
    const { name, namespace } = autoscaler;
    if (selector === '') {
      const told = "the HPA target's scale is missing a selector";
      return {
        type: 'refused',
        reason: 'InvalidSelector',
        event: 'SelectorRequired',
        message: 'selector is required',
        told,
      };
    }
    const matcher = matcherOr(selector);
    if (!('matches' in matcher)) {
      const message = `couldn't convert selector into a corresponding internal selector object: ${matcher.problem}`;
      return { type: 'refused', reason: 'InvalidSelector', event: 'InvalidSelector', message, told: message };
    }
    this.#known.set(`${namespace}/${name}`, { name, namespace, matcher });
    const selected = pods.filter(({ metadata }) => matcher.matches(metadata.labels));
    const by = [...this.#known.values()].filter(
      each => each.namespace === namespace && selected.some(({ metadata }) => each.matcher.matches(metadata.labels)),
    );
    if (by.length <= 1) return { type: 'selected', pods: selected };
    const all = by.map(each => `{${each.name} ${each.namespace}}`).sort();
    const message = `pods by selector ${selector} are controlled by multiple HPAs: [${all.join(' ')}]`;
    return { type: 'refused', reason: 'AmbiguousSelector', event: 'AmbiguousSelector', message, told: message };
  }
}

function matcherOr(selector: string): LabelMatcher | { readonly problem: string } {
  try {
    return parseLabelSelector(selector);
  } catch (error) {
    return { problem: messageOf(error) };
  }
}
