package dev.anteroom.gateway.rehearsal;

import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.EventLoop.Cancellable;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import dev.anteroom.simulator.Stage.Visit;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The clients of a load, all on one event loop. The results are complete when {@link #run} has returned. */
final class ClientLoad {
    private final EventLoop loop;
    private final SocketAddress gateway;
    private final boolean abandons;
    private final List<Visit> visits;
    private final long[] waitNanos;
    private final CompletableFuture<Long> allEnded = new CompletableFuture<>();
    private final long beginNanos = System.nanoTime();
    private int connected;
    private int ended;

    ClientLoad(EventLoop loop, SocketAddress gateway, boolean abandons, List<Visit> visits) {
        this.loop = loop;
        this.gateway = gateway;
        this.abandons = abandons;
        this.visits = visits;
        waitNanos = new long[visits.size()];
        Arrays.fill(waitNanos, -1);
    }

    /** Runs all clients, waits until the last has gone, and returns the time that took in nanoseconds. */
    long run() {
        loop.execute(this::connectDueClients);
        return allEnded.join();
    }

    /** Returns the time that each client waited until it was served, in nanoseconds; -1 if it was not served. */
    long[] waitNanos() {
        return waitNanos;
    }

    private long elapsed() {
        return System.nanoTime() - beginNanos;
    }

    private void connectDueClients() {
        while (connected < visits.size() && visits.get(connected).arrivalNanos() <= elapsed()) {
            new Client(connected++).connect();
        }
        if (connected < visits.size()) {
            loop.schedule(
                    Duration.ofNanos(Math.max(1, visits.get(connected).arrivalNanos() - elapsed())),
                    this::connectDueClients);
        }
    }

    private final class Client implements Protocol {
        private final int number;
        private final Visit visit;
        private final long arrivalNanos = elapsed();
        private @Nullable Cancellable patienceTimer;

        Client(int number) {
            this.number = number;
            this.visit = visits.get(number);
        }

        @SuppressWarnings("FutureReturnValueIgnored") // the failure is handled here
        void connect() {
            loop.connect(gateway, this).whenComplete((transport, failure) -> {
                if (failure != null) {
                    end();
                }
            });
        }

        @Override
        public void connectionMade(Transport transport) {
            transport.write(TimedService.request(visit.serviceNanos()));
            if (abandons && visit.patienceNanos() != Long.MAX_VALUE) {
                patienceTimer = loop.schedule(Duration.ofNanos(visit.patienceNanos()), transport::close);
            }
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            data.position(data.limit());
            waitNanos[number] = elapsed() - arrivalNanos;
            cancelPatienceTimer();
        }

        @Override
        public void connectionLost(@Nullable Throwable reason) {
            cancelPatienceTimer();
            end();
        }

        private void cancelPatienceTimer() {
            if (patienceTimer != null) {
                patienceTimer.cancel();
            }
        }

        private void end() {
            if (++ended == visits.size()) {
                allEnded.complete(elapsed());
            }
        }
    }
}
