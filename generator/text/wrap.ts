/** Puts words on as few lines as possible. Only a word that is too long itself exceeds the width. */
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

/** Wraps text into comment lines that begin with the marker. */
export const wrapComment = (text: string, marker: string, width: number): string =>
  fillLines(text.split(/\s+/).filter(Boolean), width - marker.length - 1)
    .map((line) => `${marker} ${line}`)
    .join('\n');
