package dev.anteroom.gateway;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gateway.access.AccessLog;
import dev.anteroom.gateway.admin.GateMetrics;
import dev.anteroom.gateway.admin.LiveFeed;
import dev.anteroom.gateway.config.LogSettings;
import dev.anteroom.gateway.proxy.DropReason;
import dev.anteroom.gateway.proxy.GatewayObserver;
import dev.anteroom.gateway.proxy.ServiceRecord;
import dev.anteroom.gateway.proxy.StartFailure;
import dev.anteroom.gateway.record.TrafficRecorder;
import dev.anteroom.metrics.jfr.GateEvents;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * All observers of the gates and connections of a gateway.
 *
 * @param metrics the metrics for Prometheus
 * @param feed the feed of the live page
 * @param log the access log, or null for none
 * @param recorder the recorder for the simulator, or null for none
 * @param isServed whether the metrics and the page are served
 */
record Watchers(
        GateMetrics metrics,
        LiveFeed feed,
        @Nullable AccessLog log,
        @Nullable TrafficRecorder recorder,
        boolean isServed)
        implements GatewayObserver, AutoCloseable {
    /**
     * Opens the logs and creates the observers.
     *
     * @param isServed whether the metrics and the page are served
     * @param logs the settings of the logs
     * @param labelled whether the metrics of each gate carry its name
     * @throws StartFailure if a log cannot be written
     */
    static Watchers of(boolean isServed, LogSettings logs, boolean labelled) throws StartFailure {
        String accessLog = logs.accessLog();
        String record = logs.record();
        return new Watchers(
                new GateMetrics(labelled),
                new LiveFeed(),
                accessLog == null ? null : AccessLog.open(accessLog),
                record == null ? null : TrafficRecorder.open(record),
                isServed);
    }

    @Override
    public void customize(String name, AdmissionGate.Builder gate) {
        gate.listener(new GateEvents(name));
        if (isServed) {
            gate.listener(metrics.of(name)).listener(feed.of(name));
        }
        if (log != null) {
            gate.listener(log.of(name));
        }
        if (recorder != null) {
            gate.listener(recorder);
        }
    }

    @Override
    public void served(String gate, Admission admission, ServiceRecord service) {
        if (log != null) {
            log.served(gate, admission, service);
        }
    }

    @Override
    public void dropped(String gate, SocketAddress source, DropReason reason) {
        if (log != null) {
            log.dropped(gate, source, reason);
        }
    }

    /** Opens the files of the logs again, soon. Returns whether there is any log. */
    boolean reopen() {
        if (log != null) {
            log.reopen();
        }
        if (recorder != null) {
            recorder.reopen();
        }
        return log != null || recorder != null;
    }

    @Override
    public void gone(String gate) {
        metrics.forget(gate);
        feed.forget(gate);
    }

    @Override
    public void close() {
        if (log != null) {
            log.close();
        }
        if (recorder != null) {
            recorder.close();
        }
    }
}
