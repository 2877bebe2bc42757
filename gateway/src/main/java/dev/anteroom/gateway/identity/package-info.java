/**
 * What a connection reveals before it is admitted: PROXY headers, read and written, and the TLS ClientHello. Nothing
 * here depends on a socket.
 */
package dev.anteroom.gateway.identity;
