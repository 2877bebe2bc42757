package dev.anteroom.chaos;

import dev.anteroom.chaos.Ledger.Violation;
import dev.anteroom.chaos.Subject.Gauges;
import java.util.SplittableRandom;

/** Changes the limit and the policy while the gate works, takes the upstream down, and audits the gate's figures. */
final class Operator implements AutoCloseable {
    private static final String[] POLICIES = {
        "fifo",
        "lifo",
        "priority",
        "fair",
        "adaptive-lifo(target=50ms,interval=200ms)",
        "codel(target=100ms,interval=400ms)"
    };

    /** Actions of the operator. */
    enum Act {
        LIMIT,
        POLICY,
        AUDIT
    }

    private final Scene scene;
    private final Subject subject;
    private final SplittableRandom random;
    private final Thread thread;
    private int limit = Subject.LIMIT;
    private long arrived;
    private volatile boolean ended;

    Operator(Scene scene, Subject subject) {
        this.scene = scene;
        this.subject = subject;
        random = new SplittableRandom(scene.seed());
        scene.ceiling().raiseTo(limit);
        thread = new Thread(this::run, "chaos-operator");
        thread.start();
    }

    private void run() {
        while (!ended) {
            act();
            pause(2 + random.nextInt(30));
        }
    }

    private void act() {
        int number = random.nextInt(40);
        if (number < 16) {
            changeLimit(1 + random.nextInt(2 * Subject.LIMIT));
        } else if (number < 24) {
            scene.ledger().count(Act.POLICY);
            subject.policy(POLICIES[random.nextInt(POLICIES.length)]);
        } else if (number == 24 && subject instanceof GatewayProcess gateway) {
            gateway.upstreamAway(20 + random.nextInt(80));
        }
        audit();
    }

    private void changeLimit(int newLimit) {
        scene.ledger().count(Act.LIMIT);
        scene.ceiling().raiseTo(newLimit);
        subject.limit(newLimit);
        limit = newLimit;
    }

    private void audit() {
        scene.ledger().count(Act.AUDIT);
        Gauges gauges = subject.gauges();
        if (gauges.active() <= limit) {
            scene.ceiling().settleAt(limit);
        }
        if (!gauges.addUp() || gauges.arrived() < arrived || gauges.waiting() > Subject.PLACES) {
            scene.ledger().violation(Violation.ACCOUNTS, "after " + arrived + " arrivals: " + gauges);
        }
        arrived = gauges.arrived();
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops, and restores the limit. */
    @Override
    public void close() {
        ended = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        changeLimit(Subject.LIMIT);
        audit();
    }
}
