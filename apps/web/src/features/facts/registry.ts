/** Views by the kind of artefact that they draw: a file in `features/views` is one, and is loaded when it is first needed. */
import { type ComponentType, lazy } from 'react';
import type { ViewProps } from './view.js';

type ViewModule = { readonly default: ComponentType<ViewProps> };

const files = import.meta.glob<ViewModule>('../views/*.tsx');

const VIEWS: ReadonlyMap<string, ComponentType<ViewProps>> = new Map(
  Object.entries(files).map(([path, load]) => [path.replace(/^.*\/|\.tsx$/g, ''), lazy(load)]),
);

export const viewOf = (kind: string): ComponentType<ViewProps> | null => VIEWS.get(kind) ?? null;
