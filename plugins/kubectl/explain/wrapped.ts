const WIDTH = 80;

/** Text in lines of some width, each after `indent`; lines that begin with more than text stay as they are. */
export function wrapped(text: string, indent: string): string {
  if (text === '') return '';
  const max = WIDTH - indent.length;
  return text
    .split('\n')
    .flatMap(line => {
      const lines: string[] = [];
      let current = '';
      for (const word of line.split(' ')) {
        if (current !== '' && current.length + 1 + word.length > max) {
          lines.push(current);
          current = word;
        } else current = current === '' ? word : `${current} ${word}`;
      }
      return [...lines, current];
    })
    .map(line => `${indent}${line}\n`)
    .join('');
}
