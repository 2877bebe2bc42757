/** JDK Flight Recorder events for gates: {@link dev.anteroom.metrics.jfr.GateEvents}. */
package dev.anteroom.metrics.jfr;
