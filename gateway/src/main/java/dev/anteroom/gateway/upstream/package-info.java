/** The upstream side of a gateway: its servers, the choice among them, their checks, and connecting to them. */
package dev.anteroom.gateway.upstream;
