/**
 * Loaded before the program of a thread or process that a cell has started with a TypeScript file: makes Node load such
 * files there.
 */
import type { Project } from '../common/project.js';
import { startLoader, takeProject } from './loader-thread.js';
import { installLocalRequire } from './local-require.js';

takeProject(JSON.parse(new URL(import.meta.url).searchParams.get('project') ?? '{}') as Project);
startLoader(new Map(), false);
installLocalRequire();
