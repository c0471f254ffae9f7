/**
 * The tag of an image reference: `latest` where neither tag nor digest is given, '' where only a digest is,
 * and for what is no reference at all.
 */
export function imageTag(image: string): string {
  if (image === '') return '';
  const [name = '', digest] = image.split('@', 2);
  const last = name.slice(name.lastIndexOf('/') + 1);
  const colon = last.indexOf(':');
  if (colon >= 0) return last.slice(colon + 1);
  return digest === undefined ? 'latest' : '';
}
