/** The access log: one line for each connection. */
package dev.anteroom.gateway.access;
