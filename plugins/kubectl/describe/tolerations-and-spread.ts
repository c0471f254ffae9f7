import { dig, textAt, numberAt } from '../dig.ts';
import { selectorText } from '../streams/pod-of.ts';
import type { Description } from './description.ts';

export function describeTolerations(out: Description, title: string, tolerations: readonly unknown[]): void {
  if (tolerations.length === 0) return out.line(`${title}:\t<none>`);
  const sorted = tolerations.toSorted((a, b) =>
    textAt(a, 'key') < textAt(b, 'key') ? -1 : textAt(a, 'key') > textAt(b, 'key') ? 1 : 0,
  );
  sorted.forEach((toleration, i) => out.line(`${i === 0 ? `${title}:` : ''}\t${tolerationText(toleration)}`));
}

function tolerationText(toleration: unknown): string {
  const [key, value, effect] = ['key', 'value', 'effect'].map(field => textAt(toleration, field));
  const seconds = numberAt(toleration, 'tolerationSeconds');
  const head = `${key}${value === '' ? '' : `=${value}`}${effect === '' ? '' : `:${effect}`}`;
  const exists = textAt(toleration, 'operator') === 'Exists' && value === '';
  return `${head}${exists ? `${head === '' ? '' : ' '}op=Exists` : ''}${seconds === undefined ? '' : ` for ${seconds}s`}`;
}

export function describeSpread(out: Description, constraints: readonly unknown[], inTemplate: boolean): void {
  const title = `${inTemplate ? '  ' : ''}Topology Spread Constraints:`;
  constraints.forEach((constraint, i) => {
    const selector =
      dig(constraint, 'labelSelector') === undefined
        ? ''
        : ` and label selector ${selectorText({ spec: { selector: dig(constraint, 'labelSelector') } }) ?? ''}`;
    const text = `${textAt(constraint, 'topologyKey')}:${textAt(constraint, 'whenUnsatisfiable')} when max skew ${textAt(constraint, 'maxSkew')} is exceeded`;
    out.line(
      `${i === 0 ? title : ''}\t${text}${selector === '' ? '' : ` for selector ${selector.slice(' and label selector '.length)}`}`,
    );
  });
}
