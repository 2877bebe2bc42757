/** Lines that are written to a file on a thread of its own, so that a slow disk never delays a connection. */
package dev.anteroom.gateway.log;
