/** The plots behind a lazy door: the drawing library is fetched when a plot is first shown, and its place is kept free. */
import { lazy, Suspense } from 'react';

const CurvePlotNow = lazy(() => import('./curve-plot.js'));

const Room = ({ height }: { readonly height: number }) => <div className="plot is-waiting" style={{ height }} />;

export const CurvePlot = (props: Parameters<typeof CurvePlotNow>[0]) => (
  <Suspense fallback={<Room height={props.height} />}>
    <CurvePlotNow {...props} />
  </Suspense>
);
