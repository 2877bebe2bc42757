package dev.anteroom.simulator;

import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * The upstream at work. All services progress at the same speed, which depends on their number and on incidents. So one
 * counter records how much work a service would have received since the beginning, and each service ends when the
 * counter reaches its end.
 */
final class SharedServer extends Timeline.Event {
    /** The time after which a service fails when the upstream is down. */
    private static final long FAILURE_NANOS = 1_000_000;

    private final Timeline timeline;
    private final Upstream upstream;
    private final PriorityQueue<Job> jobs = new PriorityQueue<>(Comparator.comparingDouble(Job::end));
    private double done;
    private long doneNanos;
    private double speed = 1;

    /** A service, and the counter's value at its end. */
    private record Job(Client client, double end) {}

    SharedServer(Timeline timeline, Upstream upstream) {
        this.timeline = timeline;
        this.upstream = upstream;
        for (Upstream.Incident incident : upstream.incidents()) {
            timeline.schedule(incident.fromNanos(), this::incidentChanged);
            timeline.schedule(incident.fromNanos() + incident.lastingNanos(), this::incidentChanged);
        }
    }

    /** Begins a service; {@code serviceNanos} is its duration at full speed. */
    void serve(Client client, long serviceNanos) {
        if (upstream.isDown(timeline.nanoTime())) {
            client.breakOff(FAILURE_NANOS);
            return;
        }
        advance();
        jobs.add(new Job(client, done + serviceNanos));
        plan();
    }

    /** Adapts to an incident that begins or ends. */
    private void incidentChanged() {
        advance();
        if (upstream.isDown(timeline.nanoTime())) {
            jobs.forEach(job -> job.client().breakOff(FAILURE_NANOS));
            jobs.clear();
        }
        plan();
    }

    /** Ends the service that is due. */
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
