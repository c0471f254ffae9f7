import { labelMatcher, labelSelectorText, type LabelSelector } from './label-selector.ts';
import { isStatusError } from './status-error.ts';

type Labels = Readonly<Record<string, string>>;

/** Labels as a table prints them: `app=web,tier=front`. */
export function formatLabels(labels: Labels | undefined): string {
  const texts = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return texts.length === 0 ? '<none>' : texts.sort().join(',');
}

/** A selector as a table prints it. */
export function formatLabelSelector(selector: LabelSelector | undefined): string {
  try {
    const text = labelSelectorText(labelMatcher(selector));
    return text === '' ? '<none>' : text;
  } catch (error) {
    if (isStatusError(error)) return '<error>';
    throw error;
  }
}
