/** Log lines that must not flood the log. */
package dev.anteroom.gateway.log;
