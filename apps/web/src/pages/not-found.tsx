/** Nothing at this address; where to go instead. */
import { Link } from 'react-router';
import { Page } from '../components/page.js';
import { t } from '../features/home/words.js';

export default function NotFoundPage() {
  return (
    <Page title={t('notFound.title')} lede={t('notFound.lede')}>
      <p>
        <Link className="button" to="/boards">
          {t('home.browse')}
        </Link>
      </p>
    </Page>
  );
}
