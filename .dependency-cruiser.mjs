/**
 * The floors of the house, written once: which room may use which. `npm run check` and `npm test` hold the imports to
 * them (`scripts/floors.mjs`), and the drawing in docs/architecture.md is compared with them.
 *
 * A house is a folder; its floors are listed from the ground up. A room (a folder, or a file by its name) uses rooms of
 * lower floors only: none above it, and none beside it. A file that is named stands on its own floor, wherever its
 * folder is.
 */
export const floors = {
  src: [
    ['numeric'],
    ['network'],
    ['plot'],
    ['data'],
    ['hm2bp', 'engine', 'presets'],
    ['train'],
    ['experiment', 'golden', 'exchange', 'browser.ts'],
    ['replicate', 'cluster'],
    ['bundle'],
    ['verify'],
    ['sweep'],
    ['index.ts'],
    ['cli'],
  ],
  'src/data': [
    ['cannot-write.ts'],
    ['platform.node.ts', 'platform.browser.ts'],
    ['sets'],
    ['formats'],
    ['encode', 'strokes'],
    ['registry'],
    ['own'],
    ['datasets.ts'],
    ['index.ts'],
  ],
  kernel: [['protocol'], ['common'], ['compiler', 'debugger', 'child'], ['front'], ['main.ts', 'install']],
  'extension/src': [['live'], ['plot'], ['raster', 'curves', 'figure'], ['plugins'], ['index.ts']],
};

/** What one house shares with another; all else is refused. `from` is a house or a room of it, `to` what it may use. */
export const bridges = [
  {
    from: 'kernel',
    to: ['index', 'plot/display', 'plot/show', 'plot/payload', 'plot/picture', 'plot/vega'].map(
      (file) => `src/${file}.ts`,
    ),
  },
  {
    from: 'extension/src',
    to: [
      'src/plot/check.ts',
      'src/plot/codec.ts',
      'src/plot/limits.ts',
      'src/plot/membraneCodec.ts',
      'src/plot/membraneReply.ts',
      'src/plot/trainingReply.ts',
      'src/plot/rasterSample.ts',
      'src/plot/payload.ts',
      'src/plot/curvesPayload.ts',
      'src/plot/figureParts.ts',
      'src/plot/figurePayload.ts',
      'src/plot/drawing/',
      'src/network/spikes.ts',
    ],
  },
  { from: 'src/cli', to: ['kernel/install/', 'kernel/compiler/compiler-snapshot.ts'] },
];

/**
 * Programs: what is started by its file's name, or chosen by a condition of package.json, and so is imported by nobody.
 */
const programs = [
  'src/index.ts',
  'src/cli/main.ts',
  'src/browser.ts',
  'src/(data|engine|plot|train)/platform.(node|browser).ts',
  'src/engine/worker.(node|browser).ts',
  'kernel/main.ts',
  'kernel/child/(main|control|module-hooks|typescript-register|loader-thread|globals).ts',
  'kernel/compiler/(main|build-snapshot|snapshot-main|snapshot-script).ts',
  'extension/src/index.ts',
  'extension/src/plugins/index.ts',
];

const escaped = (text) => text.replaceAll('.', '\\.');
/** A room, or what is built of it: package.json's `imports` name platform files in `dist/`. */
const path = (house, room) =>
  `^(?:dist/)?${escaped(`${house}/${room}`).replace(/\\.ts$/, '\\.[jt]s')}${room.endsWith('.ts') ? '$' : '/'}`;

/** A rule for each room: the rooms beside it and above it are closed. */
const arrowsDown = Object.entries(floors).flatMap(([house, plan]) =>
  plan.flatMap((rooms, floor) =>
    rooms.flatMap((room) => {
      const closed = plan
        .slice(floor)
        .flat()
        .filter((other) => other !== room);
      if (closed.length === 0) return [];
      return {
        name: `${house}/${room} uses lower floors only`,
        severity: 'error',
        from: { path: path(house, room) },
        to: {
          path: closed.map((other) => path(house, other)),
          pathNot: plan
            .slice(0, floor)
            .flat()
            .map((other) => path(house, other)),
        },
      };
    }),
  ),
);

const houses = ['src', 'kernel', 'extension/src'];
const bridgesOnly = houses.map((house) => ({
  name: `${house} uses of other houses only what is shared`,
  severity: 'error',
  from: {
    path: `^${house}/`,
    pathNot: bridges.filter(({ from }) => from.startsWith(`${house}/`)).map(({ from }) => `^${from}/`),
  },
  to: {
    path: ['^(src|kernel|extension/(src|test)|test|bench|scripts)/'],
    pathNot: [
      `^${house}/`,
      ...bridges.filter(({ from }) => from === house).flatMap(({ to }) => to.map((one) => `^${escaped(one)}`)),
    ],
  },
}));
const bridgesOfRooms = bridges
  .filter(({ from }) => !houses.includes(from))
  .map(({ from, to }) => ({
    name: `${from} uses of other houses only what is shared`,
    severity: 'error',
    from: { path: `^${from}/` },
    to: { path: '^(kernel|extension/(src|test)|test|bench|scripts)/', pathNot: to.map((one) => `^${escaped(one)}`) },
  }));

export default {
  forbidden: [
    ...arrowsDown,
    ...bridgesOnly,
    ...bridgesOfRooms,
    ...Object.entries(floors).map(([house, plan]) => ({
      name: `every file of ${house} has a room in the plan`,
      severity: 'error',
      from: {},
      to: { path: `^${house}/`, pathNot: plan.flat().map((room) => path(house, room)) },
    })),
    {
      name: 'the library does not import itself by its name',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^dist/src/(index|browser)[.]' },
    },
    { name: 'no circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'every import is found',
      severity: 'error',
      from: {},
      // JupyterLab itself provides its packages to the extension.
      to: { couldNotResolve: true, pathNot: '^@jupyterlab/' },
    },
    {
      name: 'every file is used',
      severity: 'error',
      from: { path: programs.map((program) => `^${program}$`) },
      to: {
        path: houses.map((house) => `^${house}/`),
        pathNot: programs.map((program) => `^${program}$`),
        reachable: false,
      },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^dist/'] },
    exclude: { path: ['\\.test\\.ts$', '^(?!dist/).*\\.d\\.ts$', '^src/engine/assembly/', '^extension/test/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'import', 'node', 'default'] },
    skipAnalysisNotInRules: true,
  },
};
