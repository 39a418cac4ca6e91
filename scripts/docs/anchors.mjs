/** Anchors of a page's headings, by GitHub's rule; the site uses the same. */

/** The anchor of a heading whose text is `heading`. */
export const anchorOf = (heading) =>
  heading
    .replaceAll(/<[^>]*>|[`*]|\]\([^)]*\)/g, '')
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');

/** All anchors of a page of Markdown. */
export function anchorsOf(text) {
  const seen = new Map();
  return [...withoutCode(text).matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading]) => {
    const anchor = anchorOf(heading);
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}

/** Targets of a page's links and pictures. */
export const linksOf = (text) =>
  [...withoutCode(text).matchAll(/\]\(<?([^\s)>]+)>?(?: "[^"]*")?\)/g)].map(([, target]) => target);

const withoutCode = (text) =>
  text.replaceAll(/^```[^]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[()[\]]/g, ''));
