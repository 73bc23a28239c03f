import { charts } from '../../lib/providers/charts';
import { environmentOf, facts } from '../support/platforms';
import { complaints, isBuiltIn } from './custom-resource-validator';
import { kindExceptions, valueExceptions } from './exceptions';
import { hasRecordedCharts, recordedSchema, recordedValues } from './recorded';
import { isInSchema, isInValues, leafPaths } from './value-paths';

const pins = Object.values(charts).map((pin) => ({ recordedAs: pin.name, ...pin }));
const pinOf = (chart: string, version: string) => pins.find((pin) => pin.name === chart && pin.version === version);

(hasRecordedCharts ? describe : describe.skip).each(Object.keys(facts))('recorded charts and %s', (name) => {
  const environment = environmentOf(name);
  const installed = environment.releases.filter(({ chart }) => !chart.startsWith('./'));

  test.each(installed.map((release) => [release.name, release] as const))(
    'values of %s exist in its chart',
    (_, release) => {
      const recordedAs = pinOf(release.chart, release.version)?.recordedAs ?? release.chart;
      const values = recordedValues(recordedAs);
      const schema = recordedSchema(recordedAs);
      const excused = valueExceptions.filter(({ chart }) => chart === recordedAs).map(({ path }) => path);
      if (!values) {
        expect(excused).toContain('');
        return;
      }
      const unknown = leafPaths(release.values)
        .filter((path) => !isInValues(values, path) && !(schema && isInSchema(schema, schema, path)))
        .map((path) => path.join('.'))
        .filter((path) => !excused.some((prefix) => path === prefix || path.startsWith(`${prefix}.`)));
      expect(unknown).toEqual([]);
    },
  );

  test('every custom resource is what its definition allows', () => {
    const custom = environment.customResources.filter((resource) => !isBuiltIn(resource));
    const unrecorded = custom.filter((resource) => complaints(resource) === undefined);
    expect(custom.flatMap((resource) => complaints(resource) ?? [])).toEqual([]);
    expect(
      unrecorded.map(({ apiVersion, kind }) => `${apiVersion}/${kind}`).filter((kind) => !(kind in kindExceptions)),
    ).toEqual([]);
  });
});

test('every exception has a reason and is needed by some release', () => {
  const used = Object.keys(facts).flatMap((name) => environmentOf(name).releases);
  const folders = used.map(({ chart, version }) => pinOf(chart, version)?.recordedAs ?? chart);
  expect(valueExceptions.filter(({ chart, reason }) => reason.length < 20 || !folders.includes(chart))).toEqual([]);
});
