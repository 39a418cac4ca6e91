#!/usr/bin/env python3
"""Writes two golden cases in the authors' formats, computed from the formulas alone by literal loops:

  reservoir.json    cochleagram -> BSA -> reservoir -> dense -> dense, softmax over counts, SGD, no effect ratio
  convolution.json  two channels, padding, overlapping pooling cut at the border, margin loss, regulariser, SGD

Regenerate with  python3 test/oracle/golden_cases.py test/oracle/cases
"""
import json
import os
import random
import sys
from math import exp

from hm2bp_tiny import REF, TAU_M, TAU_S, f32, spsp

F = '%.6f'


def simulate(units, threshold, steps, drive):
    """drive(a, t) lists what unit a receives at t, in the order of addition; it may read `out`, which grows."""
    v, cur, ref, out = [0.0] * units, [0.0] * units, [0] * units, [[] for _ in range(units)]
    dm, ds = f32(1 / TAU_M), f32(1 / TAU_S)
    for t in range(1, steps):
        received = []
        for a in range(units):
            x = 0.0
            for w in drive(a, t, out):
                x = f32(x + w)
            received.append(x)
        for a in range(units):
            v[a] = f32(v[a] - f32(v[a] * dm))
            cur[a] = f32(cur[a] - f32(cur[a] * ds))
            cur[a] = f32(cur[a] + received[a])
            v[a] = f32(v[a] + f32(cur[a] * ds))
            if ref[a] > 0:
                v[a], ref[a] = 0.0, ref[a] - 1
            if v[a] > f32(threshold):
                v[a], ref[a] = 0.0, REF
                out[a].append(t)
    return out


def dense_drive(w, inputs, recurrent=None):
    sets = [set(s) for s in inputs]

    def drive(a, t, out):
        parts = [w[a][b] for b in range(len(inputs)) if t - 1 in sets[b]]
        if recurrent:
            parts += [recurrent[a][c] for c in range(len(out)) if out[c] and t - 1 in out[c][-2:]]
        return parts

    return drive


def dense_backward(w, nu, pre, post, delta, ratio):
    """Gradient and error down of a dense layer with linear side effect."""
    grad, down = [], [0.0] * len(pre)
    for a in range(len(post)):
        e = [spsp(post[a], s) for s in pre]
        s = sum(w[a][b] * (e[b] / len(post[a]) if post[a] else 0.5) for b in range(len(pre))) / nu
        grad.append([delta[a] * e[b] * (1 + s) for b in range(len(pre))])
        for b in range(len(pre)):
            r = e[b] / len(pre[b]) if ratio and pre[b] and post[a] else 1.0
            down[b] += delta[a] * w[a][b] * r
    return grad, down


def bsa(frames):
    kernel = [exp(-(i - 12) ** 2 / 25) for i in range(24)]
    total = sum(kernel)
    kernel = [k / total for k in kernel]
    signal = [f32(x) * 2000 for x in frames for _ in range(10)] + [0.0] * 24
    times = []
    for i in range(len(frames) * 10):
        err1 = sum(abs(signal[i + j] - kernel[j]) for j in range(24))
        err2 = sum(abs(signal[i + j]) for j in range(24))
        if err1 < err2 - 0.6:
            times.append(i + 1)
            for j in range(24):
                signal[i + j] -= kernel[j]
    return times


def six(x):
    """A number as the files hold it."""
    return f32(float(F % x))


def write(folder, name, text):
    with open(os.path.join(folder, name), 'w') as f:
        f.write(text)


def events(trains):
    return '-1\t-1\n' + ''.join(f'{n}\t{t}\n' for n, s in enumerate(trains) for t in s) + '-1\t-1\n'


def dense_spikes(trains, channels, steps):
    area = len(trains) // channels
    sets = [set(s) for s in trains]
    return ' '.join(str(int(t in sets[c * area + p])) for c in range(channels) for t in range(steps) for p in range(area))


