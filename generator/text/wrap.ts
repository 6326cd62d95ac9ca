/** Words on as few lines as they need, none longer than the width where a word does not ask for it. */
export function fillLines(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Text as comment lines, each with the marker in front, broken between words before the width. */
export const wrapComment = (text: string, marker: string, width: number): string =>
  fillLines(text.split(/\s+/).filter(Boolean), width - marker.length - 1)
    .map((line) => `${marker} ${line}`)
    .join('\n');
