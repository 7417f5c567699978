/** How many runs a person may still submit. */
import { useQuery } from '@tanstack/react-query';
import { quotaQuery } from '../../lib/account-api.js';
import { t } from './words.js';

export const Quota = () => {
  const { data } = useQuery(quotaQuery);
  if (!data) return null;
  const { perDay, atOnce } = data;
  const sentences = [
    ...(perDay ? [t('quota.perDay', { remaining: perDay.remaining, limit: perDay.limit })] : []),
    ...(atOnce ? [t('quota.atOnce', { remaining: atOnce.remaining, limit: atOnce.limit })] : []),
  ];
  return <p className="section-text">{sentences.join(' ') || t('quota.none')}</p>;
};
