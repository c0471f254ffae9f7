const FLAG = '--token';

/** The token that flags give, the last if there are several, and the flags without it. */
export function tokenAmong(flags: readonly string[]): {
  readonly token: string | undefined;
  readonly others: readonly string[];
} {
  let token: string | undefined;
  const others: string[] = [];
  for (let i = 0; i < flags.length; i++) {
    const flag = flags[i] ?? '';
    if (flag === FLAG) token = flags[++i];
    else if (flag.startsWith(`${FLAG}=`)) token = flag.slice(FLAG.length + 1);
    else others.push(flag);
  }
  return { token, others };
}
