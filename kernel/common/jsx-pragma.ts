import ts from 'typescript';

/** The comments before a file's first statement. */
export function leadingComments(text: string): string[] {
  return (ts.getLeadingCommentRanges(text, 0) ?? []).map(({ pos, end }) => text.slice(pos, end));
}

/**
 * Whether a file says itself which function its JSX calls: `@jsx h` in a comment at its top. Then it is not React's,
 * also where that is installed.
 */
export function namesJsxFunction(text: string): boolean {
  return (
    text.includes('@jsx') && leadingComments(text).some((comment) => /^\/\*[^]*@jsx\s+[\p{ID_Start}$_]/u.test(comment))
  );
}
