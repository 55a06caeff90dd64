import createCache from "@emotion/cache";

/**
 * Where styles are inserted. The content security policy admits a style element only with the nonce of this very page, which the
 * server writes into a meta element; without one (a static host, a test) styles go in as they are.
 */
export const styleCache = createCache({
  key: "th",
  prepend: true,
  ...nonceOfPage(),
});

function nonceOfPage(): { nonce?: string } {
  const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;
  return nonce ? { nonce } : {};
}
