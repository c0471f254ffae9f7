/** `name value` of a flat keyed file, as those of control groups are; 0 where there is none. */
export function flatField(text: string | undefined, name: string): number {
  const line = (text ?? '').split('\n').find(each => each.startsWith(`${name} `));
  return line === undefined ? 0 : Number(line.slice(name.length + 1));
}
