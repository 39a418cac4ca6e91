/** A notebook as people write them for tslab: its README and its examples, cell by cell. */
export const tslabCells: readonly string[] = [
  "import * as tslab from 'tslab';\nimport { display, newDisplay } from 'tslab';",
  'const naiveFib = (n: number): number => (n > 1 ? naiveFib(n - 1) + naiveFib(n - 2) : n);\nArray(10).fill(0).map((_, i) => naiveFib(i))',
  "let { x, y } = { x: 3, y: 'hello ' };\ny.repeat(x)",
  'class Person {\n  constructor(public name: string, private age = 7) {}\n  toString(): string { return `${this.name} (${this.age})`; }\n}\nString(new Person("Bob"))',
  "class Person {\n  name = 'again';\n}\nnew Person().name",
  'interface Point { x: number; y: number }\nenum Colour { Red, Green = 5 }\nconst origin: Point = { x: 0, y: 0 };\nColour[5] + origin.x',
  'function identity<T>(value: T): T { return value; }\nidentity<string>("generic")',
  "import * as fs from 'fs';\nimport path from 'path';\nfs.existsSync(path.join(process.cwd(), 'no such file'))",
  "const os = require('os');\ntypeof os.cpus().length",
  'const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));\nawait sleep(10);\nconst answer = await Promise.resolve(42);\nanswer',
  'for (let i = 0; i < 3; i++) {\n  console.log(`line ${i}`, { i }, [i]);\n}\nconsole.error("to stderr");',
  "process.stdout.write('without a newline');",
  'display.html(\'<div style="color: teal">Hello <b>tslab</b></div>\')',
  "tslab.display.markdown('# Title\\n* item');\ntslab.display.latex('$$e^{i\\\\pi} = -1$$');\ntslab.display.javascript('element.innerHTML = 1');",
  'display.svg(\'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><circle cx="10" cy="10" r="8"/></svg>\')',
  'display.png(new Uint8Array([137, 80, 78, 71]));\ndisplay.jpeg(Buffer.from([255, 216]));\ndisplay.gif(new Uint8Array([71, 73, 70]));\ndisplay.pdf(new Uint8Array([37, 80, 68, 70]));',
  "display.text('plain text');\ndisplay.raw('text/html', '<i>raw</i>');\ndisplay.raw('image/bmp', new Uint8Array([66, 77]));",
  "const shown = newDisplay();\nfor (const step of ['one', 'two', 'three']) {\n  shown.text(step);\n  await sleep(5);\n}",
  "shown.html('<b>changed by a later cell</b>');",
  "const { display: required } = require('tslab');\nrequired.html('<u>required</u>');",
  "Object.keys(tslab).filter((name) => name !== '__esModule').sort().join()",
  'Object.keys(tslab.versions).join()',
  'tslab.versions.node === process.version',
  'new Map([["a", { b: [1, 2] }]])',
  'function sealed(constructor: Function) { Object.seal(constructor); }\n@sealed\nclass Sealed { n = 1 }\nObject.isSealed(Sealed)',
  'undefined',
  '\'a string with "quotes"\'',
];

/** A cell that fails; the last one, because tslab answers the cells after an error with "abort" for a while. */
export const failingCell = "throw new RangeError('mine')";
