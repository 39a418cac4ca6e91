/**
 * A real JupyterLab server and a real Chromium for tests: each on its own free port and in its own empty folders, both
 * ended by `stop`.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

export const root = fileURLToPath(new URL('../..', import.meta.url));
/** Where tests leave their screenshots. */
export const outputFolder = join(root, 'test/output');

const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
/** `SPIKELAB_LAB` runs the tests with another JupyterLab. */
const labProgram = process.env.SPIKELAB_LAB ?? join(root, '.venv/bin/jupyter-lab');

/** Why no browser can be started here; `undefined` when one can. */
export const noChromium = chromiumPath ? undefined : 'no Chromium: apt install chromium';
/** Why tests of JupyterLab cannot run here; `undefined` when they can. */
export const missing =
  noChromium ?? (existsSync(labProgram) ? undefined : `no JupyterLab at ${labProgram}: npm run setup`);

export interface Lab {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly token: string;
  /** Folder that JupyterLab shows; notebooks go here. */
  readonly folder: string;
  /** What the server has logged. */
  log(): string;
  stop(): Promise<void>;
}

export interface LabOptions {
  /** Prefixes whose `share/jupyter` holds kernelspecs and extensions, searched before those of `.venv`. */
  readonly prefixes?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts JupyterLab with an empty home and waits until it answers. @throws Error with the server's log */
export async function startLab({ prefixes = [], env = {} }: LabOptions = {}): Promise<Lab> {
  const home = mkdtempSync(join(tmpdir(), 'spikelab-lab-'));
  const folder = join(home, 'work');
  const inside = (name: string): string => {
    mkdirSync(join(home, name), { recursive: true });
    return join(home, name);
  };
  mkdirSync(folder);
  const config = inside('config');
  mkdirSync(join(config, 'labconfig'));
  // No question about a news feed over the notebook.
  writeFileSync(
    join(config, 'labconfig/page_config.json'),
    JSON.stringify({ disabledExtensions: { '@jupyterlab/apputils-extension:announcements': true } }),
  );
  const token = randomBytes(24).toString('hex');
  const port = await freePort();
  const server = spawn(
    labProgram,
    [
      '--no-browser',
      '--allow-root',
      '--expose-app-in-browser',
      '--JupyterNotebookApp.expose_app_in_browser=True',
      '--ServerApp.ip=127.0.0.1',
      `--ServerApp.port=${port}`,
      '--ServerApp.port_retries=0',
      `--ServerApp.root_dir=${folder}`,
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        LANG: 'C.UTF-8',
        HOME: home,
        JUPYTER_TOKEN: token,
        JUPYTER_CONFIG_DIR: config,
        JUPYTER_DATA_DIR: inside('data'),
        JUPYTER_RUNTIME_DIR: inside('runtime'),
        IPYTHONDIR: inside('ipython'),
        JUPYTER_PATH: prefixes.map((prefix) => join(prefix, 'share/jupyter')).join(':'),
        ...env,
      },
    },
  );
  let log = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const lab: Lab = {
    url: `http://127.0.0.1:${port}`,
    token,
    folder,
    log: () => log,
    stop: async () => {
      await end(server);
      rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
  try {
    await until(180_000, 'JupyterLab answers', async () => {
      if (server.exitCode !== null) throw new Error(`JupyterLab ended with code ${server.exitCode}`);
      return (await fetch(`${lab.url}/api/status?token=${token}`).catch(() => undefined))?.ok === true;
    });
  } catch (error) {
    await lab.stop();
    throw new Error(`${String(error)}; its log:\n${log}`);
  }
  return lab;
}

export interface Browser {
  readonly page: Page;
  /** Errors and warnings of the page's console, for messages. */
  readonly console: readonly string[];
  stop(): Promise<void>;
}

/** Starts Chromium with an empty profile. */
export async function startBrowser(viewport = { width: 1280, height: 1000 }, deviceScaleFactor = 1): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'spikelab-chromium-'));
  const context: BrowserContext = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath,
    headless: true,
    viewport,
    deviceScaleFactor,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  context.setDefaultTimeout(300_000); // what fails hangs
  const page = context.pages()[0] ?? (await context.newPage());
  const messages: string[] = [];
  page.on('console', (message) => {
    const slow = / took [\d.]+ms to activate|is taking too long to activate/.test(message.text()); // JupyterLab's remarks on a busy machine
    if ((message.type() === 'error' || message.type() === 'warning') && !slow)
      messages.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => messages.push(`uncaught: ${error.message}`));
  return {
    page,
    console: messages,
    stop: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** Opens a notebook of the lab's folder and waits until its cells are there. */
export async function openNotebook(page: Page, lab: Lab, name: string): Promise<void> {
  await page.goto(`${lab.url}/lab/tree/${encodeURIComponent(name)}?token=${lab.token}&reset`);
  await page.waitForSelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell');
}

/** Runs a command of JupyterLab, as its menus do. */
export async function command(page: Page, id: string, args: Record<string, string | boolean> = {}): Promise<void> {
  await page.evaluate(
    async ([commandId, commandArgs]) => {
      const app = (
        globalThis as unknown as { jupyterapp: { commands: { execute(id: string, args: unknown): Promise<unknown> } } }
      ).jupyterapp;
      await app.commands.execute(commandId, commandArgs);
    },
    [id, args] as const,
  );
}

/** Waits until the open notebook's kernel is there, has answered, and does nothing. */
export async function kernelIdle(page: Page, timeout = 60_000): Promise<void> {
  await until(timeout, 'an idle kernel', () =>
    page.evaluate(async () => {
      interface Kernel {
        readonly status: string;
        readonly connectionStatus: string;
        readonly info: Promise<unknown>;
      }
      const app = (
        globalThis as unknown as {
          jupyterapp: { shell: { currentWidget?: { sessionContext?: { session?: { kernel?: Kernel } } } } };
        }
      ).jupyterapp;
      const kernel = app.shell.currentWidget?.sessionContext?.session?.kernel;
      if (!kernel || kernel.connectionStatus !== 'connected') return false;
      await kernel.info; // its first reply: from now on nothing sent is lost
      return kernel.status === 'idle';
    }),
  );
}

/** Restarts the kernel of the notebook in front, without a question. */
export async function restartKernel(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const app = (
      globalThis as unknown as {
        jupyterapp: { shell: { currentWidget: { sessionContext: { restartKernel(): Promise<void> } } } };
      }
    ).jupyterapp;
    await app.shell.currentWidget.sessionContext.restartKernel();
  });
}

/**
 * What axe-core finds wrong in a part of the page, each with the element it is about. @see
 * https://dequeuniversity.com/rules/axe/
 */
export async function axeViolations(page: Page, selector: string): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async (part) => {
    interface Axe {
      run(part: string): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
    }
    const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run(part);
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${failureSummary} ${html.slice(0, 300)}`),
    );
  }, selector);
}

/**
 * Polls until `condition` holds.
 * @param timeout milliseconds that a quiet machine keeps easily; a busy one has ten times as long
 * @throws Error naming what did not come
 */
export async function until(timeout: number, what: string, condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10 * timeout;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited ${10 * timeout} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}

/** Ends a process: asks, then after ten seconds kills. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(timer);
}
