/**
 * Whether two networks or rules are equal. Both sides come from the same builders, so that their keys have the same
 * order.
 */
export const sameSettings = (a: object, b: object): boolean => JSON.stringify(a) === JSON.stringify(b);
