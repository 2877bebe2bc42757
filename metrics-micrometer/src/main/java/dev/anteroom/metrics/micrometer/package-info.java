/** Micrometer meters for gates: {@link dev.anteroom.metrics.micrometer.GateMeters}. */
package dev.anteroom.metrics.micrometer;
