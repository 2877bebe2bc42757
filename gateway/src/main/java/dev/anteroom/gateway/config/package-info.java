/**
 * The settings of a gateway, as immutable values. {@code catalogue} builds them from a command line or a file, and
 * {@code proxy} runs them.
 */
package dev.anteroom.gateway.config;
