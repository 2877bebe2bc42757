package dev.anteroom.transport.netty;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.GatedProtocolFactory;
import dev.anteroom.protocol.Listener;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.protocol.TransportProvider;
import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.Echo;
import dev.anteroom.testkit.Loopback;
import dev.anteroom.testkit.ScriptedClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** A way to leave while waiting, and a measurement of how soon it is noticed. */
enum Departure {
    CLOSES("closes", 0, ScriptedClient::close),
    CLOSES_AFTER_A_REQUEST("closes after 100 bytes", 100, ScriptedClient::close),
    CLOSES_BEHIND_MUCH("closes behind 64 KiB", 64 << 10, ScriptedClient::close),
    RESETS("resets", 0, ScriptedClient::reset),
    RESETS_AFTER_A_REQUEST("resets after 100 bytes", 100, ScriptedClient::reset),
    RESETS_BEHIND_MUCH("resets behind 64 KiB", 64 << 10, ScriptedClient::reset),
    SHUTS_DOWN("shuts down its sending side after 100 bytes", 100, ScriptedClient::shutdownOutput);

    private static final int TIMES = 10;
    private static final long UNNOTICED_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final String words;
    private final int bytes;

    @SuppressWarnings("ImmutableEnumChecker") // a method reference
    private final Consumer<ScriptedClient> act;

    Departure(String words, int bytes, Consumer<ScriptedClient> act) {
        this.words = words;
        this.bytes = bytes;
        this.act = act;
    }

    String words() {
        return words;
    }

    /** Returns the median and the maximum of some delays, in milliseconds. */
    String delays(TransportProvider transport) {
        AdmissionGate gate = AdmissionGate.builder().limit(1).build();
        try (EventLoopGroup loops = transport.open(TransportOptions.defaults().withLoops(1));
                Listener listener =
                        loops.listen(Loopback.anyPort(), new GatedProtocolFactory(gate, remote -> new Echo()))) {
            occupy(gate);
            long[] delays = new long[TIMES];
            for (int i = 0; i < TIMES; i++) {
                delays[i] = delay(gate, listener);
                if (delays[i] > UNNOTICED_NANOS) {
                    return "not noticed";
                }
            }
            Arrays.sort(delays);
            return millis(delays[TIMES / 2]) + " (" + millis(delays[TIMES - 1]) + ")";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long delay(AdmissionGate gate, Listener listener) {
        long before = gate.snapshot().abandoned();
        ScriptedClient client = ScriptedClient.connect(listener.address());
        Await.until("it waits", () -> gate.snapshot().waiting() == 1);
        client.send(new byte[bytes]);
        long begin = System.nanoTime();
        act.accept(client);
        while (gate.snapshot().abandoned() == before && System.nanoTime() - begin <= UNNOTICED_NANOS) {
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(50));
        }
        long delay = System.nanoTime() - begin;
        client.close();
        return delay;
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.1f", nanos / 1e6);
    }

    /** Takes the only slot, so that every connection waits. */
    static void occupy(AdmissionGate gate) {
        gate.enter(new InetSocketAddress("127.0.0.1", 1), Runnable::run, new AdmissionCallback() {
            @Override
            public void admitted(Admission admission) {}

            @Override
            public void turnedAway(Admission admission) {}
        });
    }
}
