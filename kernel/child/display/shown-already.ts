/** What `display` and `interact` return: as a cell's last value it is not shown a second time. */
export abstract class ShownAlready {}
