package dev.anteroom.simulator;

import java.net.SocketAddress;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The clients of a load, one after the other. Arrivals, services, patience and origins have random numbers of their own
 * and are drawn in order of arrival. So every policy gets the same clients, whatever becomes of earlier ones.
 */
final class LoadStream {
    private final Load load;
    private final @Nullable Recording recording;
    private final SplittableRandom arrivals;
    private final SplittableRandom services;
    private final SplittableRandom patiences;
    private final SplittableRandom origins;

    /** The share of the first k sources. */
    private final double[] shares;

    private final Integer[] sources;
    private int client = -1;
    private long arrivalNanos;

    /** The address of a client, as the gate sees it. */
    static final class Origin extends SocketAddress {
        private final Integer source;
        private final int priorityClass;

        Origin(Integer source, int priorityClass) {
            this.source = source;
            this.priorityClass = priorityClass;
        }

        Integer source() {
            return source;
        }

        int priorityClass() {
            return priorityClass;
        }

        @Override
        public String toString() {
            return "source " + source;
        }
    }

    LoadStream(Load load) {
        SplittableRandom random = new SplittableRandom(load.seed());
        this.load = load;
        recording = load.recording();
        arrivals = random.split();
        services = random.split();
        patiences = random.split();
        origins = random.split();
        shares = shares(load.sources(), load.skew());
        sources = new Integer[load.sources()];
        Arrays.setAll(sources, Integer::valueOf);
    }

    private static double[] shares(int sources, double skew) {
        double[] shares = new double[sources];
        Arrays.setAll(shares, k -> StrictMath.pow(k + 1, -skew));
        Arrays.parallelPrefix(shares, Double::sum);
        double sum = shares[sources - 1];
        Arrays.setAll(shares, k -> shares[k] / sum);
        return shares;
    }

    /** Advances to the next client. Returns false if there is none. */
    boolean next() {
        if (++client == load.count()) {
            return false;
        }
        arrivalNanos = load.arrivals().nextNanos(client, arrivalNanos, arrivals);
        return true;
    }

    /** Returns the number of the client, from 0. */
    int client() {
        return client;
    }

    long arrivalNanos() {
        return arrivalNanos;
    }

    /** Draws its service time; may be called once for each client. */
    long drawServiceNanos() {
        long recorded = recording == null ? Recording.MISSING : recording.serviceNanos(client);
        return recorded == Recording.MISSING ? load.service().draw(services) : recorded;
    }

    /** Draws its patience; may be called once for each client. */
    long drawPatienceNanos() {
        long recorded = recording == null ? Recording.MISSING : recording.patienceNanos(client);
        return recorded == Recording.MISSING ? load.patience().draw(patiences) : recorded;
    }

    /** Draws its source and class; may be called once for each client. */
    Origin drawOrigin() {
        int source = recording == null ? (int) Recording.MISSING : recording.source(client);
        int priorityClass = recording == null ? (int) Recording.MISSING : recording.priorityClass(client);
        return new Origin(
                sources[source == Recording.MISSING ? drawSource() : source],
                priorityClass == Recording.MISSING ? drawClass() : priorityClass);
    }

    private int drawSource() {
        if (shares.length == 1) {
            return 0;
        }
        int found = Arrays.binarySearch(shares, origins.nextDouble());
        return Math.min(found < 0 ? -found - 1 : found + 1, shares.length - 1);
    }

    private int drawClass() {
        return load.classes() == 1 ? 0 : origins.nextInt(load.classes());
    }
}
