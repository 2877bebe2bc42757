package dev.anteroom.gateway.access;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anteroom.address.IpAddress;
import dev.anteroom.gate.Admission;
import dev.anteroom.gate.GateListener;
import dev.anteroom.gateway.identity.ClientAddress;
import dev.anteroom.gateway.log.LineFormat;
import dev.anteroom.gateway.log.LineWriter;
import dev.anteroom.gateway.proxy.DropReason;
import dev.anteroom.gateway.proxy.ServiceRecord;
import dev.anteroom.gateway.proxy.StartFailure;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.InvalidPathException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * Writes one line of JSON when a connection ends: why it ended, how long it waited and was served, and the bytes of
 * both directions. Thread-safe. Its listeners run on event loops, so they only format the line; another thread writes
 * it.
 */
public final class AccessLog implements AutoCloseable {
    private final LineWriter<String> lines;

    private AccessLog(LineWriter<String> lines) {
        this.lines = lines;
    }

    /**
     * Opens an access log.
     *
     * @param target the file to append to, or {@code -} for standard output
     * @return the log
     * @throws StartFailure if the file cannot be opened for writing
     */
    public static AccessLog open(String target) throws StartFailure {
        try {
            return new AccessLog(LineWriter.open(target, false, new JsonLines()));
        } catch (IOException | InvalidPathException e) {
            throw new StartFailure(
                    "--access-log: cannot write to " + target + " (" + e + "); name a file in a folder that exists");
        }
    }

    /**
     * Returns a listener that logs the connections that one gate turns away, and those that leave while waiting.
     *
     * @param gate the name of the gate
     * @return the listener to register with the gate
     */
    public GateListener of(String gate) {
        return new GateListener() {
            @Override
            public void turnedAway(Admission admission) {
                String end = admission.state().name().toLowerCase(Locale.ROOT);
                lines.add(line(gate, admission, end).toString());
            }
        };
    }

    /** Logs a served connection whose sides are both closed. */
    public void served(String gate, Admission admission, ServiceRecord service) {
        boolean unreachable = service.end() == ServiceRecord.End.UNREACHABLE;
        lines.add(line(gate, admission, unreachable ? "unreachable" : "served")
                .put("endedBy", service.end().name().toLowerCase(Locale.ROOT))
                .put("served", seconds(service.nanos()))
                .put("fromClient", service.fromClient())
                .put("fromUpstream", service.fromUpstream())
                .toString());
    }

    /** Logs a connection that ended before it reached its gate. */
    public void dropped(String gate, SocketAddress source, DropReason reason) {
        lines.add(line(gate, source)
                .put("end", "dropped")
                .put("reason", reason.label())
                .toString());
    }

    private static ObjectNode line(String gate, Admission admission, String end) {
        ObjectNode line = line(gate, admission.source());
        if (admission.source() instanceof ClientAddress client) {
            line.put("serverName", client.serverName());
        }
        return line.put("class", admission.priorityClass())
                .put("end", end)
                .put("waited", seconds(admission.waitNanos()));
    }

    private static ObjectNode line(String gate, Object source) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString())
                .put("gate", gate)
                .put("source", IpAddress.format(source));
    }

    private static double seconds(long nanos) {
        return Math.round(nanos / 1e3) / 1e6;
    }

    /** Opens the file again, for example after it was moved. */
    public void reopen() {
        lines.reopen();
    }

    /** Writes the queued lines, for five seconds at most. */
    @Override
    public void close() {
        lines.close();
    }

    private static final class JsonLines implements LineFormat<String> {
        private static final int BYTES_OF_STRING = 64;

        @Override
        public String name() {
            return "the access log";
        }

        @Override
        public String line(String entry) {
            return entry;
        }

        @Override
        public int bytes(String entry) {
            return entry.length() + BYTES_OF_STRING;
        }

        @Override
        public String dropped(long count) {
            return "{\"dropped\":" + count + "}";
        }

        @Override
        public boolean endsWithFailure() {
            return false;
        }
    }
}
