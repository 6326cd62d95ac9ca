const WIDTH = 100;

/** Text as comment lines, each with the marker in front, broken between words before the width. */
export function wrapComment(text: string, marker: string, width = WIDTH): string {
  const lines: string[] = [];
  let line = marker;
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (line !== marker && line.length + 1 + word.length > width) {
      lines.push(line);
      line = marker;
    }
    line += ` ${word}`;
  }
  return [...lines, line].join('\n');
}
