/// <reference types="vite/client" />

declare module 'virtual:docs' {
  const pages: readonly import('./features/docs/page.js').DocEntry[];
  export default pages;
}

declare module 'virtual:docs-text' {
  const pages: readonly import('./features/docs/page.js').DocText[];
  export default pages;
}
