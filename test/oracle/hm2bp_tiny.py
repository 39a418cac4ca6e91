#!/usr/bin/env python3
"""HM2-BP on a tiny network, written from the formulas alone: literal double sums, plain lists, Python's own exp.

Prints what `src/hm2bp/` must agree with; the committed output is hm2bp_tiny.json. Regenerate with
    python3 test/oracle/hm2bp_tiny.py > test/oracle/hm2bp_tiny.json
"""
import json
import random
import struct
from math import exp, sqrt

T, TAU_M, TAU_S, REF = 180, 64.0, 8.0, 2
THRESHOLDS = [1.5, 0.75]
W0 = 1.0
DESIRED, UNDESIRED, MARGIN = 12, 2, 1
LAMBDA, BETA, LIMIT = 10.0, 0.4, 8.0


def f32(x):
    return struct.unpack('f', struct.pack('f', x))[0]


def simulate_layer(w, threshold, inputs, w0):
    n = len(w)
    v, i, r, out = [0.0] * n, [0.0] * n, [0] * n, [[] for _ in range(n)]
    dm, ds = f32(1 / TAU_M), f32(1 / TAU_S)
    for t in range(1, T):
        before = [bool(o) and o[-1] == t - 1 for o in out]
        for a in range(n):
            v[a] = f32(v[a] - f32(v[a] * dm))
            i[a] = f32(i[a] - f32(i[a] * ds))
            x = 0.0
            for b, train in enumerate(inputs):
                if t - 1 in train:
                    x = f32(x + w[a][b])
            for c in range(n):
                if w0 and c != a and before[c]:
                    x = f32(x - w0)
            i[a] = f32(i[a] + x)
            v[a] = f32(v[a] + f32(i[a] * ds))
            if r[a] > 0:
                v[a], r[a] = 0.0, r[a] - 1
            if v[a] > f32(threshold - 1e-6):
                v[a], r[a] = 0.0, REF
                out[a].append(t)
    return out


def epsilon(s, t):
    return exp(-max(t - s, 0) / TAU_S) / (1 - TAU_S / TAU_M) * (exp(-min(s, t) / TAU_M) - exp(-min(s, t) / TAU_S))


def spsp(post, pre):
    if not pre:
        return 0.0
    if not post:
        return 0.1
    e, last = 0.0, 1
    for ti in post:
        e += sum(epsilon(ti - last, ti - tj - REF) for tj in pre if tj + REF <= ti)
        last = ti + REF
    return e


def lateral_factors(out, label):
    o = [len(x) for x in out]
    nu = THRESHOLDS[-1]
    g = [1 / nu if o[k] or k == label else 0.0 for k in range(len(o))]

    def ratio(l, j):
        return spsp(out[l], out[j]) / o[j] if o[l] and o[j] else 1.0

    return [1 / (1 - W0 ** 2 * sum(ratio(l, j) * g[l] * ratio(j, l) * g[j] for l in range(len(o)) if l != j)) for j in range(len(o))]


def backward(weights, inputs, spikes, label, sample_weight, side_effect, effect_ratio):
    out = spikes[-1]
    targets = [DESIRED if k == label else UNDESIRED for k in range(len(out))]
    diff = [len(s) - y for s, y in zip(out, targets)]
    diff = [d if abs(d) > MARGIN else 0 for d in diff]
    cost = sum(d * d for d in diff) / 2
    delta = [d * sample_weight / THRESHOLDS[-1] for d in diff]
    lat = lateral_factors(out, label)
    if not out[label]:
        k = T // DESIRED
        out = [list(range(k, T, k)) if n == label else s for n, s in enumerate(out)]
    layers = [inputs, spikes[0], out]
    deltas, gradients = [None, None], [None, None]
    for layer in (1, 0):
        w, nu, pre, post = weights[layer], THRESHOLDS[layer], layers[layer], layers[layer + 1]
        deltas[layer] = delta
        grad, down = [], [0.0] * len(pre)
        for a in range(len(post)):
            e = [spsp(post[a], pre[b]) for b in range(len(pre))]
            s = sum(w[a][b] * (e[b] / len(post[a]) if post[a] else 0.5) for b in range(len(pre))) / nu
            factor = {'off': 1.0, 'linear': 1 + s, 'implicit': 1 / (1 - s)}[side_effect]
            if layer == 1:
                factor *= lat[a]
            grad.append([delta[a] * e[b] * factor for b in range(len(pre))])
            for b in range(len(pre)):
                r = e[b] / len(pre[b]) if effect_ratio and pre[b] and post[a] else 1.0
                down[b] += delta[a] * w[a][b] * r
        gradients[layer] = grad
        if layer:
            delta = [p / THRESHOLDS[0] for p in down]
    return {'cost': cost, 'lateral': lat, 'deltas': deltas, 'gradients': gradients}


