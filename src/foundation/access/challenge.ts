/** `WWW-Authenticate` of a 401: leads to the metadata of this resource (RFC 9728, 5.1), and says what was wrong (RFC 6750, 3). */
export function challenge(publicUrl: string, fault?: string): string {
  const metadata = `resource_metadata="${publicUrl}/.well-known/oauth-protected-resource"`
  return fault === undefined
    ? `Bearer ${metadata}`
    : `Bearer error="invalid_token", error_description="${fault}", ${metadata}`
}