def pairs(w, pre, post):
    lines = [(f'{pre}_{b}', f'{post}_{a}', w[a][b]) for b in range(len(w[0])) for a in range(len(w)) if w[a][b] != 0]
    return ''.join(f'{n}\t{p}\t{q}\t{F % x}\n' for n, (p, q, x) in enumerate(lines))


def update(w, grad, lr):
    return [[f32(x - lr * g) for x, g in zip(row, grow)] for row, grow in zip(w, grad)]


def files(path, spikes, weights=None):
    both = lambda suffix: {'before': f'{path}{suffix}.txt', 'after': f'{path}{suffix}_trained.txt'}
    result = {'spikes': {**both('_spikes'), 'format': spikes}}
    if weights:
        result['weights'] = {**both('_weights'), 'format': weights}
    return result


def reservoir_case(root, rng):
    folder = os.path.join(root, 'reservoir')
    os.makedirs(folder, exist_ok=True)
    steps, label, lr = 260, 2, 0.01
    frames = [[max(0.0, rng.gauss(2.5e-4, 2e-4)) for _ in range(27)] for _ in range(4)]
    frames = [[float('%.8f' % x) for x in row] for row in frames]
    inputs = [[t for t in bsa(row) if t < steps] for row in frames]
    w_in = [[rng.choice([0, 8.0, -8.0, 8.0]) for _ in range(4)] for _ in range(7)]
    w_rec = [[rng.choice([0, 1.0, -1.0, 0]) for _ in range(7)] for _ in range(7)]
    w1 = [[six(rng.uniform(-1, 1.6)) for _ in range(7)] for _ in range(5)]
    w2 = [[six(rng.uniform(-0.6, 1)) for _ in range(5)] for _ in range(3)]
    nu = [6.0, 4.0, 2.0]

    def forward(w1, w2):
        res = simulate(7, nu[0] - 1e-6, steps, dense_drive(w_in, inputs, w_rec))
        hid = simulate(5, nu[1] - 1e-6, steps, dense_drive(w1, res))
        return res, hid, simulate(3, nu[2] - 1e-6, steps, dense_drive(w2, hid))

    res, hid, out = before = forward(w1, w2)
    counts = [len(s) for s in out]
    p = [exp(c - max(counts)) for c in counts]
    p = [x / sum(p) for x in p]
    delta = [(x - (k == label)) / nu[2] for k, x in enumerate(p)]
    if not out[label]:
        k = steps // 35
        out = [list(range(k, steps, k)) if n == label else s for n, s in enumerate(out)]
    g2, down = dense_backward(w2, nu[2], hid, out, delta, False)
    g1, _ = dense_backward(w1, nu[1], res, hid, [d / nu[1] for d in down], False)
    w1_after, w2_after = ([[six(x) for x in row] for row in update(w, g, lr)] for w, g in ((w1, g1), (w2, g2)))
    after = forward(w1_after, w2_after)

    write(folder, 'cochleagram.dat', '\n'.join(' '.join('%.8f' % x for x in row) for row in frames) + '\n')
    write(folder, 'input_spikes.dat', events(inputs))
    write(folder, 'r_weights.txt', pairs(w_in, 'input', 'reservoir'))
    write(folder, 'r_recurrent.txt', pairs(w_rec, 'reservoir', 'reservoir'))
    for name, w, w_after, pre in (('hidden', w1, w1_after, 'reservoir'), ('output', w2, w2_after, 'hidden')):
        write(folder, f'{name}_weights.txt', pairs(w, pre, name))
        write(folder, f'{name}_weights_trained.txt', pairs(w_after, pre, name))
    for k, name in enumerate(('reservoir', 'hidden', 'output')):
        write(folder, f'{name}_spikes.txt', events(before[k]))
        write(folder, f'{name}_spikes_trained.txt', events(after[k]))
    case = {
        'name': 'oracle-reservoir', 'steps': steps, 'label': label, 'neuron': {'tauM': 64, 'tauS': 8, 'refractory': 2},
        'input': {'file': 'reservoir/cochleagram.dat', 'format': 'cochleagram', 'shape': [4], 'spikes': 'reservoir/input_spikes.dat'},
        'layers': [
            {'name': 'reservoir', 'type': 'reservoir', 'units': 7, 'threshold': nu[0],
             'weights': {'before': 'reservoir/r_weights.txt', 'format': 'pairs'}, 'recurrent': 'reservoir/r_recurrent.txt',
             **files('reservoir/reservoir', 'events')},
            {'name': 'hidden', 'type': 'dense', 'units': 5, 'threshold': nu[1], **files('reservoir/hidden', 'events', 'pairs')},
            {'name': 'output', 'type': 'dense', 'units': 3, 'threshold': nu[2], **files('reservoir/output', 'events', 'pairs')},
        ],
        'training': {'optimizer': {'type': 'sgd', 'learningRate': lr, 'momentum': 0.9}, 'loss': {'type': 'softmaxCount', 'desired': 35},
                     'effectRatio': False, 'sideEffect': 'linear'},
        'tolerance': {'weights': 0.0001},
    }
    write(root, 'reservoir.json', json.dumps(case, indent=1) + '\n')
    print('reservoir: spikes', [[len(s) for s in layer] for layer in (inputs, *before)], 'largest step', max(abs(lr * g) for g in sum(g1 + g2, [])))


