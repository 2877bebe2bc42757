package dev.anteroom.chaos;

import dev.anteroom.chaos.Order.Conduct;
import java.util.SplittableRandom;

/**
 * The behaviour of a client.
 *
 * @param kind the kind of behaviour
 * @param order the order that the client sends
 * @param millis the delay of actions that its kind delays
 * @param sent the number of bytes sent by a client that does not send everything
 * @param moment the moment at which an ambusher disappears
 */
record Plan(Kind kind, Order order, int millis, int sent, Ambushes.Moment moment) {
    /** Kinds of behaviour. */
    enum Kind {
        /** Sends all, reads all, closes. */
        HONEST,
        /** Like honest, but sends first and reads later. */
        SLOW_READER,
        /** Like honest, a byte at a time. */
        TRICKLE,
        /** Like honest, with much to send. */
        FLOOD,
        /** Like honest, but shuts down its output as soon as it has sent all. */
        HALF_CLOSE,
        /** Sends a part and resets. */
        RESET,
        /** Sends a part and closes. */
        VANISH,
        /** Sends nothing, and closes after a while. */
        SILENT,
        /** Resets at a chosen moment. */
        AMBUSH_RESET,
        /** Closes at a chosen moment. */
        AMBUSH_CLOSE;

        boolean isHonest() {
            return compareTo(HALF_CLOSE) <= 0;
        }

        boolean isAmbush() {
            return this == AMBUSH_RESET || this == AMBUSH_CLOSE;
        }
    }

    private static final int SMALL = 400;
    private static final int LARGE = 300_000;

    static Plan draw(long seed, long client) {
        SplittableRandom random = new SplittableRandom(seed * 31 + client);
        Kind kind = random.nextInt(3) == 0 ? Kind.HONEST : one(random, Kind.values());
        Conduct conduct = random.nextInt(3) > 0 ? Conduct.ANSWER : one(random, Conduct.values());
        int upload =
                kind == Kind.FLOOD ? LARGE + random.nextInt(LARGE) : random.nextInt(kind == Kind.TRICKLE ? 20 : SMALL);
        int download =
                random.nextInt(4) == 0 || kind == Kind.SLOW_READER ? random.nextInt(2 * LARGE) : random.nextInt(SMALL);
        if (conduct == Conduct.ANSWER_MEANWHILE && kind != Kind.TRICKLE) {
            // Usually the server finishes first, while many of the client's bytes are still under way.
            upload = random.nextInt(8 * LARGE);
            download = random.nextInt(LARGE);
        }
        Order order = new Order(seed << 32 ^ client, conduct, upload, download);
        return new Plan(
                kind,
                order,
                random.nextInt(120),
                random.nextInt(Order.LENGTH + upload),
                one(random, Ambushes.Moment.values()));
    }

    /** Returns the plan that an order belongs to. */
    static Plan of(long seed, Order order) {
        return draw(seed, seed << 32 ^ order.client());
    }

    private static <T> T one(SplittableRandom random, T[] of) {
        return of[random.nextInt(of.length)];
    }

    /** Returns whether this client receives a complete answer, unless it is turned away. */
    boolean isAnswered() {
        return kind.isHonest() && order.conduct().honest;
    }
}
