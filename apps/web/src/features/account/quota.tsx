/** What a person may still have computed and stored. */
import { useQuery } from '@tanstack/react-query';
import { quotaQuery } from '../../lib/account-api.js';
import { formatFixed } from '../../lib/format.js';
import { t } from './words.js';

interface Allowance {
  readonly remaining: number;
  readonly limit: number;
}

const inUnits =
  (unit: number) =>
  ({ remaining, limit }: Allowance) => ({
    remaining: formatFixed(remaining / unit, 1),
    limit: formatFixed(limit / unit, 1),
  });
const hours = inUnits(3600);
const gigabytes = inUnits(1e9);

export const Quota = () => {
  const { data } = useQuery(quotaQuery);
  if (!data) return null;
  const { perDay, atOnce, computeSeconds, storedBytes } = data;
  const sentences = [
    ...(perDay ? [t('quota.perDay', { remaining: perDay.remaining, limit: perDay.limit })] : []),
    ...(atOnce ? [t('quota.atOnce', { remaining: atOnce.remaining, limit: atOnce.limit })] : []),
    ...(computeSeconds ? [t('quota.computing', hours(computeSeconds))] : []),
    ...(storedBytes ? [t('quota.stored', gigabytes(storedBytes))] : []),
  ];
  return <p className="section-text">{sentences.join(' ') || t('quota.none')}</p>;
};
