package dev.anteroom.gateway.catalogue;

/**
 * A fault in a configuration file.
 *
 * @param line the line of the fault; the first is 1
 * @param column the column of the fault; the first is 1
 * @param message what is wrong, and what is valid
 */
public record ConfigFault(int line, int column, String message) {}
