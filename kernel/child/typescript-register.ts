/** Loaded before the program of a thread or process that a cell has started with a TypeScript file: makes Node load such files there. */
import { register } from 'node:module';
import type { Project } from '../common/project.js';

const project = JSON.parse(new URL(import.meta.url).searchParams.get('project') ?? '{}') as Project;
register(new URL('./module-hooks.js', import.meta.url), { data: { project } });
