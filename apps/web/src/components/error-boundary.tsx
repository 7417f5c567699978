/** Catches what a screen throws while it renders: the frame stays, and the reader can try again. */
import { Component, type ReactNode } from 'react';
import { ErrorNote } from './notes.js';

interface State {
  readonly error: Error | null;
}

export class ErrorBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <div className="page">
        <ErrorNote error={error} onRetry={() => window.location.reload()} />
      </div>
    );
  }
}
