/** Running listeners, gates and upstreams: connections from acceptance to the last byte passed on. */
package dev.anteroom.gateway.proxy;
