import { isIP } from 'node:net';
import { parseTimestamp } from '../../../../src/base/timestamp.ts';

/** Whether a text is of a format; of one that nobody knows every text is. */
export function isOfFormat(format: string, text: string): boolean {
  const check = FORMATS.get(normal(format));
  return check === undefined || (text.length <= LONGEST && check(text));
}

export const isKnownFormat = (format: string): boolean => FORMATS.has(normal(format));

/** Names of formats are told apart without their dashes; strfmt's default normalization. */
const normal = (format: string): string => format.replaceAll('-', '');

/** Longer texts are of no format; each of these expressions is linear in its text. */
const LONGEST = 64 * 1024;

const uuid = (third = '[0-9a-f]', fourth = '[0-9a-f]'): RegExp =>
  new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${third}[0-9a-f]{3}-?${fourth}[0-9a-f]{3}-?[0-9a-f]{12}$`, 'i');

const by =
  (pattern: RegExp): ((text: string) => boolean) =>
  text =>
    pattern.test(text);

/** Those that kube-apiserver 1.36 knows; apiextensions' supportedVersionedFormats. */
const FORMATS: ReadonlyMap<string, (text: string) => boolean> = new Map<string, (text: string) => boolean>([
  ['bsonobjectid', by(/^[0-9a-f]{24}$/i)],
  ['uri', text => URL.canParse(text) || text.startsWith('/')],
  ['email', by(/^[^\s@<>]+@[^\s@<>]+$/)],
  ['hostname', isHostname],
  ['ipv4', text => isIP(text) === 4],
  ['ipv6', text => isIP(text) === 6],
  ['cidr', isCidr],
  ['mac', by(/^([0-9a-f]{2}([:-]))([0-9a-f]{2}\2){4,18}[0-9a-f]{2}$|^([0-9a-f]{4}\.){2,9}[0-9a-f]{4}$/i)],
  ['uuid', by(uuid())],
  ['uuid3', by(uuid('3'))],
  ['uuid4', by(uuid('4', '[89ab]'))],
  ['uuid5', by(uuid('5', '[89ab]'))],
  ['isbn', text => isIsbn10(text) || isIsbn13(text)],
  ['isbn10', isIsbn10],
  ['isbn13', isIsbn13],
  ['creditcard', isCreditCard],
  ['ssn', by(/^\d{3}[- ]?\d{2}[- ]?\d{4}$/)],
  ['hexcolor', by(/^#?([0-9a-f]{3}|[0-9a-f]{6})$/i)],
  ['rgbcolor', by(/^rgb\(\s*(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])\s*(,\s*(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])\s*){2}\)$/)],
  ['byte', by(/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/)],
  ['password', () => true],
  ['date', text => /^\d{4}-\d\d-\d\d$/.test(text) && parseTimestamp(`${text}T00:00:00Z`) !== undefined],
  ['duration', by(/^[-+]?(\d+(\.\d*)?|\.\d+)\s*[a-zµ]+(\s*(\d+(\.\d*)?|\.\d+)\s*[a-zµ]+)*$|^[-+]?0$/i)],
  ['datetime', text => parseTimestamp(text.toUpperCase()) !== undefined],
  ['k8sshortname', text => text.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text)],
  [
    'k8slongname',
    text => text.length <= 253 && text.split('.').every(part => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(part)),
  ],
]);

function isHostname(text: string): boolean {
  const labels = text.split('.');
  const last = labels.at(-1) ?? '';
  const isTopLevel = labels.length === 1 || /^[a-zA-Z\p{L}]{2,63}$/u.test(last);
  return text.length <= 255 && isTopLevel && labels.every(isHostLabel);
}

const isHostLabel = (label: string): boolean =>
  label.length <= 63 && /^[a-zA-Z0-9\p{S}\p{L}]([a-zA-Z0-9\p{S}\p{L}-]*[a-zA-Z0-9\p{S}\p{L}])?$/u.test(label);

function isCidr(text: string): boolean {
  const [address = '', bits = '', ...more] = text.split('/');
  const family = isIP(address);
  return more.length === 0 && family !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

const plain = (text: string): string => text.replaceAll(/[\s-]/g, '');

function isIsbn10(text: string): boolean {
  const digits = plain(text);
  if (!/^\d{9}[\dX]$/.test(digits)) return false;
  const sum = Array.from(digits).reduce(
    (total, digit, index) => total + (index + 1) * (digit === 'X' ? 10 : Number(digit)),
    0,
  );
  return sum % 11 === 0;
}

function isIsbn13(text: string): boolean {
  const digits = plain(text);
  if (!/^\d{13}$/.test(digits)) return false;
  const sum = Array.from(digits).reduce((total, digit, index) => total + (index % 2 === 0 ? 1 : 3) * Number(digit), 0);
  return sum % 10 === 0;
}

const CARD =
  /^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|6(?:011|5\d\d)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:2131|1800|35\d{3})\d{11})$/;

/** With its check digit (Luhn). */
function isCreditCard(text: string): boolean {
  const digits = text.replaceAll(/\D/g, '');
  if (!CARD.test(digits)) return false;
  const sum = Array.from(digits)
    .toReversed()
    .reduce((total, digit, index) => {
      const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
  return sum % 10 === 0;
}
