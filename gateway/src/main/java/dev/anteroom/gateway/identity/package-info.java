/** What a connection says of itself before it is admitted: PROXY headers, both ways, and the ClientHello of TLS. Nothing here knows a socket. */
package dev.anteroom.gateway.identity;
