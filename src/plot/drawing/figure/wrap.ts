/** Texts over a figure, in as many lines as they need. */
import { fitText } from '../text.js';

const mostLines = 4;

/** Lines of whole words no wider than `room`; of what does not fit into four of them the end is left out. */
export function wrapText(text: string, room: number, measure: (text: string) => number): string[] {
  const lines: string[] = [];
  let line = '';
  const words = text.split(' ');
  for (const [k, word] of words.entries()) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || measure(longer) <= room) {
      line = longer;
      continue;
    }
    if (lines.length === mostLines - 1)
      return [...lines, fitText(`${line} ${words.slice(k).join(' ')}`, room, measure)];
    lines.push(line);
    line = word;
  }
  return [...lines, line].map((one) => fitText(one, room, measure));
}
