/** The access log: a line for each connection. */
package dev.anteroom.gateway.access;
