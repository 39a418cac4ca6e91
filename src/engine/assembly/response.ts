// S-PSP seen from the input: e_ij = c * sum over the arrivals t' of input j of G_i(t'), where G_i(t') is what one
// arrival at t' adds to neuron i at all its firing times. With the firing windows (last_f, t_f] of i, G_i(t') = d(t_f -
// t') inside a window, d(x) = exp(-x/tauM) - exp(-x/tauS), and after each window that it has passed only a fast trace
// is left of it: d(t_f - last_f) * exp(-(last_f - t')/tauS). All terms are positive, nothing cancels; and one G serves
// every input of the neuron. (docs/numerics.md has the closed form by input traces, which is the same sum.)
import { Layer, LINE, Plan } from './plan';
import { spread } from './spread';

/** Fast traces below this are 0: the products of numbers so small are subnormal, and those are slow. */
const NEGLIGIBLE: f32 = 7.888609052210118e-31; // 2^-100

/**
 * G of 16 neurons, f32[steps][16], filled for steps `from` to the last one at which a lane fires.
 * @param neuron number of the first one; the next is `pitch` further, and there are `lanes`
 * @param masks u16[steps], scratch
 * @returns the last step at which a lane fires; 0 if none does
 */
export function fillResponse(
  plan: Plan,
  layer: Layer,
  trains: usize,
  counts: usize,
  neuron: i32,
  pitch: i32,
  lanes: i32,
  from: i32,
  masks: usize,
  response: usize,
): i32 {
  memory.fill(masks, 0, (<usize>plan.steps) << 1);
  let lastFire = 0;
  for (let lane = 0; lane < lanes; lane++) {
    const unit = neuron + lane * pitch;
    const times = trains + ((<usize>(unit * layer.mostSpikes)) << 1);
    const count = load<i32>(counts + ((<usize>unit) << 2));
    for (let spike = 0; spike < count; spike++) {
      const t = <i32>load<u16>(times + ((<usize>spike) << 1));
      const word = masks + ((<usize>t) << 1);
      store<u16>(word, load<u16>(word) | (<u16>((<u32>1) << lane)));
      lastFire = max(lastFire, t);
    }
  }
  if (plan.window > 0)
    fillWindowed(plan, layer, trains, layer.mostSpikes, counts, neuron, pitch, lanes, from, lastFire, response);
  else fillTraces(layer, from, lastFire, masks, response);
  return lastFire;
}

/** Lanes of a mask as a vector: all bits where the bit of the lane is set. */
@inline
function lanesOf(bits: i32, b0: i32, b1: i32, b2: i32, b3: i32): v128 {
  const wanted = i32x4(b0, b1, b2, b3);
  return i32x4.eq(v128.and(i32x4.splat(bits), wanted), wanted);
}

/**
 * Backwards in time: M and S begin at each firing time; where its window begins, what is left of M goes into S. G = M -
 * S.
 */
