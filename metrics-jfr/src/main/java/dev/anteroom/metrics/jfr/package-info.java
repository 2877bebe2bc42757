/** Gates in JDK Flight Recorder: {@link dev.anteroom.metrics.jfr.GateEvents}. */
package dev.anteroom.metrics.jfr;
