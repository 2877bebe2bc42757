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

/** The clients, each at its time, all on one event loop. What it tells is complete when {@link #comeAndGo} has returned. */
final class Crowd {
    private final EventLoop loop;
    private final SocketAddress gateway;
    private final boolean leaves;
    private final List<Visit> visits;
    private final long[] waitNanos;
    private final CompletableFuture<Long> gone = new CompletableFuture<>();
    private final long beginNanos = System.nanoTime();
    private int came;
    private int left;

    Crowd(EventLoop loop, SocketAddress gateway, boolean leaves, List<Visit> visits) {
        this.loop = loop;
        this.gateway = gateway;
        this.leaves = leaves;
        this.visits = visits;
        waitNanos = new long[visits.size()];
        Arrays.fill(waitNanos, -1);
    }

    /** Until the last has gone; returns how long that took, in nanoseconds. */
    long comeAndGo() {
        loop.execute(this::comeThoseDue);
        return gone.join();
    }

    /** How long each waited until it was served; -1 if it was not. */
    long[] waitNanos() {
        return waitNanos;
    }

    private long elapsed() {
        return System.nanoTime() - beginNanos;
    }

    private void comeThoseDue() {
        while (came < visits.size() && visits.get(came).arrivalNanos() <= elapsed()) {
            new Client(came++).come();
        }
        if (came < visits.size()) {
            loop.schedule(
                    Duration.ofNanos(Math.max(1, visits.get(came).arrivalNanos() - elapsed())), this::comeThoseDue);
        }
    }

    private final class Client implements Protocol {
        private final int number;
        private final Visit visit;
        private final long arrivalNanos = elapsed();
        private @Nullable Cancellable patience;

        Client(int number) {
            this.number = number;
            this.visit = visits.get(number);
        }

        @SuppressWarnings("FutureReturnValueIgnored") // its failure is looked at here
        void come() {
            loop.connect(gateway, this).whenComplete((transport, failure) -> {
                if (failure != null) {
                    goes();
                }
            });
        }

        @Override
        public void connectionMade(Transport transport) {
            transport.write(TimedService.request(visit.serviceNanos()));
            if (leaves && visit.patienceNanos() != Long.MAX_VALUE) {
                patience = loop.schedule(Duration.ofNanos(visit.patienceNanos()), transport::close);
            }
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            data.position(data.limit());
            waitNanos[number] = elapsed() - arrivalNanos;
            stopWaiting();
        }

        @Override
        public void connectionLost(@Nullable Throwable reason) {
            stopWaiting();
            goes();
        }

        private void stopWaiting() {
            if (patience != null) {
                patience.cancel();
            }
        }

        private void goes() {
            if (++left == visits.size()) {
                gone.complete(elapsed());
            }
        }
    }
}
