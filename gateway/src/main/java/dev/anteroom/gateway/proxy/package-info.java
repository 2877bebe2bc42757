/** Listeners, gates and upstreams, running: connections from the first byte accepted to the last one passed on. */
package dev.anteroom.gateway.proxy;
