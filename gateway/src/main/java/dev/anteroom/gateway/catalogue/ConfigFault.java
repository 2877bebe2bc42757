package dev.anteroom.gateway.catalogue;

/**
 * One thing that is wrong with a configuration file.
 *
 * @param line where it stands; the first is 1
 * @param column where it stands; the first is 1
 * @param message what is wrong, and what would do
 */
public record ConfigFault(int line, int column, String message) {}
