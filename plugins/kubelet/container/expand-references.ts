/**
 * `$(NAME)` becomes the variable's value, `$$` a dollar sign; a reference to an unknown name stays as it is.
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ (command, args, env.value)
 */
export function expandReferences(text: string, valueOf: (name: string) => string | undefined): string {
  let result = '';
  let from = 0;
  for (;;) {
    const dollar = text.indexOf('$', from);
    if (dollar < 0 || dollar === text.length - 1) return result + text.slice(from);
    result += text.slice(from, dollar);
    const next = text.charAt(dollar + 1);
    const close = next === '(' ? text.indexOf(')', dollar + 2) : -1;
    if (close < 0) {
      result += next === '$' ? '$' : `$${next}`;
      from = dollar + 2;
      continue;
    }
    const reference = text.slice(dollar, close + 1);
    result += valueOf(reference.slice(2, -1)) ?? reference;
    from = close + 1;
  }
}
