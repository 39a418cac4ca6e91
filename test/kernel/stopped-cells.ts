/** Cells that never end by themselves, by the way in which the stop button has to end them. */
export const stoppedCells: Readonly<Record<string, string>> = {
  'a loop': 'while (true) {}',
  'a loop after an await': 'await null; for (;;) {}',
  'a promise that never ends': 'await new Promise(() => {})',
  'a timer loop': 'setInterval(() => {}, 1); await new Promise(() => {})',
  'a loop in a timer': 'setTimeout(() => { for (;;); }, 1); await new Promise(() => {})',
  'an asynchronous loop': 'for (;;) await new Promise((resolve) => setTimeout(resolve, 1))',
  'for await':
    'async function* forever() { while (true) yield await new Promise(() => {}) }\nfor await (const x of forever()) x',
  'a loop that catches': 'while (true) { try { while (true) {} } catch {} }',
  'a chain of promises': '(function again() { Promise.resolve().then(again) })(); await new Promise(() => {})',
  'recursion without loops': 'const fib = (n: number): number => n < 2 ? n : fib(n - 1) + fib(n - 2); fib(80)',
  'a stuck regular expression': '/(a+)+b/.test("a".repeat(60))',
  'a regular expression after an await': 'await null; /(a+)+b/.test("a".repeat(60))',
  'Atomics.wait': 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)',
  'Atomics.wait in a timer':
    'setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 1); await new Promise(() => {})',
  'a child process': 'require("node:child_process").execSync("sleep 60")',
};