def regularised(w, g):
    result = []
    for row, grow in zip(w, g):
        q = sum((x / LIMIT) ** 2 for x in row) / len(row)
        result.append([gx + LAMBDA * BETA * (x / LIMIT) * exp(BETA * (q - 1)) for x, gx in zip(row, grow)])
    return result


def adam(w, grads, lr=0.001, b1=0.9, b2=0.999, eps=1e-8):
    """Two steps with the given gradients."""
    m = [[0.0] * len(r) for r in w]
    v = [[0.0] * len(r) for r in w]
    for k, g in enumerate(grads, 1):
        for a in range(len(w)):
            for b in range(len(w[a])):
                m[a][b] = b1 * m[a][b] + (1 - b1) * g[a][b]
                v[a][b] = b2 * v[a][b] + (1 - b2) * g[a][b] ** 2
        w = [[w[a][b] - lr * (m[a][b] / (1 - b1 ** k)) / (sqrt(v[a][b] / (1 - b2 ** k)) + eps) for b in range(len(w[a]))] for a in range(len(w))]
    return w


def sgd(w, grads, lr=0.01, momentum=0.9):
    u = [[0.0] * len(r) for r in w]
    for g in grads:
        u = [[momentum * x + y for x, y in zip(a, b)] for a, b in zip(u, g)]
        w = [[x - lr * y for x, y in zip(a, b)] for a, b in zip(w, u)]
    return w


def main():
    rng = random.Random(2)
    sizes = [5, 6, 3]
    weights = [[[f32(rng.uniform(-0.4, 1.4)) for _ in range(sizes[k])] for _ in range(sizes[k + 1])] for k in (0, 1)]
    weights[1][1] = [-abs(x) for x in weights[1][1]]  # output 1 stays silent
    weights[0][2] = [-abs(x) for x in weights[0][2]]  # so does hidden neuron 2
    samples = []
    for label, sample_weight in ((0, 1.0), (1, 1.75)):  # the second one's class neuron is silent
        inputs = [[t for t in range(1, T) if rng.random() < 0.3] for _ in range(sizes[0])]
        inputs[3] = []
        hidden = simulate_layer(weights[0], THRESHOLDS[0], inputs, 0)
        out = simulate_layer(weights[1], THRESHOLDS[1], hidden, W0)
        cases = [
            {'sideEffect': s, 'effectRatio': r, **backward(weights, inputs, [hidden, out], label, sample_weight, s, r)}
            for s, r in (('linear', True), ('off', False), ('implicit', True))
        ]
        samples.append({'label': label, 'sampleWeight': sample_weight, 'inputs': inputs, 'hidden': hidden, 'output': out, 'cases': cases})
    mean = [[[(a + b) / 2 for a, b in zip(r, q)] for r, q in zip(*(s['cases'][0]['gradients'][k] for s in samples))] for k in (0, 1)]
    full = [regularised(weights[k], mean[k]) for k in (0, 1)]
    second = [[[-2 * x for x in row] for row in g] for g in full]
    print(json.dumps({
        'weights': weights, 'samples': samples, 'gradientMean': mean, 'regularised': full,
        'adamOnce': [adam(weights[k], [full[k]]) for k in (0, 1)],
        'adamTwice': [adam(weights[k], [full[k], second[k]]) for k in (0, 1)],
        'sgdOnce': [sgd(weights[k], [full[k]]) for k in (0, 1)],
        'sgdTwice': [sgd(weights[k], [full[k], second[k]]) for k in (0, 1)],
    }))


if __name__ == '__main__':
    main()
