import dev.anteroom.gateway.LineLoggers;
import dev.anteroom.protocol.TransportProvider;
import org.jspecify.annotations.NullMarked;

/** The TCP admission gateway: its command line, admin page and metrics. */
@NullMarked
module dev.anteroom.gateway {
    requires dev.anteroom.api;
    requires dev.anteroom.metrics.jfr;
    requires dev.anteroom.cluster.redis;
    requires dev.anteroom.scheduler;
    requires dev.anteroom.limits;
    requires dev.anteroom.simulator;
    requires dev.anteroom.transport.nio;
    requires com.fasterxml.jackson.databind;
    requires com.google.common;
    requires HdrHistogram;
    requires info.picocli;
    requires io.prometheus.metrics.core;
    requires io.prometheus.metrics.model;
    requires io.prometheus.writer.text;
    requires jdk.httpserver;
    requires lettuce.core;
    requires reactor.core;
    requires org.snakeyaml.engine;
    requires jdk.unsupported; // sun.misc.Signal

    uses TransportProvider;

    provides System.LoggerFinder with
            LineLoggers;

    opens dev.anteroom.gateway to
            info.picocli;
    opens dev.anteroom.gateway.demo to
            info.picocli;
    opens dev.anteroom.gateway.rehearsal to
            info.picocli;
}
