package dev.anteroom.chaos;

import dev.anteroom.chaos.Client.Cut;
import dev.anteroom.chaos.Client.Outcome;
import dev.anteroom.chaos.Crowd.Arrival;
import dev.anteroom.chaos.InProcess.Told;
import dev.anteroom.chaos.Ledger.Violation;
import dev.anteroom.chaos.ServedProtocol.Heard;
import dev.anteroom.chaos.Subject.Gauges;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/** Sends crowds of clients to one subject, and audits it after each crowd has left. */
final class Session implements AutoCloseable {
    private static final int AT_ONCE = 160;
    private static final long SETTLE_SECONDS = 30;
    private static final int GREETERS = 160;

    /** Descriptors that a process opens on first use and keeps, mainly those of selectors. */
    private static final int OPENED_ONCE = 8;

    private final Scene scene;
    private final LogWatch log;
    private final Subject subject;
    private final PeerLoop loop = new PeerLoop("chaos-clients");
    private long sent;
    private long descriptors = Integer.MAX_VALUE;

    /** Opens the subject, and sends a first crowd so that it loads everything that it loads once. */
    Session(long seed, Function<Scene, Subject> subject) throws InterruptedException {
        scene = Scene.of(seed);
        log = new LogWatch(scene.ledger());
        this.subject = subject.apply(scene);
        round(GREETERS);
        descriptors = this.subject.descriptors();
    }

    Ledger ledger() {
        return scene.ledger();
    }

    int peak() {
        return scene.ceiling().peak();
    }

    /** Sends a crowd of clients, waits until all have left, and audits the subject. */
    void round(int clients) throws InterruptedException {
        Operator operator = new Operator(scene, subject);
        try (operator) {
            new Crowd(loop, scene, subject.address(), sent, clients)
                    .send(AT_ONCE)
                    .awaitAllGone();
        }
        sent += clients;
        expect(Violation.STUCK, () -> subject.gauges().isAtRest(), () -> "not at rest: " + subject.gauges());
        expect(
                Violation.STUCK,
                () -> scene.ceiling().open().isEmpty(),
                () -> "still served: " + scene.ceiling().open());
        audit(subject.gauges());
        expect(
                Violation.DESCRIPTORS,
                () -> subject.descriptors() <= descriptors + OPENED_ONCE,
                () -> subject.descriptors() + " open, at first " + descriptors);
    }

    private void audit(Gauges gauges) {
        Ledger ledger = scene.ledger();
        // A client that resets at once may be gone before it is accepted, and then does not arrive. A client that is
        // reset at once arrives, but may not learn that it was connected.
        long surplus = ledger.counted(Arrival.CONNECTED) - gauges.arrived();
        require(
                -surplus <= ledger.counted(Arrival.NOT_CONNECTED) && surplus <= ledger.counted(Outcome.LEFT),
                "every client that stays must arrive",
                gauges);
        require(
                ledger.counted(Outcome.TURNED_AWAY) <= gauges.turnedAway(),
                "more clients got the busy message than were turned away",
                gauges);
        if (subject instanceof InProcess) {
            require(ledger.counted(Told.ADMITTED) == gauges.admitted(), "events of admission", gauges);
            require(ledger.counted(Told.RELEASED) == gauges.admitted(), "events of release", gauges);
            require(
                    ledger.counted(Told.TURNED_AWAY) == gauges.turnedAway() + gauges.abandoned(),
                    "events of turning away",
                    gauges);
            require(
                    ledger.counted(Heard.MADE) == ledger.counted(Heard.LOST),
                    "connectionMade and connectionLost",
                    gauges);
        }
        long explained = ledger.counted(Mischief.THROW_ON_BUILD)
                + ledger.counted(Mischief.THROW_ON_MADE)
                + Math.max(0, gauges.admitted() - scene.arrivals().get());
        if (ledger.counted(Cut.TO_EXPLAIN) > explained) {
            ledger.violation(
                    Violation.UNEXPLAINED_CUT,
                    ledger.counted(Cut.TO_EXPLAIN) + " honest clients were cut, " + explained + " of them with cause");
        }
    }

    private void require(boolean condition, String what, Gauges gauges) {
        if (!condition) {
            scene.ledger()
                    .violation(
                            Violation.ACCOUNTS,
                            what + ": " + gauges + " " + scene.ledger().counts());
        }
    }

    private void expect(Violation kind, BooleanSupplier condition, Supplier<String> what) throws InterruptedException {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(SETTLE_SECONDS)) {
                scene.ledger().violation(kind, what.get());
                return;
            }
            Thread.sleep(5);
        }
    }

    @Override
    public void close() {
        subject.close();
        loop.close();
        log.close();
    }
}
