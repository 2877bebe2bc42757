/** What a gateway is to do, as immutable values: built from the command line or read from a file, and run by {@code proxy}. */
package dev.anteroom.gateway.config;
