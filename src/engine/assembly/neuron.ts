// One step of the leaky integrate-and-fire neuron (docs/numerics.md, "Simulation") for layers whose state lies in
// memory.

/**
 * Advances four neurons by one step. Their v, i and r lie at `at`, `at + size` and `at + 2 * size`.
 * @param x what arrives in this step
 * @returns the lanes that fire, all bits set
 */
@inline
export function stepNeurons(
  at: usize,
  size: usize,
  x: v128,
  decayM: v128,
  decayS: v128,
  fireAbove: v128,
  refractory: v128,
): v128 {
  let v = v128.load(at);
  let i = v128.load(at + size);
  const r = v128.load(at + 2 * size);
  i = f32x4.add(f32x4.sub(i, f32x4.mul(i, decayS)), x);
  v = f32x4.add(f32x4.sub(v, f32x4.mul(v, decayM)), f32x4.mul(i, decayS));
  const held = i32x4.gt_s(r, i32x4.splat(0));
  v = v128.andnot(v, held);
  const fires = f32x4.gt(v, fireAbove);
  v128.store(at, v128.andnot(v, fires));
  v128.store(at + size, i);
  v128.store(at + 2 * size, v128.bitselect(refractory, i32x4.add(r, held), fires));
  return fires;
}