function fillTraces(layer: Layer, from: i32, lastFire: i32, masks: usize, response: usize): void {
  const keepM = spread(layer, offsetof<Layer>('traceM'));
  const keepS = spread(layer, offsetof<Layer>('traceS'));
  const one = f32x4.splat(1);
  const negligible = f32x4.splat(NEGLIGIBLE);
  const zero = i32x4.splat(0);
  let m0 = zero,
    m1 = zero,
    m2 = zero,
    m3 = zero;
  let s0 = zero,
    s1 = zero,
    s2 = zero,
    s3 = zero;
  let out = response + <usize>lastFire * LINE;
  for (let t = lastFire; t >= from; t--, out -= LINE) {
    m0 = f32x4.mul(m0, keepM);
    m1 = f32x4.mul(m1, keepM);
    m2 = f32x4.mul(m2, keepM);
    m3 = f32x4.mul(m3, keepM);
    s0 = f32x4.mul(s0, keepS);
    s1 = f32x4.mul(s1, keepS);
    s2 = f32x4.mul(s2, keepS);
    s3 = f32x4.mul(s3, keepS);
    const begins = t >= layer.refractory ? <i32>load<u16>(masks + ((<usize>(t - layer.refractory)) << 1)) : 0;
    if (begins != 0) {
      const b0 = lanesOf(begins, 1, 2, 4, 8),
        b1 = lanesOf(begins, 16, 32, 64, 128),
        b2 = lanesOf(begins, 256, 512, 1024, 2048),
        b3 = lanesOf(begins, 4096, 8192, 16384, 32768);
      s0 = f32x4.sub(s0, v128.and(m0, b0));
      s1 = f32x4.sub(s1, v128.and(m1, b1));
      s2 = f32x4.sub(s2, v128.and(m2, b2));
      s3 = f32x4.sub(s3, v128.and(m3, b3));
      m0 = v128.andnot(m0, b0);
      m1 = v128.andnot(m1, b1);
      m2 = v128.andnot(m2, b2);
      m3 = v128.andnot(m3, b3);
    }
    const fires = <i32>load<u16>(masks + ((<usize>t) << 1));
    if (fires != 0) {
      const f0 = v128.and(one, lanesOf(fires, 1, 2, 4, 8)),
        f1 = v128.and(one, lanesOf(fires, 16, 32, 64, 128));
      const f2 = v128.and(one, lanesOf(fires, 256, 512, 1024, 2048)),
        f3 = v128.and(one, lanesOf(fires, 4096, 8192, 16384, 32768));
      m0 = f32x4.add(m0, f0);
      m1 = f32x4.add(m1, f1);
      m2 = f32x4.add(m2, f2);
      m3 = f32x4.add(m3, f3);
      s0 = f32x4.add(s0, f0);
      s1 = f32x4.add(s1, f1);
      s2 = f32x4.add(s2, f2);
      s3 = f32x4.add(s3, f3);
    }
    v128.store(out, f32x4.sub(m0, s0));
    v128.store(out, f32x4.sub(m1, s1), 16);
    v128.store(out, f32x4.sub(m2, s2), 32);
    v128.store(out, f32x4.sub(m3, s3), 48);
    if ((t & 63) == 0) {
      s0 = v128.and(s0, f32x4.ge(f32x4.abs(s0), negligible));
      s1 = v128.and(s1, f32x4.ge(f32x4.abs(s1), negligible));
      s2 = v128.and(s2, f32x4.ge(f32x4.abs(s2), negligible));
      s3 = v128.and(s3, f32x4.ge(f32x4.abs(s3), negligible));
    }
  }
}

/**
 * G with a window: an arrival counts for a firing time only if it is not too old, firing time by firing time. Arguments
 * as in `fillResponse`.
 * @param room of the trains
 */
export function fillWindowed(
  plan: Plan,
  layer: Layer,
  trains: usize,
  room: i32,
  counts: usize,
  neuron: i32,
  pitch: i32,
  lanes: i32,
  from: i32,
  lastFire: i32,
  response: usize,
): void {
  if (from > lastFire) return;
  memory.fill(response + <usize>from * LINE, 0, <usize>(lastFire + 1 - from) * LINE);
  for (let lane = 0; lane < lanes; lane++) {
    const unit = neuron + lane * pitch;
    const times = trains + ((<usize>(unit * room)) << 1);
    const count = load<i32>(counts + ((<usize>unit) << 2));
    let last = 1;
    for (let spike = 0; spike < count; spike++) {
      const fired = <i32>load<u16>(times + ((<usize>spike) << 1));
      // Firing times that follow too closely to have integrated anything come from the silent-class rule.
      for (let t = last < fired ? max(from, fired - plan.window + layer.refractory) : fired + 1; t <= fired; t++) {
        const out = response + <usize>t * LINE + ((<usize>lane) << 2);
        store<f32>(out, load<f32>(out) + responseTo(layer, fired, last, t));
      }
      last = fired + layer.refractory;
    }
  }
}

/** What an arrival at t adds at one firing time. */
@inline
export function responseTo(layer: Layer, fired: i32, last: i32, t: i32): f32 {
  if (t > last) return load<f32>(layer.rise + ((<usize>(fired - t)) << 2));
  return load<f32>(layer.rise + ((<usize>(fired - last)) << 2)) * load<f32>(layer.expS + ((<usize>(last - t)) << 2));
}
