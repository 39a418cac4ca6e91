/** A value for a spreadsheet: in quotes, and not taken for a formula. */
export function quoted(text: string): string {
  return `"${text.replaceAll('"', '""').replace(/^(?=[=+\-@\t])/, "'")}"`;
}
