/** `30000-32767`, or `30000+100` for a first port and how many follow it. */
export function parsePortRange(text: string): { readonly first: number; readonly last: number } {
  const match = /^(\d{1,5})([-+])(\d{1,5})$/.exec(text);
  const first = Number(match?.[1]);
  const last = match?.[2] === '+' ? first + Number(match[3]) : Number(match?.[3]);
  if (!(first >= 1 && last >= first && last <= 65_535))
    throw new Error(`${JSON.stringify(text)} is not a range of ports`);
  return { first, last };
}
