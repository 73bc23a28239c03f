import { contacts, severities } from '../../core/escalation';
import { type Block, heading, list, table } from '../markdown';
import type { PlatformModel } from '../model';
import { environmentNames, factRows, time } from '../steering/wording';

/** Who answers: where alerts go, how fast somebody has to react, who is asked next. */
export function whoAnswers(model: PlatformModel): Block[] {
  const channels = (level: 'critical' | 'warning' | 'info') => (view: PlatformModel['environments'][number]) =>
    view.environment.facts.alerts.routing[level].join(', ');
  return [
    heading(2, 'Who answers'),
    table(
      ['', ...environmentNames(model)],
      factRows(model, {
        'owner, mail': ({ environment: { facts } }) => `${facts.owner}, ${facts.email}`,
        'critical alerts go to': channels('critical'),
        'warnings go to': channels('warning'),
        'the rest goes to': channels('info'),
      }),
    ),
    table(
      ['Severity', 'Means', 'Answer within', 'Path'],
      severities.map(({ id, means, answerWithin, path }) => [id, means, time(answerWithin), path.join(' → ')]),
    ),
    list(contacts.map(({ who, after, may }) => `No answer for ${time(after)}: ask the ${who}, who may ${may}.`)),
  ];
}
