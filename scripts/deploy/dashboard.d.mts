/** Types of dashboard.mjs. */
export function dashboard(): { readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[] };