def convolution_case(root, rng):
    folder = os.path.join(root, 'convolution')
    os.makedirs(folder, exist_ok=True)
    steps, label, lr = 120, 1, 0.0005
    desired, undesired, margin = 12, 2, 1
    lam, beta, limit = 10.0, 0.4, 8.0
    C, N, O, K, P, size, stride = 2, 6, 3, 3, 1, 3, 2  # 2x6x6 -> 3x6x6 -> 3x3x3 -> 3
    M = (N + stride - 1) // stride
    nu = [1.5, 1.5, 1.0]
    inputs = [[t for t in range(1, steps) if rng.random() < rng.choice([0, 0.2, 0.35])] for _ in range(C * N * N)]
    wc = [[[[six(rng.uniform(-0.5, 0.6)) for _ in range(K)] for _ in range(K)] for _ in range(C)] for _ in range(O)]
    wd = [[six(rng.uniform(-0.5, 0.7)) for _ in range(O * M * M)] for _ in range(3)]

    def conv_field(r, q):
        """What position (r, q) sees: (channel, kernel row, kernel column, input index)."""
        for c in range(C):
            for i in range(K):
                for j in range(K):
                    y, x = r + i - P, q + j - P
                    if 0 <= y < N and 0 <= x < N:
                        yield c, i, j, (c * N + y) * N + x

    def pool_field(o, r, q):
        for y in range(r * stride, min(N, r * stride + size)):
            for x in range(q * stride, min(N, q * stride + size)):
                yield (o * N + y) * N + x

    def forward(wc, wd):
        sets = [set(s) for s in inputs]
        conv = simulate(O * N * N, nu[0], steps, lambda a, t, _: [wc[a // (N * N)][c][i][j] for c, i, j, b in conv_field(a // N % N, a % N) if t - 1 in sets[b]])
        csets = [set(s) for s in conv]
        pool = simulate(O * M * M, nu[1] - 1e-6, steps, lambda a, t, _: [1.0 for b in pool_field(a // (M * M), a // M % M, a % M) if t - 1 in csets[b]])
        return conv, pool, simulate(3, nu[2] - 1e-6, steps, dense_drive(wd, pool))

    conv, pool, out = before = forward(wc, wd)
    diff = [len(s) - (desired if k == label else undesired) for k, s in enumerate(out)]
    delta = [(d if abs(d) > margin else 0) / nu[2] for d in diff]
    if not out[label]:
        k = steps // desired
        out = [list(range(k, steps, k)) if n == label else s for n, s in enumerate(out)]
    gd, down_pool = dense_backward(wd, nu[2], pool, out, delta, True)
    down_conv = [0.0] * len(conv)
    for o in range(O):
        for r in range(M):
            for q in range(M):
                a = (o * M + r) * M + q
                for b in pool_field(o, r, q):
                    ratio = spsp(pool[a], conv[b]) / len(conv[b]) if conv[b] and pool[a] else 1.0
                    down_conv[b] += down_pool[a] * ratio / size ** 2
    gc = [[[[0.0] * K for _ in range(K)] for _ in range(C)] for _ in range(O)]
    for o in range(O):
        for r in range(N):
            for q in range(N):
                a = (o * N + r) * N + q
                d = down_conv[a] / nu[0]
                field = [(c, i, j, b, spsp(conv[a], inputs[b])) for c, i, j, b in conv_field(r, q)]
                s = sum(wc[o][c][i][j] * (e / len(conv[a]) if conv[a] else 0.5) for c, i, j, _, e in field) / nu[0]
                for c, i, j, _, e in field:
                    gc[o][c][i][j] += d * e * (1 + s)

    def regularise(row, grow):
        q = sum((x / limit) ** 2 for x in row) / len(row)
        return [g + lam * beta * (x / limit) * exp(beta * (q - 1)) for x, g in zip(row, grow)]

    flat = lambda filters: [[x for plane in f for row in plane for x in row] for f in filters]
    step = lambda w, g: [[six(x) for x in row] for row in update(w, [regularise(r, s) for r, s in zip(w, g)], lr)]
    wc_after, wd_after = step(flat(wc), flat(gc)), step(wd, gd)
    unflat = [[[f[c * K * K + i * K:c * K * K + i * K + K] for i in range(K)] for c in range(C)] for f in wc_after]
    after = forward(unflat, wd_after)

    write(folder, 'input.dat', dense_spikes(inputs, C, steps))
    write(folder, 'conv1_weights.txt', ' '.join(F % x for f in flat(wc) for x in f))
    write(folder, 'conv1_weights_trained.txt', ' '.join(F % x for f in wc_after for x in f))
    write(folder, 'output_weights.txt', pairs(wd, 'pool', 'output'))
    write(folder, 'output_weights_trained.txt', pairs(wd_after, 'pool', 'output'))
    for suffix, (c, p, o) in (('', before), ('_trained', after)):
        write(folder, f'conv1_spikes{suffix}.txt', dense_spikes(c, O, steps))
        write(folder, f'pool1_spikes{suffix}.txt', dense_spikes(p, O, steps))
        write(folder, f'output_spikes{suffix}.txt', events(o))
    case = {
        'name': 'oracle-convolution', 'steps': steps, 'label': label,
        'input': {'file': 'convolution/input.dat', 'format': 'dense', 'shape': [C, N, N]},
        'layers': [
            {'name': 'conv1', 'type': 'convolution', 'channels': O, 'kernel': K, 'padding': P, 'threshold': nu[0], **files('convolution/conv1', 'dense', 'convolution')},
            {'name': 'pool1', 'type': 'pooling', 'size': size, 'stride': stride, 'threshold': nu[1], **files('convolution/pool1', 'dense')},
            {'name': 'output', 'type': 'dense', 'units': 3, 'threshold': nu[2], **files('convolution/output', 'events', 'pairs')},
        ],
        'training': {'optimizer': {'type': 'sgd', 'learningRate': lr, 'momentum': 0.9}, 'regularizer': {'lambda': lam, 'beta': beta, 'limit': limit},
                     'loss': {'type': 'firingCount', 'desired': desired, 'undesired': undesired, 'margin': margin}},
    }
    write(root, 'convolution.json', json.dumps(case, indent=1) + '\n')
    print('convolution: spikes', [sum(map(len, layer)) for layer in (inputs, *before)], [len(s) for s in out],
          'silent conv', sum(not s for s in conv), 'steps', max(abs(a - b) for f, g in zip(flat(wc), wc_after) for a, b in zip(f, g)))


if __name__ == '__main__':
    root = sys.argv[1]
    os.makedirs(root, exist_ok=True)
    reservoir_case(root, random.Random(46))
    convolution_case(root, random.Random(1998))
