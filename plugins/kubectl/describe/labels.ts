import { LAST_APPLIED } from '../apply/last-applied.ts';
import type { Description } from './description.ts';

type Texts = Readonly<Record<string, string>>;
const MAX_ANNOTATION = 140;

/** `Labels:<tab>a=b`, each on a line of its own. */
export function describeLabels(out: Description, title: string, labels: Texts): void {
  const entries = Object.entries(labels).toSorted();
  if (entries.length === 0) return out.line(`${title}:\t<none>`);
  entries.forEach(([key, value], i) => out.line(`${i === 0 ? `${title}:` : ''}\t${key}=${value}`));
}

export function describeAnnotations(out: Description, title: string, annotations: Texts): void {
  const entries = Object.entries(annotations)
    .filter(([key]) => key !== LAST_APPLIED)
    .toSorted();
  if (entries.length === 0) return out.line(`${title}:\t<none>`);
  entries.forEach(([key, whole], i) => {
    const value = whole.replace(/\n$/, '');
    const head = i === 0 ? `${title}:` : '';
    if (value.length + key.length + 2 <= MAX_ANNOTATION && !value.includes('\n')) out.line(`${head}\t${key}: ${value}`);
    else {
      out.line(`${head}\t${key}:`);
      for (const part of value.split('\n')) out.line(`\t  ${shortened(part, MAX_ANNOTATION - 2)}`);
    }
  });
}

const shortened = (text: string, max: number): string => (text.length > max ? `${text.slice(0, max)}...` : text);

/** `a=b,c=d` */
export const joinedLabels = (labels: Texts): string =>
  Object.entries(labels)
    .toSorted()
    .map(([key, value]) => `${key}=${value}`)
    .join(',') || '<none>';
