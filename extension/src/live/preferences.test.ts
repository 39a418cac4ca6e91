import { readFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { onPreferences, preferences, setPreferences } from './preferences.js';

afterEach(() => setPreferences({}));

test('the defaults are those of the schema that the settings editor shows', () => {
  const schema = JSON.parse(readFileSync(new URL('../../schema/settings.json', import.meta.url), 'utf8')) as {
    properties: Record<string, { default: unknown }>;
  };
  const defaults = Object.fromEntries(Object.entries(schema.properties).map(([key, one]) => [key, one.default]));
  expect(preferences()).toEqual(defaults);
});

test('what is valid is taken and told, what is not stays at its default', () => {
  const told = vi.fn();
  const stop = onPreferences(told);
  setPreferences({ palette: 'theme', fontSize: 14, height: 1e9, wheel: 'always', updatesPerSecond: '3', evil: 1 });
  expect(preferences()).toEqual({
    palette: 'theme',
    fontSize: 14,
    height: 460,
    densityThreshold: 1,
    wheel: 'always',
    updatesPerSecond: 10,
    linkTime: true,
  });
  expect(told).toHaveBeenCalledOnce();
  stop();
});
