/** One line in which nothing is a mark, wherever it stands: in a table, a list or a heading. A viewer may make a link of an address. */
export const escapeMarkdown = (text: string): string =>
  text
    .replaceAll(/\s*[\r\n]\s*/g, ' ')
    .replaceAll(/[\\`*_[\]<>|#~]/g, '\\$&')
    .replace(/^\s*(?=[-+=])|^\s*\d+(?=[.)](?:\s|$))/, '$&\\')
    .replaceAll('&', '&amp;');
