/** Gates in Micrometer: {@link dev.anteroom.metrics.micrometer.GateMeters}. */
package dev.anteroom.metrics.micrometer;
