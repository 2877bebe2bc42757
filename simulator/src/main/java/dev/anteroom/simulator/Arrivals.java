package dev.anteroom.simulator;

import dev.anteroom.expression.Durations;
import java.util.SplittableRandom;

/** The arrival times of clients. */
sealed interface Arrivals {
    /** The forms that {@link #parse} reads. */
    String FORMS = "poisson:RATE/s, constant:RATE/s, bursts:RATE/s:PEAK/s:EVERY:LASTING or file:PATH";

    /** Returns the arrival time of the next client, after the previous one has arrived at a given time. */
    long nextNanos(int client, long previousNanos, SplittableRandom random);

    /**
     * Parses a form of arrivals. A file is read completely.
     *
     * @throws IllegalArgumentException if the text is not one of {@link #FORMS}, or the file cannot be used; the
     *     message is one line
     */
    static Arrivals parse(String text) {
        if (text.startsWith("file:")) {
            return new Recorded(Recording.read(text.substring("file:".length())));
        }
        String[] parts = text.split(":", -1);
        return switch (parts[0] + " " + parts.length) {
            case "poisson 2" -> new Poisson(positiveRate(parts[1]));
            case "constant 2" -> new Steady(positiveRate(parts[1]));
            case "bursts 5" -> new Bursts(rate(parts[1]), positiveRate(parts[2]), nanos(parts[3]), nanos(parts[4]));
            default -> throw new IllegalArgumentException("\"" + text + "\" is not a form of arrivals; write " + FORMS);
        };
    }

    /**
     * Arrivals that are independent of each other.
     *
     * @param rate clients per nanosecond
     */
    record Poisson(double rate) implements Arrivals {
        @Override
        public long nextNanos(int client, long previousNanos, SplittableRandom random) {
            return previousNanos + (long) (Distribution.unitExponential(random) / rate);
        }
    }

    /**
     * Arrivals at equal intervals.
     *
     * @param rate clients per nanosecond
     */
    record Steady(double rate) implements Arrivals {
        @Override
        public long nextNanos(int client, long previousNanos, SplittableRandom random) {
            return previousNanos + (long) (1 / rate);
        }
    }

    /**
     * Independent arrivals, with a burst at the end of each period.
     *
     * @param rate clients per nanosecond
     * @param peak clients per nanosecond in a burst
     * @param everyNanos the length of a period
     * @param lastingNanos the length of the burst
     */
    record Bursts(double rate, double peak, long everyNanos, long lastingNanos) implements Arrivals {
        public Bursts {
            if (lastingNanos == 0 || lastingNanos >= everyNanos) {
                throw new IllegalArgumentException("bursts: LASTING must be more than 0 and less than EVERY");
            }
        }

        @Override
        public long nextNanos(int client, long previousNanos, SplittableRandom random) {
            double left = Distribution.unitExponential(random);
            long at = previousNanos;
            while (true) {
                long inPeriod = at % everyNanos;
                boolean calm = inPeriod < everyNanos - lastingNanos;
                double current = calm ? rate : peak;
                long change = at - inPeriod + (calm ? everyNanos - lastingNanos : everyNanos);
                if (left < current * (change - at)) {
                    return at + (long) (left / current);
                }
                left -= current * (change - at);
                at = change;
            }
        }
    }

    /**
     * Arrivals at the recorded times.
     *
     * @param recording the recorded load
     */
    record Recorded(Recording recording) implements Arrivals {
        @Override
        public long nextNanos(int client, long previousNanos, SplittableRandom random) {
            return recording.arrivalNanos(client);
        }
    }

    private static double positiveRate(String text) {
        double rate = rate(text);
        if (rate == 0) {
            throw new IllegalArgumentException("a rate must be more than 0, was \"" + text + "\"");
        }
        return rate;
    }

    private static double rate(String text) {
        if (!text.endsWith("/s")) {
            throw new IllegalArgumentException("\"" + text + "\" is not a rate; write a number and /s, such as 45/s");
        }
        return Numbers.parse(text.substring(0, text.length() - 2)) / 1e9;
    }

    private static long nanos(String text) {
        return Durations.parse(text).toNanos();
    }
}
