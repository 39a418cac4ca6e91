import { expect, test } from 'vitest';
import { Pace } from './progress.js';

test('the pace is what was done since the call began; a resumed training does not count what was there before', () => {
  const pace = new Pace();
  expect(pace.at(5000, { samples: 1000, planned: 9000 })).toEqual({ made: 5000 });
  expect(pace.at(7000, { samples: 3000, planned: 9000 })).toEqual({
    made: 7000,
    samplesPerSecond: 1000,
    secondsLeft: 6,
  });
  expect(pace.at(10_000, { samples: 9000, planned: 9000 })).toMatchObject({ samplesPerSecond: 1600, secondsLeft: 0 });
});
