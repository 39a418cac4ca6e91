/** One version: every file that names it says the same, and the change log and the numeric version with it. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { numericVersion, packageVersion } from '../../src/train/version.js';

const file = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const text = (name: string): string => readFileSync(file(name), 'utf8');
const json = (name: string): { version: string; packages?: Record<string, { version: string }> } =>
  JSON.parse(text(name));
/** Where pyproject.toml writes a version of its own, not the one of package.json. */
const wheels =
  existsSync(file('pyproject.toml')) && /^version\s*=/m.test(text('pyproject.toml')) ? ['pyproject.toml'] : [];
const found = (name: string, pattern: RegExp): string | undefined => pattern.exec(text(name))?.[1];

describe('the version', () => {
  it('is a semantic version', () => {
    expect(packageVersion).toMatch(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/);
  });

  it.each([
    ['package.json', () => json('package.json').version],
    ['package-lock.json', () => json('package-lock.json').version],
    ['package-lock.json, the library', () => json('package-lock.json').packages![''].version],
    ['package-lock.json, the extension', () => json('package-lock.json').packages!['extension'].version],
    ['extension/package.json', () => json('extension/package.json').version],
    ['CITATION.cff', () => found('CITATION.cff', /^version: (.*)$/m)],
    ['the newest release in CHANGELOG.md', () => found('CHANGELOG.md', /^## \[(\d.*?)\]/m)],
    ...wheels.map((name) => [name, () => found(name, /^version\s*=\s*"(.*)"$/m)] as const),
  ] as const)('is the same in %s', (_, version) => {
    expect(version()).toBe(packageVersion);
  });
});

describe('the numeric version', () => {
  it('is named in the change log of this version and in docs/numerics.md', () => {
    const release = text('CHANGELOG.md')
      .split(/^## /m)
      .find((section) => section.startsWith(`[${packageVersion}]`));
    expect(release).toContain(`Numeric version: ${numericVersion}`);
    expect(found('docs/numerics.md', /^# Numerics \(numeric version (\d+)\)$/m)).toBe(String(numericVersion));
  });
});
