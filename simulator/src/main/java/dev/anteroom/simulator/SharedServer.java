package dev.anteroom.simulator;

import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * The one upstream behind all gates, at work. All services progress at the same speed, which changes with their
 * number and with time, so one counter tells how much work a service has been done since the beginning, and each is
 * over when the counter has come so far.
 */
final class SharedServer extends Event {
    /** How soon an upstream that is down breaks a service off. */
    private static final long FAILURE_NANOS = 1_000_000;

    private final Timeline timeline;
    private final Upstream upstream;
    private final PriorityQueue<Job> jobs = new PriorityQueue<>(Comparator.comparingDouble(Job::end));
    private double done;
    private long doneNanos;
    private double speed = 1;

    /** A service, and where the counter is when it is over. */
    private record Job(Client client, double end) {}

    SharedServer(Timeline timeline, Upstream upstream) {
        this.timeline = timeline;
        this.upstream = upstream;
        for (Incident incident : upstream.incidents()) {
            timeline.schedule(incident.fromNanos(), this::changes);
            timeline.schedule(incident.fromNanos() + incident.lastingNanos(), this::changes);
        }
    }

    /** Begins a service that takes so long at full speed. */
    void serve(Client client, long serviceNanos) {
        if (upstream.isDown(timeline.nanoTime())) {
            client.breakOff(FAILURE_NANOS);
            return;
        }
        advance();
        jobs.add(new Job(client, done + serviceNanos));
        plan();
    }

    /** An incident begins or ends. */
    private void changes() {
        advance();
        if (upstream.isDown(timeline.nanoTime())) {
            jobs.forEach(job -> job.client().breakOff(FAILURE_NANOS));
            jobs.clear();
        }
        plan();
    }

    /** The next service is over. */
    @Override
    void happen() {
        advance();
        Job job = jobs.remove();
        plan();
        job.client().endService();
    }

    private void advance() {
        long now = timeline.nanoTime();
        done += speed * (now - doneNanos);
        doneNanos = now;
    }

    private void plan() {
        timeline.remove(this);
        Job next = jobs.peek();
        if (next != null) {
            speed = upstream.speed(jobs.size(), doneNanos);
            if (speed > 0) {
                timeline.add((long) Math.ceil(Math.max(0, next.end() - done) / speed), this);
            }
        }
    }
}
