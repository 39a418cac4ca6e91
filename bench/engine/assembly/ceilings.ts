// What WASM SIMD can do on this machine at most: each function repeats one kind of work on registers or on `bytes`
// bytes at `at`, and returns something of it, so that no compiler leaves it out.

/** 12 additions of four floats a round, in registers: as many sums as there are registers for. */
export function adds(rounds: i32, seed: f32): f32 {
  const x = f32x4.splat(seed);
  let a = x,
    b = x,
    c = x,
    d = x;
  let e = x,
    f = x,
    g = x,
    h = x;
  let i = x,
    j = x,
    k = x,
    l = x;
  for (let n = 0; n < rounds; n++) {
    a = f32x4.add(a, x);
    b = f32x4.add(b, x);
    c = f32x4.add(c, x);
    d = f32x4.add(d, x);
    e = f32x4.add(e, x);
    f = f32x4.add(f, x);
    g = f32x4.add(g, x);
    h = f32x4.add(h, x);
    i = f32x4.add(i, x);
    j = f32x4.add(j, x);
    k = f32x4.add(k, x);
    l = f32x4.add(l, x);
  }
  const abcd = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
  const efgh = f32x4.add(f32x4.add(e, f), f32x4.add(g, h));
  const ijkl = f32x4.add(f32x4.add(i, j), f32x4.add(k, l));
  return f32x4.extract_lane(f32x4.add(f32x4.add(abcd, efgh), ijkl), 0);
}

/** 12 additions of four floats a round, each of which waits for the one before. */
export function addsInTurn(rounds: i32, seed: f32): f32 {
  const x = f32x4.splat(seed);
  let a = x;
  for (let n = 0; n < rounds; n++) {
    for (let k = 0; k < 3; k++) a = f32x4.add(f32x4.add(f32x4.add(f32x4.add(a, x), x), x), x);
  }
  return f32x4.extract_lane(a, 0);
}

/**
 * Lines of 64 bytes added to six sums (more do not fit into registers beside what is loaded), over and over: `rounds`
 * times all that lie in `bytes`.
 */
export function addLines(rounds: i32, at: usize, bytes: usize): f32 {
  let a = f32x4.splat(0),
    b = a,
    c = a,
    d = a,
    e = a,
    f = a;
  const end = at + (bytes / 96) * 96;
  for (let k = 0; k < rounds; k++) {
    for (let next = at; next < end; next += 96) {
      a = f32x4.add(a, v128.load(next));
      b = f32x4.add(b, v128.load(next, 16));
      c = f32x4.add(c, v128.load(next, 32));
      d = f32x4.add(d, v128.load(next, 48));
      e = f32x4.add(e, v128.load(next, 64));
      f = f32x4.add(f, v128.load(next, 80));
    }
  }
  const abcd = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
  return f32x4.extract_lane(f32x4.add(abcd, f32x4.add(e, f)), 0);
}

/** Reads and writes every line of `bytes`: what an optimiser's pass over one matrix does. */
export function rewriteLines(rounds: i32, at: usize, bytes: usize): f32 {
  const x = f32x4.splat(0.5);
  for (let k = 0; k < rounds; k++) {
    for (let next = at; next < at + bytes; next += 64) {
      v128.store(next, f32x4.mul(v128.load(next), x));
      v128.store(next, f32x4.mul(v128.load(next, 16), x), 16);
      v128.store(next, f32x4.mul(v128.load(next, 32), x), 32);
      v128.store(next, f32x4.mul(v128.load(next, 48), x), 48);
    }
  }
  return load<f32>(at);
}

/** Four square roots, then four divisions, of four floats each a round. */
export function rootsAndDivisions(rounds: i32, seed: f32): f32 {
  const x = f32x4.splat(seed);
  let a = x,
    b = f32x4.splat(seed + 1),
    c = f32x4.splat(seed + 2),
    d = f32x4.splat(seed + 3);
  for (let k = 0; k < rounds; k++) {
    a = f32x4.div(x, f32x4.sqrt(a));
    b = f32x4.div(x, f32x4.sqrt(b));
    c = f32x4.div(x, f32x4.sqrt(c));
    d = f32x4.div(x, f32x4.sqrt(d));
  }
  return f32x4.extract_lane(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), 0);
}
