/** Which address shows which screen; each is loaded when it is first asked for. */
import { lazy } from 'react';
import { Route, Routes } from 'react-router';
import { Layout } from './components/layout.js';

const HomePage = lazy(() => import('./pages/home.js'));
const BoardsPage = lazy(() => import('./pages/boards.js'));
const BoardPage = lazy(() => import('./pages/board.js'));
const RowPage = lazy(() => import('./pages/row.js'));
const ComparePage = lazy(() => import('./pages/compare.js'));
const SearchPage = lazy(() => import('./pages/search.js'));
const SubmitPage = lazy(() => import('./pages/submit.js'));
const SubmissionsPage = lazy(() => import('./pages/submissions.js'));
const SubmissionPage = lazy(() => import('./pages/submission.js'));
const MethodsPage = lazy(() => import('./pages/methods.js'));
const MethodPage = lazy(() => import('./pages/method.js'));
const FindingsPage = lazy(() => import('./pages/findings.js'));
const OverallPage = lazy(() => import('./pages/overall.js'));
const RulesPage = lazy(() => import('./pages/rules.js'));
const DocsPage = lazy(() => import('./pages/docs.js'));
const DocPage = lazy(() => import('./pages/doc.js'));
const ReferencePage = lazy(() => import('./pages/reference.js'));
const ErrorsPage = lazy(() => import('./pages/errors.js'));
const StatusPage = lazy(() => import('./pages/status.js'));
const SignInPage = lazy(() => import('./pages/sign-in.js'));
const SignUpPage = lazy(() => import('./pages/sign-up.js'));
const ResetPasswordPage = lazy(() => import('./pages/reset-password.js'));
const AccountPage = lazy(() => import('./pages/account.js'));
const PersonPage = lazy(() => import('./pages/person.js'));
const AdminPage = lazy(() => import('./pages/admin.js'));
const NotFoundPage = lazy(() => import('./pages/not-found.js'));

export const AppRoutes = () => (
  <Routes>
    <Route element={<Layout />}>
      <Route index element={<HomePage />} />
      <Route path="boards" element={<BoardsPage />} />
      <Route path="boards/:id" element={<BoardPage />} />
      <Route path="boards/:id/rows/:row" element={<RowPage />} />
      <Route path="compare" element={<ComparePage />} />
      <Route path="search" element={<SearchPage />} />
      <Route path="submit" element={<SubmitPage />} />
      <Route path="submissions" element={<SubmissionsPage />} />
      <Route path="submissions/:id" element={<SubmissionPage />} />
      <Route path="methods" element={<MethodsPage />} />
      <Route path="methods/:kind/:id" element={<MethodPage />} />
      <Route path="findings" element={<FindingsPage />} />
      <Route path="overall" element={<OverallPage />} />
      <Route path="rules" element={<RulesPage />} />
      <Route path="docs" element={<DocsPage />} />
      <Route path="docs/api" element={<ReferencePage />} />
      <Route path="docs/errors" element={<ErrorsPage />} />
      <Route path="docs/:page" element={<DocPage />} />
      <Route path="guide" element={<DocsPage />} />
      <Route path="status" element={<StatusPage />} />
      <Route path="sign-in" element={<SignInPage />} />
      <Route path="sign-up" element={<SignUpPage />} />
      <Route path="reset-password" element={<ResetPasswordPage />} />
      <Route path="account" element={<AccountPage />} />
      <Route path="people/:id" element={<PersonPage />} />
      <Route path="admin" element={<AdminPage />} />
      <Route path="*" element={<NotFoundPage />} />
    </Route>
  </Routes>
);
