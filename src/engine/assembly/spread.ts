// A number in all four lanes, for a loop. V8 makes a splat or a constant anew at every use in every turn of the loop (a
// shuffle, or a move of 64 bits and two more operations); what was loaded before the loop stays in its register.

/** @param field offset of an f32 or i32 */
@inline
export function spread<T>(structure: T, field: usize): v128 {
  return v128.load32_splat(changetype<usize>(structure) + field);
}
