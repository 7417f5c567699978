/** The browser's entry: styles, data client, router. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode, startTransition } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { ApiError } from './lib/api.js';
import { AppRoutes } from './routes.js';
import './styles/tokens.css';
import './styles/base.css';
import './styles/layout.css';
import './styles/parts.css';
import './styles/controls.css';
import './styles/table.css';
import './styles/leaderboard.css';
import './styles/form.css';
import './styles/files.css';
import './styles/plot.css';
import './styles/pages.css';
import './styles/findings.css';
import './styles/submission.css';
import './styles/account.css';
import './styles/docs.css';
import './styles/reference.css';

/** Only what may mend itself is asked again: a lost line, or a server that is starting. */
const mayMend = (error: unknown): boolean =>
  error instanceof ApiError && (error.problem.status === 0 || error.problem.status >= 502);

const client = new QueryClient({
  defaultOptions: {
    queries: { retry: (count, error) => count < 3 && mayMend(error), refetchOnWindowFocus: true },
    mutations: { retry: false },
  },
});

const root = createRoot(document.getElementById('root')!);

// In slices: what the server wrote is on the screen, and whoever touches it is not kept waiting.
startTransition(() =>
  root.render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <BrowserRouter>
          <AppRoutes />
        </BrowserRouter>
      </QueryClientProvider>
    </StrictMode>,
  ),
);
