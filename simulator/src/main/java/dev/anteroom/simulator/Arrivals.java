package dev.anteroom.simulator;

import dev.anteroom.expression.Durations;
import java.util.SplittableRandom;

/** When clients come. */
sealed interface Arrivals {
    /** The forms that {@link #parse} reads. */
    String FORMS = "poisson:RATE/s, constant:RATE/s, bursts:RATE/s:PEAK/s:EVERY:LASTING or file:PATH";

    /** When the client after the one that came at a given time comes. */
    long nextNanos(int client, long previousNanos, SplittableRandom random);

    /**
     * Reads a form of arrivals; a file is read whole.
     *
     * @throws IllegalArgumentException if it is none, or the file cannot be used; the message is one line
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
            default -> throw new IllegalArgumentException("\"" + text + "\" is no form of arrivals; write " + FORMS);
        };
    }

    /**
     * Independent of each other.
     *
     * @param rate clients in a nanosecond
     */
    record Poisson(double rate) implements Arrivals {
        @Override
        public long nextNanos(int client, long previousNanos, SplittableRandom random) {
            return previousNanos + (long) (Distribution.unitExponential(random) / rate);
        }
    }

    /**
     * Equally far apart.
     *
     * @param rate clients in a nanosecond
     */
    record Steady(double rate) implements Arrivals {
        @Override
        public long nextNanos(int client, long previousNanos, SplittableRandom random) {
            return previousNanos + (long) (1 / rate);
        }
    }

    /**
     * Independent of each other, and more of them in the last part of each period.
     *
     * @param rate clients in a nanosecond
     * @param peak clients in a nanosecond of a burst
     * @param everyNanos from one burst to the next
     * @param lastingNanos how long a burst lasts
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
     * As they came before.
     *
     * @param recording of all
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
